// What a seed is made of.
using JetsonCore.Assertions;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>The model, the snaps and what is stated about them.</summary>
public sealed record SeedInputs
{
    /// <summary>The model as read.</summary>
    public required ModelDefinition Model { get; init; }

    /// <summary>The signed model.</summary>
    public required Assertion ModelAssertion { get; init; }

    /// <summary>The model's file as the user named it.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The snaps, in any order; those that the model does not name keep theirs.</summary>
    public required IReadOnlyList<SnapFile> Snaps { get; init; }

    /// <summary>Other assertions: accounts, account-keys, snap-declarations, snap-revisions, system-users …</summary>
    public IReadOnlyList<Assertion> Assertions { get; init; } = [];

    /// <summary>What is trusted to begin with.</summary>
    public TrustedRoots Roots { get; init; } = TrustedRoots.Production;

    /// <summary>The channel that asserted snaps follow where the model pins no track.</summary>
    public string Channel { get; init; } = "stable";
}
