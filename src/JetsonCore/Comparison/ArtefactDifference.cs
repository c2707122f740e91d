// One thing in which two artefacts differ.
using System.Collections.Immutable;

namespace JetsonCore.Comparison;

/// <summary>In what two artefacts differ at a place.</summary>
public enum DifferenceKind
{
    /// <summary>It is in the first only.</summary>
    Removed,

    /// <summary>It is in the second only.</summary>
    Added,

    /// <summary>One is a file, the other a folder, a link, a device.</summary>
    Type,

    /// <summary>Permissions.</summary>
    Mode,

    /// <summary>User or group.</summary>
    Owner,

    /// <summary>The time of the last change.</summary>
    Time,

    /// <summary>Extended attributes.</summary>
    Attributes,

    /// <summary>Where a link points to.</summary>
    Target,

    /// <summary>The numbers of a device.</summary>
    Device,

    /// <summary>What the artefact is: one an ext4, the other a squashfs.</summary>
    Format,

    /// <summary>What a format says of itself: an id, a label, a feature, a compressor.</summary>
    Property,

    /// <summary>The bytes.</summary>
    Content,

    /// <summary>The bytes, though nothing that they say: how files are laid out, what is left in gaps.</summary>
    Layout,

    /// <summary>One cannot be read, so only the bytes were compared.</summary>
    Unreadable,
}

/// <summary>A difference.</summary>
/// <param name="Path">The way to it from what is compared, as in an address; "" for the whole.</param>
/// <param name="Kind">In what they differ.</param>
public sealed record ArtefactDifference(string Path, DifferenceKind Kind)
{
    /// <summary>What differs, where its kind alone does not say it: "uuid", "partition 3: name".</summary>
    public string Name { get; init; } = "";

    /// <summary>What the first has.</summary>
    public string Before { get; init; } = "";

    /// <summary>What the second has.</summary>
    public string After { get; init; } = "";

    /// <summary>The first byte that differs.</summary>
    public long? Offset { get; init; }

    /// <summary>Of texts: lines that differ, each behind "-" or "+", and those about them behind a blank.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];
}
