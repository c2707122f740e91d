// The seed of Ubuntu Core 16 and 18, below system-data of the partition writable:
//
//   boot/                                             empty, a mount point
//   var/lib/snapd/
//     seed/assertions/model, KEY.TYPE …               0644
//     seed/seed.yaml                                  0644
//     seed/snaps/NAME_REVISION.snap                   0644
//     snaps/NAME_REVISION.snap -> ../seed/snaps/…     the base (or core) and the kernel
//
// Peer: snapd seed/seedwriter (seed16.go), boot/makebootable.go.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

internal static class WritableSeed
{
    /// <summary>Where the seed lies below system-data, and in the root file system of classic systems.</summary>
    public const string Folder = "var/lib/snapd/seed";

    public static DirectoryNode Files(IReadOnlyList<SeedSnap> snaps, SeedStatements statements)
    {
        var root = new DirectoryNode();
        root.MakeDirectory("boot");
        DirectoryNode snapd = root.MakeDirectory("var/lib/snapd");
        snapd.MakeDirectory("snaps");
        snapd.MakeDirectory("seed/snaps");
        DirectoryNode assertions = snapd.MakeDirectory("seed/assertions");
        foreach (Assertion assertion in statements.All)
            assertions.Set(FileName(assertion), File(assertion.ToBytes()));
        snapd.SetPath("seed/seed.yaml", File(Encoding.UTF8.GetBytes(SeedYamlWriter.Write(snaps))));
        foreach (SeedSnap snap in snaps)
        {
            snapd.SetPath($"seed/snaps/{snap.FileName}", new RegularFileNode(FileMetadata.File, snap.File.Content));
            if (snap.IsBooted)
            {
                snapd.SetPath($"snaps/{snap.FileName}",
                    new SymbolicLinkNode(FileMetadata.Link, $"../seed/snaps/{snap.FileName}"));
            }
        }
        return root;
    }

    /// <summary>Where the bootloader's scripts and the initrd look.</summary>
    public static ImmutableSortedDictionary<string, string> BootVariables(
        SeedSnap bootBase, SeedSnap kernel, ModelDefinition model) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [
            new KeyValuePair<string, string>("snap_core", bootBase.FileName),
            new KeyValuePair<string, string>("snap_kernel", kernel.FileName),
            new KeyValuePair<string, string>("snap_menuentry", model.MenuEntry),
        ]);

    private static RegularFileNode File(byte[] bytes) => new(FileMetadata.File, FileContent.Of(bytes));

    private static string FileName(Assertion assertion)
    {
        if (assertion.Type.Name == "model")
            return "model";
        ImmutableArray<string> key = assertion.PrimaryKey;
        if (key is not [] && key[^1] == assertion.Type.LastKeyDefault)
            key = key[..^1];
        return $"{string.Join(',', key)}.{assertion.Type.Name}";
    }
}
