// A seed with everything decided: which files with which bytes lie where.
//
//   Ubuntu Core 16 and 18: below system-data of the partition writable     WritableSeed.cs
//   Ubuntu Core 20 and later: the root of the partition ubuntu-seed        RecoverySystem.cs
//
// Peers: snapd seed/seedwriter, image/image_linux.go.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

/// <summary>A seed.</summary>
public sealed record SeedPlan
{
    /// <summary>The snaps in the order in which the device installs them.</summary>
    public required ImmutableArray<SeedSnap> Snaps { get; init; }

    /// <summary>The validation sets that it keeps to.</summary>
    public ImmutableArray<Assertion> Sets { get; init; } = [];

    /// <summary>Those of which the model pins the sequence: "ACCOUNT/NAME".</summary>
    public ImmutableArray<string> PinnedSets { get; init; } = [];

    /// <summary>The gadget.</summary>
    public required SeedSnap Gadget { get; init; }

    /// <summary>The kernel.</summary>
    public required SeedSnap Kernel { get; init; }

    /// <summary>The snap whose root file system the device boots: the base, or "core".</summary>
    public required SeedSnap BootBase { get; init; }

    /// <summary>The files of the seed, and what must be beside them for the first boot.</summary>
    public required DirectoryNode Files { get; init; }

    /// <summary>The label of the recovery system; null for Ubuntu Core 16 and 18.</summary>
    public string? SystemLabel { get; init; }

    /// <summary>What snapd sets in the bootloader's environment for the first boot.</summary>
    public required ImmutableSortedDictionary<string, string> BootVariables { get; init; }

    /// <summary>What lies in system-data besides the seed: the gadget's settings, the user's wishes.</summary>
    public DirectoryNode SystemFiles { get; init; } = new();

    /// <summary>What the first boot imports from the root of the partition, or null.</summary>
    public byte[]? AutoImport { get; init; }

    /// <summary>
    /// The text of seed.manifest: the validation sets with their sequences, then name and revision of each snap whose
    /// revision none of them says; each sorted by name.
    /// </summary>
    public string SeedManifest => ManifestOf(Snaps, Sets, PinnedSets);

    /// <summary>The same of these snaps and sets.</summary>
    internal static string ManifestOf(
        IEnumerable<SeedSnap> snaps, ImmutableArray<Assertion> sets, ImmutableArray<string> pinned)
    {
        IEnumerable<string> controlled = sets.SelectMany(ValidationSets.RevisionsOf).Select(one => one.Name);
        string ofSets = string.Concat(sets.Select(set => (Key: ValidationSets.KeyOf(set), Set: set))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"{one.Key}{(pinned.Contains(one.Key) ? '=' : ' ')}{one.Set.Headers.Text("sequence")}\n"));
        return ofSets + string.Concat(snaps.ExceptBy(controlled, snap => snap.Name)
            .OrderBy(snap => snap.Name, StringComparer.Ordinal).Select(snap => $"{snap.Name} {snap.Revision}\n"));
    }

    /// <summary>Puts the seed into the tree where it lies.</summary>
    /// <param name="root">The folder that becomes the root of the writable system, or of ubuntu-seed.</param>
    /// <param name="time">The time of everything in it.</param>
    public void AddTo(DirectoryNode root, FileTime time)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (DirectoryNode tree in (DirectoryNode[])[Files, SystemFiles])
        {
            foreach ((string path, FileNode node) in tree.Walk())
            {
                if (node is DirectoryNode)
                {
                    root.MakeDirectory(path);
                    continue;
                }
                node.Metadata = node.Metadata with { ModificationTime = time };
                root.SetPath(path, node);
            }
        }
    }
}
