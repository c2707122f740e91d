// One snap in a seed, with everything decided.
using JetsonCore.Assertions;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>A snap of a seed.</summary>
public sealed record SeedSnap
{
    /// <summary>The revision of snaps that no store numbered.</summary>
    public const string LocalRevision = "x1";

    /// <summary>The snap.</summary>
    public required SnapFile File { get; init; }

    /// <summary>Its revision: a number if it is asserted, else "x1".</summary>
    public string Revision { get; init; } = LocalRevision;

    /// <summary>Its id in the store if it is asserted, else null.</summary>
    public string? SnapId { get; init; }

    /// <summary>
    /// The channel it follows; null where it is not asserted, but in models with "snaps" each has one.
    /// </summary>
    public string? Channel { get; init; }

    /// <summary>Its entry in a model with "snaps"; null for other snaps, and in models without.</summary>
    public ModelSnap? Entry { get; init; }

    /// <summary>The number that a store gave it, or null.</summary>
    public long? Number => IsAsserted && AssertionNames.TryParseNumber(Revision, out long number) ? number : null;

    /// <summary>Whether its file carries its version, not a revision: unasserted, in a recovery system.</summary>
    public bool IsNamedByVersion { get; init; }

    /// <summary>What a store says of it besides; null for files of the user's.</summary>
    public StoreFacts? Facts { get; init; }

    /// <summary>How its publisher is reached: by the store's word, for files of the user's by snap.yaml.</summary>
    public string Contact => Facts?.Address ?? File.Definition.Contact;

    /// <summary>Whether the bootloader's scripts and the initrd look for it in var/lib/snapd/snaps.</summary>
    public bool IsBooted { get; init; }

    /// <summary>Its name.</summary>
    public string Name => File.Name;

    /// <summary>Whether assertions in the seed speak for it.</summary>
    public bool IsAsserted => SnapId is not null;

    /// <summary>Its file's name in the seed.</summary>
    public string FileName => $"{Name}_{(IsNamedByVersion ? File.Definition.Version.Value : Revision)}.snap";
}
