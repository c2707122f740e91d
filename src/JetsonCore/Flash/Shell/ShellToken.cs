// What a shell text consists of, for a reader that never runs it.
namespace JetsonCore.Flash.Shell;

/// <summary>Kinds of tokens.</summary>
internal enum ShellTokenKind
{
    /// <summary>A word as typed, with its quotes.</summary>
    Word,

    /// <summary>An operator: "&amp;&amp;", ";", "(".</summary>
    Operator,

    /// <summary>The end of a line.</summary>
    NewLine,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>One token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As typed.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal readonly record struct ShellToken(ShellTokenKind Kind, string Text, int Line, int Column)
{
    public bool Is(string text) => Kind is ShellTokenKind.Word or ShellTokenKind.Operator && Text == text;
}

/// <summary>A text that cannot be taken apart.</summary>
internal sealed class ShellSyntaxException(int line, int column, string message) : Exception(message)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
