// A validation set of a model: which snaps belong together, in which revisions.
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>A validation set that a model keeps to.</summary>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sequence">The one sequence that the model takes; null for the newest.</param>
public sealed record ModelValidationSet(string AccountId, string Name, long? Sequence)
{
    /// <summary>Where the model names it.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>How sets are named: "ACCOUNT/NAME".</summary>
    public string Key => $"{AccountId}/{Name}";
}
