// A file system on the board's disk: a tree that is read where it lies, and what U-Boot wrote meanwhile, kept apart so
// that nothing on the host ever changes.
using System.Collections.Immutable;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

/// <summary>Which driver of U-Boot takes a file system.</summary>
public enum UBootFileSystemKind
{
    /// <summary>ext2, ext3, ext4.</summary>
    Ext4,

    /// <summary>FAT.</summary>
    Fat,
}

/// <summary>A file system of the board.</summary>
/// <param name="kind">Its driver.</param>
/// <param name="root">Its files.</param>
public sealed class UBootFileSystem(UBootFileSystemKind kind, DirectoryNode root)
{
    private const int LinksMax = 40;

    private readonly Dictionary<string, FileContent?> _written = new(StringComparer.Ordinal);

    /// <summary>Its driver.</summary>
    public UBootFileSystemKind Kind { get; } = kind;

    /// <summary>Its files as they were.</summary>
    public DirectoryNode Root { get; } = root;

    /// <summary>A feature that U-Boot does not write, or null where it writes.</summary>
    public string? UnwritableFeature { get; init; }

    /// <summary>Whether it has a journal, which writing talks about.</summary>
    public bool HasJournal { get; init; } = true;

    /// <summary>A file's content, or null where there is no such file.</summary>
    public FileContent? FindFile(string path)
    {
        string whole = Whole(path);
        if (_written.TryGetValue(whole, out FileContent? written))
            return written;
        return Resolve(path).File?.Content;
    }

    /// <summary>Whether there is a file; ext4 does not see folders when asked so.</summary>
    public bool Exists(string path) =>
        FindFile(path) is not null || (Kind == UBootFileSystemKind.Fat && FindFolder(path) is not null);

    /// <summary>A folder, or null.</summary>
    public DirectoryNode? FindFolder(string path) => Resolve(path).Folder;

    /// <summary>Writes a file.</summary>
    public void Write(string path, FileContent content) => _written[Whole(path)] = content;

    /// <summary>Deletes a file.</summary>
    public void Delete(string path) => _written[Whole(path)] = null;

    /// <summary>What lies in a folder: the tree's entries and what was written.</summary>
    public ImmutableArray<(string Name, FileNode Node)> List(string path)
    {
        string prefix = Whole(path);
        prefix = prefix == "/" ? prefix : prefix + "/";
        var names = new SortedDictionary<string, FileNode>(StringComparer.Ordinal);
        foreach ((string name, FileNode node) in FindFolder(path)?.Children ?? DirectoryNodes.None)
            names[name] = node;
        foreach ((string file, FileContent? content) in _written)
        {
            if (!file.StartsWith(prefix, StringComparison.Ordinal) || file.LastIndexOf('/') >= prefix.Length)
                continue;
            if (content is null)
                names.Remove(file[prefix.Length..]);
            else
                names[file[prefix.Length..]] = new RegularFileNode(FileMetadata.File, content);
        }
        return [.. names.Select(entry => (entry.Key, entry.Value))];
    }

    private (DirectoryNode? Folder, RegularFileNode? File) Resolve(string path)
    {
        var steps = new Stack<string>(Steps(path).Reverse());
        List<DirectoryNode> way = [Root];
        for (int links = 0; steps.TryPop(out string? step);)
        {
            if (step == "..")
            {
                if (way.Count > 1)
                    way.RemoveAt(way.Count - 1);
                continue;
            }
            switch (Child(way[^1], step))
            {
                case DirectoryNode folder:
                    way.Add(folder);
                    break;
                case SymbolicLinkNode link when ++links <= LinksMax:
                    if (link.Target.StartsWith('/'))
                        way.RemoveRange(1, way.Count - 1);
                    foreach (string part in Steps(UBootText.FromHost(link.Target)).Reverse())
                        steps.Push(part);
                    break;
                case RegularFileNode file:
                    return (null, steps.Count == 0 ? file : null);
                default:
                    return (null, null);
            }
        }
        return (way[^1], null);
    }

    private FileNode? Child(DirectoryNode folder, string name)
    {
        string asHost = UBootText.ToHost(name);
        if (folder.Children.TryGetValue(asHost, out FileNode? child) || Kind != UBootFileSystemKind.Fat)
            return child;
        return folder.Children.FirstOrDefault(
            entry => entry.Key.Equals(asHost, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static IEnumerable<string> Steps(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".");

    private static string Whole(string path) => "/" + string.Join('/', Steps(path));

    private static class DirectoryNodes
    {
        public static readonly IReadOnlyDictionary<string, FileNode> None = new Dictionary<string, FileNode>();
    }
}
