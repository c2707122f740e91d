// A tree put together from the entries of an archive: of a path that comes twice the last entry counts, and directories
// without an entry of their own are made as needed.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Builds a tree from archive entries.</summary>
/// <param name="counter">Counts the directories that no entry names; null where all are named.</param>
internal sealed class ArchiveTree(ArchiveCounter? counter = null)
{
    public DirectoryNode Root { get; } = new();

    /// <summary>Puts a node at a normalized path.</summary>
    /// <exception cref="MalformedDataException">A step of the path is there and no directory.</exception>
    public void Place(string path, FileNode node, long offset)
    {
        DirectoryNode at = Root;
        int stepStart = 0;
        for (int slash; (slash = path.IndexOf('/', stepStart)) >= 0; stepStart = slash + 1)
            at = Step(at, path[stepStart..slash], path, offset);
        string name = path[stepStart..];
        FileNode? before = path is "" ? Root : at.Children.GetValueOrDefault(name);
        if (before is DirectoryNode && node is DirectoryNode)
            before.Metadata = node.Metadata;
        else if (path is "")
            throw new MalformedDataException(offset, "the root of the archive is no directory");
        else
            at.Set(name, node);
    }

    private DirectoryNode Step(DirectoryNode at, string step, string path, long offset)
    {
        if (!at.Children.TryGetValue(step, out FileNode? child))
        {
            counter?.Count(0, step.Length, offset);
            at.Set(step, child = new DirectoryNode(Root.Metadata));
        }
        return child as DirectoryNode
            ?? throw new MalformedDataException(offset, $"cannot place \"{path}\": \"{step}\" is no directory");
    }
}
