// Owners and times of what a kernel snap and its initrd are made of: the same from every machine.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelTimes
{
    /// <summary>Gives everything to root, and nothing a time younger than the given one, or none.</summary>
    public static void Normalize(DirectoryNode tree, FileTime time)
    {
        tree.Metadata = Normalize(tree.Metadata, time);
        foreach ((_, FileNode node) in tree.Walk())
            node.Metadata = Normalize(node.Metadata, time);
    }

    // What was made here has no time of its own yet.
    private static FileMetadata Normalize(FileMetadata metadata, FileTime time)
    {
        bool hasOwnTime = metadata.ModificationTime.UnixSeconds > 0
            && metadata.ModificationTime.UnixSeconds <= time.UnixSeconds;
        return metadata with
        {
            UserId = 0,
            GroupId = 0,
            ModificationTime = hasOwnTime ? metadata.ModificationTime : time,
        };
    }
}
