// The snaps that a command works with: files, or trees that are packed first as `snap pack` does. Files stay open,
// because their contents are read when they are needed.
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Snaps;

/// <summary>Opens snaps and keeps them open.</summary>
/// <param name="workFolder">Where packed trees are kept; null for where temporary files go.</param>
/// <param name="time">The time of packed trees; null for the times of their files.</param>
/// <param name="cache">What was packed earlier; null where nothing is taken and kept.</param>
public sealed class OpenedSnaps(string? workFolder, FileTime? time, StageCache? cache) : IDisposable
{
    private static readonly ReadLimits Limits = new() { Entries = 500_000, ContentBytes = 64L << 30 };

    private readonly Stack<IDisposable> _open = [];
    private SpoolFolder? _spool;

    /// <summary>Opens a snap's file or packs a snap's tree.</summary>
    /// <returns>The snap, or null where findings forbid it.</returns>
    /// <exception cref="UserErrorException">There is no such file or folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SnapFile? Open(string path, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (HostFile.IsFolder(path))
            return Pack(path, FolderTree.Read(path, new() { ModificationTime = time }), diagnostics, cancellation);
        if (HostFile.Exists(path))
            return OpenFile(path, FolderTree.FileContent(path), diagnostics, cancellation);
        throw new UserErrorException(FailureKind.Environment, SnapRules.MissingSnap, path,
            "cannot open the snap: there is no such file",
            hint: "name a snap file or a snap's folder, or a snap of the store by its name alone");
    }

    /// <summary>Opens a snap that is a file or folder of an image, or was made.</summary>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="node">The file; or the folder, with the times and owners that the packed snap is to have.</param>
    /// <param name="open">What to close with the snaps; null for nothing.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    /// <param name="cancellation">Ends the packing early.</param>
    /// <returns>The snap, or null where findings forbid it.</returns>
    public SnapFile? Open(
        string path, FileNode node, IDisposable? open, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (open is not null)
            _open.Push(open);
        switch (node)
        {
            case DirectoryNode folder:
                return Pack(path, folder, diagnostics, cancellation);
            case RegularFileNode file:
                return OpenFile(path, file.Content, diagnostics, cancellation);
            default:
                diagnostics.AddAbout(path, SnapRules.Unreadable, "cannot read the snap: it is neither file nor folder");
                return null;
        }
    }

    /// <summary>Closes all snaps.</summary>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? resource))
            resource.Dispose();
        _spool?.Dispose();
    }

    private SnapFile? OpenFile(
        string path, FileContent content, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        Stream stream = content.Open();
        _open.Push(stream);
        try
        {
            SquashFsReader reader = SquashFsReader.Open(stream);
            _open.Push(reader);
            SnapFile? snap = SnapFile.FromTree(
                path, content, reader.ReadTree(Limits), diagnostics, cache?.Digests);
            if (snap is { Type: SnapType.Kernel } && cache is not null)
                UnpackedBootFiles.Use(snap, cache, cancellation);
            return snap;
        }
        catch (MalformedDataException exception)
        {
            diagnostics.AddAbout(path, SnapRules.Unreadable,
                $"cannot read the snap: at {exception.Offset}: {exception.Message}",
                hint: HintFor(path, content));
            return null;
        }
    }

    /// <summary>What to give instead of a file that is no snap.</summary>
    private static string HintFor(string path, FileContent content)
    {
        const int HeadBytes = 64, Arm64Magic = 0x38;
        if (Path.GetFileName(path) is "gadget.yaml" or "snap.yaml")
        {
            string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
            bool isMeta = Path.GetFileName(folder) == "meta";
            return $"name the folder of the snap's tree: {(isMeta ? Path.GetDirectoryName(folder) : folder)}";
        }
        Span<byte> head = stackalloc byte[HeadBytes];
        using Stream file = content.Open();
        head = head[..file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        bool isKernel = head.Length == HeadBytes && head[Arm64Magic..].StartsWith("ARM\x64"u8);
        if (isKernel || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || head.StartsWith("!<arch>\n"u8))
        {
            return "a kernel image or a package is no snap yet: make one of it with \"jetson-core kernel pack\", and "
                + "give that";
        }
        return "a snap is a squashfs file; fetch or pack it again";
    }

    private SnapFile? Pack(
        string path, DirectoryNode root, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (SnapPacker.Check(path, root, diagnostics) is null)
            return null;
        FileTime latest = time ?? SnapPacker.LatestTime(root);
        _spool ??= new SpoolFolder(workFolder);
        FileContent Make() => _spool.Keep(target => SnapPacker.Write(root, latest, target, cancellation: cancellation));
        FileContent content = cache is null
            ? Make()
            : cache.GetOrMake(SnapPacker.Key(cache, root, latest, cancellation), Make, cancellation);
        return SnapFile.FromTree(path, content, root, diagnostics, cache?.Digests);
    }
}
