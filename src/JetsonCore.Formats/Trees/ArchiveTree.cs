// A tree put together from the entries of an archive: of a path that comes twice the last entry counts, and directories
// without an entry of their own are made as needed.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Builds a tree from archive entries.</summary>
internal sealed class ArchiveTree
{
    public DirectoryNode Root { get; } = new();

    /// <summary>Puts a node at a normalized path.</summary>
    /// <exception cref="MalformedDataException">A step of the path is there and no directory.</exception>
    public void Place(string path, FileNode node, long offset)
    {
        if (Root.Find(path) is DirectoryNode existing && node is DirectoryNode)
        {
            existing.Metadata = node.Metadata;
            return;
        }
        if (path is "")
            throw new MalformedDataException(offset, "the root of the archive is no directory");
        try
        {
            Root.SetPath(path, node);
        }
        catch (ArgumentException exception)
        {
            throw new MalformedDataException(offset, $"cannot place \"{path}\": {exception.Message}", exception);
        }
    }
}
