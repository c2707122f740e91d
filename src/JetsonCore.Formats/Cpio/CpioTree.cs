// Puts the entries of archives together as one tree: later entries win, and the names of a hard-linked file come to
// share one node, whichever of them carried the content.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <param name="counter">The reader's.</param>
internal sealed class CpioTree(ArchiveCounter counter)
{
    private readonly Dictionary<CpioLinkIdentity, LinkedFile> _links = [];
    private readonly ArchiveTree _tree = new(counter);

    public DirectoryNode Root => _tree.Root;

    public void Add(CpioEntry entry) =>
        _tree.Place(entry.Path, entry.Link is { } link ? Linked(link, entry) : entry.Node, entry.Offset);

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
            foreach (string path in file.EmptyPaths.Where(path => _tree.Find(path, entry.Offset) == file.Node))
                _tree.Place(path, entry.Node, entry.Offset);
            file.Node = entry.Node;
        }
        else
        {
            file.EmptyPaths.Add(entry.Path);
        }
        return file.Node;
    }

    /// <summary>A file with several names, of which the first ones met may have come without the content.</summary>
    private sealed class LinkedFile(FileNode node)
    {
        public FileNode Node { get; set; } = node;

        public bool HasContent { get; set; }

        public List<string> EmptyPaths { get; } = [];
    }
}
