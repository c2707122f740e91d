// A place in a YAML text while it is scanned, and the fault that ends the scan.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>A place in a text; all three count from 0, in Unicode characters.</summary>
internal readonly record struct YamlMark(int Index, int Line, int Column)
{
    /// <summary>The stretch from here to another place.</summary>
    public SourceSpan To(YamlMark end) => new(Line + 1, Column + 1, end.Line + 1, end.Column + 1);

    /// <summary>One character from here.</summary>
    public SourceSpan Span => To(this with { Column = Column + 1 });
}

/// <summary>The text is not YAML. Caught where the text is read; never leaves the folder.</summary>
internal sealed class YamlSyntaxException(SourceSpan span, string message, string? hint) : Exception(message)
{
    /// <summary>Whether it may be YAML, but goes beyond what is read.</summary>
    public bool IsLimit { get; init; }

    public SourceSpan Span { get; } = span;

    public string? Hint { get; } = hint;
}
