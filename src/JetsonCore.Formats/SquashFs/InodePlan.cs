// Numbers every node of a tree: the children of a directory one after the other, in the order of their names' bytes,
// so that a directory listing can state numbers as small differences; the root is the last.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class InodePlan
{
    private readonly Dictionary<FileNode, PlannedInode> _inodes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FileNode, IReadOnlyList<NamedInode>> _listings =
        new(ReferenceEqualityComparer.Instance);

    /// <exception cref="ArgumentException">A directory lies in two places, or a name is too long.</exception>
    public InodePlan(DirectoryNode root)
    {
        NumberChildren(root);
        Root = Add(root);
        Root.LinkCount = 1 + LinksOfDirectory(root);
    }

    public PlannedInode Root { get; }

    public int Count => _inodes.Count;

    /// <summary>All inodes in the order of their numbers.</summary>
    public IEnumerable<PlannedInode> All => _inodes.Values.OrderBy(inode => inode.Number);

    /// <summary>The entries of a directory, ordered by the bytes of their names.</summary>
    public IReadOnlyList<NamedInode> ListingOf(FileNode directory) => _listings[directory];

    private void NumberChildren(DirectoryNode directory)
    {
        var names = new List<(byte[] Name, FileNode Node)>();
        foreach ((string name, FileNode node) in directory.Children)
        {
            byte[] bytes = NodeName.Encode(name);
            if (bytes.Length > SquashFsFormat.NameMost)
            {
                throw new ArgumentException($"cannot store the name \"{name}\": "
                    + $"it has {bytes.Length} bytes, squashfs holds {SquashFsFormat.NameMost}", nameof(directory));
            }
            names.Add((bytes, node));
        }
        names.Sort((one, other) => one.Name.AsSpan().SequenceCompareTo(other.Name));
        var listing = new List<NamedInode>(names.Count);
        foreach ((byte[] name, FileNode node) in names)
        {
            PlannedInode inode = Add(node);
            inode.LinkCount++;
            listing.Add(new(name, inode));
        }
        _listings.Add(directory, listing);
        foreach (NamedInode entry in listing)
        {
            if (entry.Inode.Node is not DirectoryNode child)
                continue;
            if (entry.Inode.LinkCount > 1)
                throw new ArgumentException("cannot store a directory under two names", nameof(directory));
            NumberChildren(child);
            entry.Inode.LinkCount += LinksOfDirectory(child);
        }
    }

    private PlannedInode Add(FileNode node)
    {
        if (!_inodes.TryGetValue(node, out PlannedInode? inode))
            _inodes.Add(node, inode = new(node, (uint)_inodes.Count + 1));
        return inode;
    }

    // "." and one ".." for each directory in it; the name by which it is known is counted with its parent; the
    // root has no name, but its ".." is itself.
    private static uint LinksOfDirectory(DirectoryNode directory) =>
        1 + (uint)directory.Children.Values.Count(child => child is DirectoryNode);
}

/// <summary>An entry of a directory.</summary>
/// <param name="Name">The bytes of its name.</param>
/// <param name="Inode">What it leads to.</param>
internal sealed record NamedInode(byte[] Name, PlannedInode Inode);
