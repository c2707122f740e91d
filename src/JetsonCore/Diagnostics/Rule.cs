// A rule that user input can break: a code that is never reused, a severity, and one sentence.
namespace JetsonCore.Diagnostics;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; changes no verdict.</summary>
    Info,

    /// <summary>Probably a mistake; changes no verdict.</summary>
    Warning,

    /// <summary>The input is refused.</summary>
    Error,
}

/// <summary>One rule.</summary>
/// <param name="Code">"JC" and four digits; never reused.</param>
/// <param name="Severity">What breaking it means.</param>
/// <param name="Title">The rule as one sentence, lower case, no full stop.</param>
/// <param name="SpecRule">The rule's name where the field's rules are listed (X-OVERLAP), if it has one.</param>
public sealed record Rule(string Code, Severity Severity, string Title, string? SpecRule = null);
