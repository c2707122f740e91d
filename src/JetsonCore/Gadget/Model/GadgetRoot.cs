// The files that lie beside a gadget.yaml or a kernel.yaml, in a folder of the host or in a snap: whether they are
// there, and how large. Paths are taken as snapd takes them: relative to the root, shortened first (a/../b is b),
// links followed.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Gadget.Model;

/// <summary>A file or a folder of a snap.</summary>
/// <param name="IsDirectory">Whether it is a folder.</param>
/// <param name="SizeBytes">Its size; of a folder what file systems usually say.</param>
public readonly record struct GadgetFile(bool IsDirectory, long SizeBytes);

/// <summary>The files of a snap, packed or not.</summary>
public abstract class GadgetRoot : IDisposable
{
    private const int DirectoryBytes = 4096;

    /// <summary>Opens a folder or a snap; null where the path is neither.</summary>
    /// <exception cref="MalformedDataException">It begins like a snap and is none.</exception>
    public static GadgetRoot? Open(string path)
    {
        if (Directory.Exists(path))
            return new HostFolder(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        GadgetRoot? snap = null;
        try
        {
            return snap = IsSnap(stream) ? new PackedSnap(stream) : null;
        }
        finally
        {
            if (snap is null)
                stream.Dispose();
        }
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
    public abstract GadgetFile? Find(string path);

    /// <summary>Bytes of the file at a path, or of all files in the folder there; 0 where nothing is.</summary>
    public abstract long SizeBelow(string path);

    /// <summary>Opens a file for reading; null where there is none.</summary>
    public abstract Stream? OpenFile(string path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    protected abstract void Close();

    private sealed class HostFolder(string folder) : GadgetRoot
    {
        public override GadgetFile? Find(string path)
        {
            string at = PathOf(path);
            if (Directory.Exists(at))
                return new(true, DirectoryBytes);
            return LengthOf(at) is { } length ? new(false, length) : null;
        }

        public override long SizeBelow(string path) => Find(path) is { IsDirectory: true }
            ? new DirectoryInfo(PathOf(path)).EnumerateFiles("*", SearchOption.AllDirectories)
                .Sum(file => LengthOf(file.FullName) ?? 0)
            : Find(path)?.SizeBytes ?? 0;

        public override Stream? OpenFile(string path) => File.Exists(PathOf(path)) ? File.OpenRead(PathOf(path)) : null;

        protected override void Close()
        {
        }

        /// <summary>A file's length; null where there is none, or a link that leads nowhere or in a circle.</summary>
        private static long? LengthOf(string path)
        {
            try
            {
                FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
                return file is FileInfo { Exists: true } found ? found.Length : null;
            }
            catch (IOException)
            {
                return null;
            }
        }

        private string PathOf(string path) => path.Contains('\0', StringComparison.Ordinal)
            ? ""
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Join(folder, path)));
    }

    private sealed class PackedSnap : GadgetRoot
    {
        private const int LinksMax = 40;
        private readonly FileStream _stream;
        private readonly SquashFsReader _reader;
        private readonly DirectoryNode _root;

        public PackedSnap(FileStream stream)
        {
            _stream = stream;
            _reader = SquashFsReader.Open(stream);
            _root = _reader.ReadTree();
        }

        public override GadgetFile? Find(string path) => Resolve(path) switch
        {
            DirectoryNode => new(true, DirectoryBytes),
            RegularFileNode file => new(false, file.Content.Length),
            null => null,
            _ => new(false, 0),
        };

        public override long SizeBelow(string path) => Size(Resolve(path));

        public override Stream? OpenFile(string path) => (Resolve(path) as RegularFileNode)?.Content.Open();

        protected override void Close()
        {
            _reader.Dispose();
            _stream.Dispose();
        }

        private static long Size(FileNode? node) => node switch
        {
            RegularFileNode file => file.Content.Length,
            DirectoryNode folder => folder.Children.Values.Sum(Size),
            _ => 0,
        };

        private FileNode? Resolve(string path)
        {
            string steps = Path.GetFullPath(Path.Join("/", path));
            for (int links = 0; links < LinksMax; links++)
            {
                if (!Walk(ref steps, out FileNode? found))
                    return found;
            }
            return null;
        }

        /// <summary>Walks a path down; true where a link has changed it.</summary>
        private bool Walk(ref string path, out FileNode? found)
        {
            found = _root;
            string[] steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (int index = 0; index < steps.Length; index++)
            {
                if (found is not DirectoryNode folder || !folder.Children.TryGetValue(steps[index], out found))
                {
                    found = null;
                    return false;
                }
                if (found is SymbolicLinkNode link)
                {
                    string parent = string.Join('/', steps[..index]);
                    string target = Path.Combine("/" + parent, link.Target);
                    path = Path.GetFullPath(Path.Join(target, string.Join('/', steps[(index + 1)..])));
                    return true;
                }
            }
            return false;
        }
    }
}
