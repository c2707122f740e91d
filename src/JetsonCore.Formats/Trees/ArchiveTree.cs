// A tree put together from the entries of an archive: of a path that comes twice the last entry counts, directories
// without an entry of their own are made as needed, and links on the way to a file are followed within the archive:
// behind "lib -> usr/lib" the file "lib/x" is "usr/lib/x", as the kernel and tar unpack it.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Builds a tree from archive entries.</summary>
/// <param name="counter">Counts the directories that no entry names; null where all are named.</param>
internal sealed class ArchiveTree(ArchiveCounter? counter = null)
{
    /// <summary>As many as Linux follows on the way to one file.</summary>
    private const int LinksMax = 40;

    public DirectoryNode Root { get; } = new() { IsImplied = true };

    /// <summary>Puts a node at a normalized path.</summary>
    /// <exception cref="MalformedDataException">A step of the path is no directory, or leads outside.</exception>
    public void Place(string path, FileNode node, long offset)
    {
        int slash = path.LastIndexOf('/');
        DirectoryNode at = slash < 0 ? Root : Walk(path, slash, offset, isMade: true)!;
        string name = path[(slash + 1)..];
        FileNode? before = path is "" ? Root : at.Children.GetValueOrDefault(name);
        if (before is DirectoryNode directory && node is DirectoryNode)
            (directory.Metadata, directory.IsImplied) = (node.Metadata, false);
        else if (path is "")
            throw new MalformedDataException(offset, "the root of the archive is no directory");
        else
            at.Set(name, node);
    }

    /// <summary>What has been placed at a normalized path; null where nothing has.</summary>
    /// <exception cref="MalformedDataException">A step of the path is no directory, or leads outside.</exception>
    public FileNode? Find(string path, long offset)
    {
        int slash = path.LastIndexOf('/');
        DirectoryNode? at = slash < 0 ? Root : Walk(path, slash, offset, isMade: false);
        return path is "" ? Root : at?.Children.GetValueOrDefault(path[(slash + 1)..]);
    }

    /// <summary>The directory that a path begins with; null where a step is missing and is not to be made.</summary>
    private DirectoryNode? Walk(string path, int length, long offset, bool isMade)
    {
        string way = path[..length];
        List<DirectoryNode> open = [Root];
        for (int start = 0, links = 0; start < way.Length;)
        {
            int slash = way.IndexOf('/', start);
            string step = slash < 0 ? way[start..] : way[start..slash];
            start += step.Length + 1;
            if (step is "" or ".")
                continue;
            if (step is "..")
            {
                if (open.Count == 1)
                    throw Misplaced(path, "a link on the way leaves the archive", offset);
                open.RemoveAt(open.Count - 1);
                continue;
            }
            switch (Step(open[^1], step, offset, isMade))
            {
                case DirectoryNode directory:
                    open.Add(directory);
                    break;
                case SymbolicLinkNode when ++links > LinksMax:
                    throw Misplaced(path, $"more than {LinksMax} links are on the way", offset);
                case SymbolicLinkNode link:
                    if (link.Target.StartsWith('/'))
                        open.RemoveRange(1, open.Count - 1);
                    way = $"{link.Target}/{(start < way.Length ? way[start..] : "")}";
                    start = 0;
                    break;
                case null:
                    return null;
                default:
                    throw Misplaced(path, $"\"{step}\" is no directory", offset);
            }
        }
        return open[^1];
    }

    private FileNode? Step(DirectoryNode at, string step, long offset, bool isMade)
    {
        if (at.Children.TryGetValue(step, out FileNode? child) || !isMade)
            return child;
        counter?.Count(0, step.Length, offset);
        child = new DirectoryNode(Root.Metadata) { IsImplied = true };
        at.Set(step, child);
        return child;
    }

    private static MalformedDataException Misplaced(string path, string reason, long offset) =>
        new(offset, $"cannot place \"{path}\": {reason}");
}
