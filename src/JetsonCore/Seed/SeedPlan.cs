// A seed of Ubuntu Core 16 and 18 with everything decided: which files with which bytes lie where.
//
//   system-data/
//     boot/                                             empty, a mount point
//     var/lib/snapd/
//       seed/assertions/model, KEY.TYPE …               0644
//       seed/seed.yaml                                  0644
//       seed/snaps/NAME_REVISION.snap                   0644
//       snaps/NAME_REVISION.snap -> ../seed/snaps/…     the base (or core) and the kernel
//
// Peers: snapd seed/seedwriter (seed16.go), image/image_linux.go.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

/// <summary>A seed.</summary>
public sealed record SeedPlan
{
    /// <summary>The snaps in the order in which the device installs them.</summary>
    public required ImmutableArray<SeedSnap> Snaps { get; init; }

    /// <summary>The gadget.</summary>
    public required SeedSnap Gadget { get; init; }

    /// <summary>The kernel.</summary>
    public required SeedSnap Kernel { get; init; }

    /// <summary>The snap whose root file system the device boots: the base, or "core".</summary>
    public required SeedSnap BootBase { get; init; }

    /// <summary>The assertions by their file names.</summary>
    public required ImmutableSortedDictionary<string, byte[]> Assertions { get; init; }

    /// <summary>What snapd sets in the bootloader's environment for the first boot.</summary>
    public required ImmutableSortedDictionary<string, string> BootVariables { get; init; }

    /// <summary>What lies in system-data besides the seed: the gadget's settings, the user's wishes.</summary>
    public DirectoryNode SystemFiles { get; init; } = new();

    /// <summary>What the first boot imports from the root of the partition, or null.</summary>
    public byte[]? AutoImport { get; init; }

    /// <summary>The text of seed.yaml.</summary>
    public string SeedYaml => SeedYamlWriter.Write(Snaps);

    /// <summary>The text of seed.manifest: name and revision of each snap, sorted by name.</summary>
    public string SeedManifest => Manifest(Snaps);

    /// <summary>Puts the seed into the tree of system-data.</summary>
    /// <param name="systemData">The folder that becomes the root of the writable system.</param>
    /// <param name="time">The time of everything in it.</param>
    public void AddTo(DirectoryNode systemData, FileTime time)
    {
        ArgumentNullException.ThrowIfNull(systemData);
        FileMetadata file = FileMetadata.File with { ModificationTime = time };
        systemData.MakeDirectory("boot");
        DirectoryNode snapd = systemData.MakeDirectory("var/lib/snapd");
        DirectoryNode assertions = snapd.MakeDirectory("seed/assertions");
        foreach ((string name, byte[] bytes) in Assertions)
            assertions.Set(name, new RegularFileNode(file, FileContent.Of(bytes)));
        snapd.SetPath("seed/seed.yaml", new RegularFileNode(file, FileContent.Of(Encoding.UTF8.GetBytes(SeedYaml))));
        snapd.MakeDirectory("snaps");
        foreach (SeedSnap snap in Snaps)
        {
            snapd.SetPath($"seed/snaps/{snap.FileName}", new RegularFileNode(file, snap.File.Content));
            if (snap.IsBooted)
                snapd.SetPath($"snaps/{snap.FileName}", Link($"../seed/snaps/{snap.FileName}", time));
        }
        foreach ((string path, FileNode node) in SystemFiles.Walk().Where(one => one.Node is not DirectoryNode))
        {
            node.Metadata = node.Metadata with { ModificationTime = time };
            systemData.SetPath(path, node);
        }
        foreach ((string path, _) in SystemFiles.Walk().Where(one => one.Node is DirectoryNode { Children.Count: 0 }))
            systemData.MakeDirectory(path);
    }

    private static SymbolicLinkNode Link(string target, FileTime time) =>
        new(FileMetadata.Link with { ModificationTime = time }, target);

    private static string Manifest(IEnumerable<SeedSnap> snaps) => string.Concat(
        snaps.OrderBy(snap => snap.Name, StringComparer.Ordinal).Select(snap => $"{snap.Name} {snap.Revision}\n"));
}
