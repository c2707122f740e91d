// The snaps that a command works with: files, or trees that are packed first as `snap pack` does. Files stay open,
// because their contents are read when they are needed.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Snaps;

/// <summary>Opens snaps and keeps them open.</summary>
/// <param name="workFolder">Where packed trees are kept; null for where temporary files go.</param>
/// <param name="time">The time of packed trees; null for the times of their files.</param>
public sealed class OpenedSnaps(string? workFolder, FileTime? time) : IDisposable
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
        if (Directory.Exists(path))
            return Pack(path, diagnostics, cancellation);
        if (File.Exists(path))
            return OpenFile(path, diagnostics);
        throw new UserErrorException(FailureKind.Environment, SnapRules.MissingSnap, path,
            "cannot open the snap: there is no such file",
            hint: "name a snap file or a snap's folder; snaps are not fetched from a store");
    }

    /// <summary>Closes all snaps.</summary>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? resource))
            resource.Dispose();
        _spool?.Dispose();
    }

    private SnapFile? OpenFile(string path, DiagnosticBag diagnostics)
    {
        FileContent content = FolderTree.FileContent(path);
        Stream stream = content.Open();
        _open.Push(stream);
        try
        {
            SquashFsReader reader = SquashFsReader.Open(stream);
            _open.Push(reader);
            return SnapFile.FromTree(path, content, reader.ReadTree(Limits), diagnostics);
        }
        catch (MalformedDataException exception)
        {
            diagnostics.AddAbout(path, SnapRules.Unreadable,
                $"cannot read the snap: at {exception.Offset}: {exception.Message}",
                hint: "a snap is a squashfs file; fetch or pack it again");
            return null;
        }
    }

    private SnapFile? Pack(string path, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        DirectoryNode root = FolderTree.Read(path, new() { ModificationTime = time });
        if (SnapPacker.Check(path, root, diagnostics) is null)
            return null;
        _spool ??= new SpoolFolder(workFolder);
        FileContent content = _spool.Keep(
            target => SnapPacker.Write(root, time ?? SnapPacker.LatestTime(root), target, cancellation));
        return SnapFile.FromTree(path, content, root, diagnostics);
    }
}
