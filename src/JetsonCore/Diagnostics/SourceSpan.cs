// A place in a text file that a person typed.
namespace JetsonCore.Diagnostics;

/// <summary>A stretch of a source text; lines and columns count from 1, the end is exclusive.</summary>
/// <param name="Line">First line.</param>
/// <param name="Column">First column, in characters.</param>
/// <param name="EndLine">Line of the end.</param>
/// <param name="EndColumn">Column behind the last character.</param>
public readonly record struct SourceSpan(int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>Nowhere in particular: the file as a whole.</summary>
    public static SourceSpan None => default;

    /// <summary>Whether this names a place.</summary>
    public bool IsKnown => Line > 0;
}

/// <summary>A value together with the place where it was typed.</summary>
/// <param name="Value">The value.</param>
/// <param name="Span">Its place.</param>
public readonly record struct Located<T>(T Value, SourceSpan Span);
