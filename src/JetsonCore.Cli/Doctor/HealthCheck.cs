// One look at the machine: is there what a verb wants?
namespace JetsonCore.Cli.Doctor;

internal enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but not as one may expect.</summary>
    Odd,

    /// <summary>Not there; only the verbs that are named want it.</summary>
    Absent,

    /// <summary>Those verbs cannot work.</summary>
    Broken,
}

/// <summary>What was seen.</summary>
/// <param name="Name">What was looked at; stable for programs.</param>
/// <param name="Health">How it is.</param>
/// <param name="Message">How it is, in words.</param>
internal sealed record HealthCheck(string Name, Health Health, string Message)
{
    /// <summary>The verbs that want it; none: all of them.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>A command or two that mend it; null where nothing is to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether a verb wants it; "snap" stands for all verbs below it, "snap pack".</summary>
    public bool IsFor(string verb) => Verbs.Count == 0 || Verbs.Any(one =>
        one == verb || one.StartsWith(verb + " ", StringComparison.Ordinal)
        || verb.StartsWith(one + " ", StringComparison.Ordinal));
}
