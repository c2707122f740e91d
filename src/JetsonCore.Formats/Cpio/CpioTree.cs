// Puts the entries of archives together as one tree: later entries win, and the names of a hard-linked file come to
// share one node, whichever of them carried the content.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

internal sealed class CpioTree
{
    private readonly Dictionary<CpioLinkIdentity, LinkedFile> _links = [];

    public DirectoryNode Root { get; } = new();

    public void Add(CpioEntry entry)
    {
        FileNode node = entry.Link is { } link ? Linked(link, entry) : entry.Node;
        if (Root.Find(entry.Path) is DirectoryNode existing && node is DirectoryNode)
            existing.Metadata = node.Metadata;
        else
            Set(entry.Path, node, entry.Offset);
    }

    /// <summary>Inode numbers count within one archive.</summary>
    public void EndArchive() => _links.Clear();

    private FileNode Linked(CpioLinkIdentity link, CpioEntry entry)
    {
        if (!_links.TryGetValue(link, out LinkedFile? file))
            _links.Add(link, file = new(entry.Node));
        if (file.HasContent)
            return file.Node;
        file.HasContent = entry.Node is RegularFileNode { Content.Length: > 0 };
        if (file.HasContent)
        {
            foreach (string path in file.EmptyPaths.Where(path => Root.Find(path) == file.Node))
                Set(path, entry.Node, entry.Offset);
            file.Node = entry.Node;
        }
        else
        {
            file.EmptyPaths.Add(entry.Path);
        }
        return file.Node;
    }

    private void Set(string path, FileNode node, long offset)
    {
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

    /// <summary>A file with several names, of which the first ones met may have come without the content.</summary>
    private sealed class LinkedFile(FileNode node)
    {
        public FileNode Node { get; set; } = node;

        public bool HasContent { get; set; }

        public List<string> EmptyPaths { get; } = [];
    }
}
