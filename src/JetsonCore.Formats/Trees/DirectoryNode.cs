// A directory of a file tree: names in ordinal order, and the few ways in which trees are put together and searched.
namespace JetsonCore.Formats.Trees;

/// <summary>A directory.</summary>
/// <param name="metadata">Permissions, owner, time.</param>
public sealed class DirectoryNode(FileMetadata metadata) : FileNode(metadata)
{
    private readonly SortedDictionary<string, FileNode> _children = new(StringComparer.Ordinal);

    /// <summary>An empty directory of mode 0755 that belongs to root, dated at the epoch.</summary>
    public DirectoryNode()
        : this(FileMetadata.Directory)
    {
    }

    /// <summary>Whether it was made for what lies in it only: no entry of the archive names it.</summary>
    public bool IsImplied { get; internal set; }

    /// <summary>What lies in it, in ordinal order of the names; "." and ".." are not among them.</summary>
    public IReadOnlyDictionary<string, FileNode> Children => _children;

    /// <summary>Puts <paramref name="node"/> under <paramref name="name"/>, in place of what was there.</summary>
    /// <exception cref="ArgumentException">The name is empty, "." or "..", or holds "/" or NUL.</exception>
    public void Set(string name, FileNode node)
    {
        if (!NodeName.IsValid(name))
            throw new ArgumentException($"cannot name a file \"{name}\"", nameof(name));
        _children[name] = node;
    }

    /// <summary>Takes <paramref name="name"/> out; says whether it was there.</summary>
    public bool Remove(string name) => _children.Remove(name);

    /// <summary>Puts a node at a path ("a/b/c"), making directories like this one.</summary>
    /// <exception cref="ArgumentException">A step is no valid name, or no directory.</exception>
    public void SetPath(string path, FileNode node)
    {
        ArgumentNullException.ThrowIfNull(path);
        int slash = path.LastIndexOf('/');
        DirectoryNode parent = slash < 0 ? this : MakeDirectory(path[..slash]);
        parent.Set(path[(slash + 1)..], node);
    }

    /// <summary>The directory at a path, made (with this one's metadata) where it is missing.</summary>
    /// <exception cref="ArgumentException">A step is no valid name, or no directory.</exception>
    public DirectoryNode MakeDirectory(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        DirectoryNode at = this;
        foreach (string step in path.Split('/'))
        {
            if (!at._children.TryGetValue(step, out FileNode? child))
                at.Set(step, child = new DirectoryNode(Metadata));
            at = child as DirectoryNode
                ?? throw new ArgumentException($"cannot make \"{path}\": \"{step}\" is no directory", nameof(path));
        }
        return at;
    }

    /// <summary>The node at a path, or null; symbolic links are not followed; "" is this directory.</summary>
    public FileNode? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileNode? at = this;
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = (at as DirectoryNode)?._children.GetValueOrDefault(step);
            if (at is null)
                return null;
        }
        return at;
    }

    /// <summary>
    /// The node at a path, behind all symbolic links, and the path that has none; null where there is nothing. Links
    /// stay within this directory, as a root that nothing leads out of.
    /// </summary>
    public (string Path, FileNode Node)? Follow(string path)
    {
        const int LinksMax = 40;        // as many as Linux follows
        ArgumentNullException.ThrowIfNull(path);
        List<(string Name, FileNode Node)> open = [];
        var steps = new Stack<string>(Steps(path));
        for (int links = 0; steps.TryPop(out string? step);)
        {
            if (step is "..")
            {
                if (open.Count > 0)
                    open.RemoveAt(open.Count - 1);
                continue;
            }
            var at = open.Count == 0 ? this : open[^1].Node as DirectoryNode;
            switch (at?._children.GetValueOrDefault(step))
            {
                case null:
                case SymbolicLinkNode when ++links > LinksMax:
                    return null;
                case SymbolicLinkNode link:
                    if (link.Target.StartsWith('/'))
                        open.Clear();
                    foreach (string next in Steps(link.Target))
                        steps.Push(next);
                    break;
                case FileNode found:
                    open.Add((step, found));
                    break;
            }
        }
        return (string.Join('/', open.Select(one => one.Name)), open.Count == 0 ? this : open[^1].Node);
    }

    private static IEnumerable<string> Steps(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".").Reverse();

    /// <summary>Every node below, each directory before its content, with its path ("a/b/c").</summary>
    public IEnumerable<(string Path, FileNode Node)> Walk()
    {
        var open = new Stack<(string Prefix, IEnumerator<KeyValuePair<string, FileNode>> Names)>();
        open.Push(("", _children.GetEnumerator()));
        while (open.TryPeek(out var level))
        {
            if (!level.Names.MoveNext())
            {
                open.Pop();
                continue;
            }
            (string name, FileNode node) = level.Names.Current;
            yield return (level.Prefix + name, node);
            if (node is DirectoryNode directory)
                open.Push(($"{level.Prefix}{name}/", directory._children.GetEnumerator()));
        }
    }
}
