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

    /// <summary>
    /// The channel that snaps follow, or null: a track that the model pins stays before it, and one of its default
    /// channels where this is a risk.
    /// </summary>
    public string? Channel { get; init; }

    /// <summary>The label of the recovery system; null for the day of the model's timestamp.</summary>
    public string? SystemLabel { get; init; }

    /// <summary>The channels of snaps that follow another one, by their names.</summary>
    public IReadOnlyDictionary<string, string> Channels { get; init; } = new Dictionary<string, string>();

    /// <summary>What a store says of snaps, by their names.</summary>
    public IReadOnlyDictionary<string, StoreFacts> Facts { get; init; } = new Dictionary<string, StoreFacts>();

    /// <summary>The sequences of validation sets that are wanted, by "ACCOUNT/NAME".</summary>
    public IReadOnlyDictionary<string, SetSequence> Sequences { get; init; } = new Dictionary<string, SetSequence>();

    /// <summary>Whether a model that nobody vouches for is taken.</summary>
    public bool AllowUnvouched { get; init; }

    /// <summary>The time by which keys should not have expired; null where nobody asks.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>What is set up besides, at the user's wish.</summary>
    public SeedCustomization Customization { get; init; } = new();
}
