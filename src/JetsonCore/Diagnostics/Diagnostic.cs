// A finding: which rule, where, what with both numbers, and what to do.
namespace JetsonCore.Diagnostics;

/// <summary>One finding about user input.</summary>
public sealed record Diagnostic
{
    /// <summary>The rule that was broken.</summary>
    public required Rule Rule { get; init; }

    /// <summary>Usually the rule's own; a mode of checking may soften it.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The file as the user named it; null where no file is to blame (arguments).</summary>
    public string? Path { get; init; }

    /// <summary>The place in the file.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>What is wrong: lower case, no full stop, both numbers where two things disagree.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>The edit that mends it, where only one can be meant.</summary>
    public TextEdit? Fix { get; init; }

    /// <summary>The other place that it is about: what was there first.</summary>
    public RelatedPlace? Related { get; init; }
}

/// <summary>Another place in the file of a finding.</summary>
/// <param name="Span">The place.</param>
/// <param name="Message">What is there, in a few words.</param>
public sealed record RelatedPlace(SourceSpan Span, string Message);
