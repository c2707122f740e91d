// The files that lie beside a gadget.yaml or a kernel.yaml, in a folder of the host or in a snap: whether they are
// there, and how large. Paths are taken as snapd takes them: relative to the root, shortened first (a/../b is b), links
// followed. What leads out of the root is not there: a snap holds nothing from outside, wherever it is unpacked.
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Gadget.Model;

/// <summary>A file or a folder of a snap.</summary>
/// <param name="IsDirectory">Whether it is a folder.</param>
/// <param name="SizeBytes">Its size; of a folder what file systems usually say.</param>
public readonly record struct GadgetFile(bool IsDirectory, long SizeBytes);

/// <summary>The files of a snap, packed or not.</summary>
public sealed class GadgetRoot : IDisposable
{
    private const int DirectoryBytes = 4096, LinksMax = 40;

    private readonly DirectoryNode _tree;
    private readonly IDisposable[] _open;

    private GadgetRoot(DirectoryNode tree, params IDisposable[] open) => (_tree, _open) = (tree, open);

    /// <summary>Opens a folder or a snap; null where the path is neither.</summary>
    /// <exception cref="MalformedDataException">It begins like a snap and is none.</exception>
    /// <exception cref="IOException">Something in it cannot be read.</exception>
    public static GadgetRoot? Open(string path)
    {
        if (HostFile.IsFolder(path))
            return new(FolderTree.Read(path));
        FileStream stream = HostFile.OpenRead(path);
        GadgetRoot? snap = null;
        try
        {
            if (!IsSnap(stream))
                return null;
            SquashFsReader reader = SquashFsReader.Open(stream);
            return snap = new(reader.ReadTree(), reader, stream);
        }
        finally
        {
            if (snap is null)
                stream.Dispose();
        }
    }

    /// <summary>The files of a tree that is at hand.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="open">What to close with it.</param>
    public static GadgetRoot OfTree(DirectoryNode tree, params IDisposable[] open) => new(tree, open);

    /// <summary>The files of a snap that is at hand; null where the content is no snap's.</summary>
    /// <param name="content">The snap.</param>
    /// <param name="open">What to close with it.</param>
    /// <exception cref="MalformedDataException">It begins like a snap and is none.</exception>
    internal static GadgetRoot? OfSnap(FileContent content, IDisposable open)
    {
        ArgumentNullException.ThrowIfNull(content);
        Stream stream = content.Open();
        Span<byte> head = stackalloc byte[4];
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (count < head.Length || !SquashFsReader.Recognises(head))
        {
            stream.Dispose();
            return null;
        }
        SquashFsReader reader = SquashFsReader.Open(stream);
        return new(reader.ReadTree(), reader, stream, open);
    }

    /// <summary>Whether a file begins like a snap; leaves it at its start.</summary>
    public static bool IsSnap(FileStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            return false;
        Span<byte> head = stackalloc byte[4];
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return count == head.Length && SquashFsReader.Recognises(head);
    }

    /// <summary>What lies at a path; null where nothing does.</summary>
    public GadgetFile? Find(string path) => FindNode(path) switch
    {
        DirectoryNode => new(true, DirectoryBytes),
        RegularFileNode file => new(false, file.Content.Length),
        null => null,
        _ => new(false, 0),
    };

    /// <summary>The node at a path, links followed; null where nothing lies there.</summary>
    public FileNode? FindNode(string path) => new Walk(_tree).To(path);

    /// <summary>Why nothing lies at a path.</summary>
    public string WhyMissing(string path)
    {
        var walk = new Walk(_tree);
        _ = walk.To(path);
        return (walk.LastLink, walk.IsOutside) switch
        {
            ({ } link, true) => $"the link {link} leads out of the gadget",
            ({ } link, false) => $"the link {link} leads nowhere",
            (null, true) => $"\"{path}\" leads out of the gadget",
            _ => $"there is no \"{path}\" in the gadget",
        };
    }

    /// <summary>Bytes of the file at a path, or of all files in the folder there; 0 where nothing is.</summary>
    public long SizeBelow(string path) => Size(FindNode(path));

    /// <summary>Opens a file for reading; null where there is none.</summary>
    public Stream? OpenFile(string path) => (FindNode(path) as RegularFileNode)?.Content.Open();

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_open, resource => resource.Dispose());

    private static long Size(FileNode? node) => node switch
    {
        RegularFileNode file => file.Content.Length,
        DirectoryNode folder => folder.Children.Values.Sum(Size),
        _ => 0,
    };

    /// <summary>One way down the tree, step by step as the kernel goes, but never up from the root.</summary>
    private sealed class Walk(DirectoryNode root)
    {
        private readonly Stack<DirectoryNode> _folders = new([root]);
        private readonly Stack<string> _steps = [];
        private int _links;

        /// <summary>The last link met: "\"a/b\" to \"../c\"".</summary>
        public string? LastLink { get; private set; }

        /// <summary>Whether the way left the root.</summary>
        public bool IsOutside { get; private set; }

        public FileNode? To(string path)
        {
            if (Shorten(path) is not { } steps)
                return null;
            Push(steps);
            FileNode? at = root;
            while (at is not null && !IsOutside && _steps.TryPop(out string? step))
                at = at is DirectoryNode ? Next(step) : null;
            return IsOutside ? null : at;
        }

        private FileNode? Next(string step)
        {
            if (step == "..")
            {
                _folders.Pop();
                IsOutside = _folders.Count == 0;
                return IsOutside ? null : _folders.Peek();
            }
            FileNode? found = _folders.Peek().Children.GetValueOrDefault(step);
            if (found is SymbolicLinkNode link)
                return Follow(step, link.Target);
            if (found is DirectoryNode folder)
                _folders.Push(folder);
            return found;
        }

        private DirectoryNode? Follow(string name, string target)
        {
            LastLink = $"\"{name}\" to \"{target}\"";
            IsOutside = target.StartsWith('/');
            Push(target.Split('/', StringSplitOptions.RemoveEmptyEntries));
            return ++_links > LinksMax ? null : _folders.Peek();
        }

        private void Push(IReadOnlyList<string> steps)
        {
            for (int index = steps.Count - 1; index >= 0; index--)
            {
                if (steps[index] != ".")
                    _steps.Push(steps[index]);
            }
        }

        /// <summary>The steps of a path without "." and ".."; null for one that leads up from the root.</summary>
        private List<string>? Shorten(string path)
        {
            List<string> steps = [];
            foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (step == ".." && steps.Count == 0)
                {
                    IsOutside = true;
                    return null;
                }
                if (step == "..")
                    steps.RemoveAt(steps.Count - 1);
                else if (step != ".")
                    steps.Add(step);
            }
            return steps;
        }
    }
}
