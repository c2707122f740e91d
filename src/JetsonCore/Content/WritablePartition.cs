// The tree of the data partition on Ubuntu Core 16 and 18: everything below system-data, which the initrd mounts the
// base over. The seed is all that is in it before the first boot.
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;

namespace JetsonCore.Content;

/// <summary>Fills the data partition.</summary>
internal static class WritablePartition
{
    /// <summary>The label by which the initrd finds it.</summary>
    public const string Label = "writable";

    private const string SystemData = "system-data", AutoImport = "auto-import.assert";

    /// <summary>The tree for a seed; everything is dated alike.</summary>
    public static DirectoryNode Make(SeedPlan seed, FileTime time)
    {
        ArgumentNullException.ThrowIfNull(seed);
        FileMetadata metadata = FileMetadata.Directory with { ModificationTime = time };
        var root = new DirectoryNode(metadata);
        seed.AddTo(root.MakeDirectory(SystemData), time);
        if (seed.AutoImport is { } assertions)
        {
            root.Set(AutoImport, new RegularFileNode(
                FileMetadata.File with { ModificationTime = time }, FileContent.Of(assertions)));
        }
        return root;
    }
}
