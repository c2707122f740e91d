// A file that either appears whole under its name or not at all: written aside, fsynced, renamed. Several of them
// can be committed together, so that a failed build leaves nothing half-made behind.
using JetsonCore.Diagnostics;

namespace JetsonCore.Files;

/// <summary>A file being written aside.</summary>
public sealed class OutputFile : IDisposable
{
    /// <summary>An existing file is overwritten only with --force.</summary>
    public static readonly Rule Exists = new("JC9102", Severity.Error, "files are overwritten only with --force");

    private readonly string _asidePath;
    private readonly EarlyWriteback _writeback;
    private bool _committed;

    private OutputFile(string path, string asidePath, FileStream stream)
    {
        (Path, _asidePath, Stream) = (path, asidePath, stream);
        _writeback = new(stream.SafeFileHandle);
    }

    /// <summary>Its name once committed.</summary>
    public string Path { get; }

    /// <summary>Where to write; seekable and readable.</summary>
    public FileStream Stream { get; }

    /// <summary>Starts a file; its folder is made if missing.</summary>
    /// <exception cref="UserErrorException">It exists and <paramref name="force"/> is not given.</exception>
    /// <exception cref="IOException">The system refuses, or another process is writing the same file.</exception>
    public static OutputFile Create(string path, bool force)
    {
        if (!force && File.Exists(path))
        {
            throw new UserErrorException(FailureKind.Usage, Exists, path, "cannot write: the file exists",
                hint: "give --force to overwrite it, or another name");
        }
        string fullPath = System.IO.Path.GetFullPath(path);
        string folder = System.IO.Path.GetDirectoryName(fullPath)!;
        Directory.CreateDirectory(folder);
        string asidePath = System.IO.Path.Combine(folder, $".{System.IO.Path.GetFileName(fullPath)}.part");
        // FileShare.None takes a lock: a second build into the same folder fails instead of mixing bytes.
        var stream = new FileStream(asidePath, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        });
        return new(fullPath, asidePath, stream);
    }

    /// <summary>Writes a small file in one go.</summary>
    /// <exception cref="UserErrorException">It exists and <paramref name="force"/> is not given.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool force)
    {
        using OutputFile file = Create(path, force);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Commits several files: all are made durable before the first gets its name.</summary>
    public static void CommitAll(IReadOnlyList<OutputFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (OutputFile file in files)
            file.Stream.Flush(flushToDisk: true);
        foreach (OutputFile file in files)
            file.Rename();
        foreach (string folder in files.Select(file => System.IO.Path.GetDirectoryName(file.Path)!).Distinct())
            Posix.SyncFolder(folder);
    }

    /// <summary>Opens what has been written so far for reading; valid as long as this file is not disposed.</summary>
    public Stream OpenRead() => new HandleStream(Stream.SafeFileHandle);

    /// <summary>Gives the file its name.</summary>
    public void Commit() => CommitAll([this]);

    /// <summary>Closes the file; without a commit nothing of it stays.</summary>
    public void Dispose()
    {
        _writeback.Dispose();
        Stream.Dispose();
        if (!_committed)
            File.Delete(_asidePath);
    }

    private void Rename()
    {
        File.Move(_asidePath, Path, overwrite: true);
        _committed = true;
    }
}
