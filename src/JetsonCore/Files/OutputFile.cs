// A file that either appears whole under its name or not at all: written aside under a name that this run alone has,
// made durable, renamed. What a killed run has left at the name aside is known by its name, its owner and that nobody
// holds its lock; anything else there, a link or a pipe, is neither followed nor touched.
//
//   .NAME.part    written aside
//   .NAME.old     the file that had the name, while several files get theirs (OutputSet)
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>A file being written aside.</summary>
public sealed class OutputFile : IDisposable
{
    /// <summary>An existing file is overwritten only with --force.</summary>
    public static readonly Rule Exists = new("JC9102", Severity.Error, "files are overwritten only with --force");

    /// <summary>Two runs would mix their bytes.</summary>
    public static readonly Rule Busy = new("JC9140", Severity.Error, "one run at a time writes a result");

    /// <summary>Only files are replaced.</summary>
    public static readonly Rule InTheWay =
        new("JC9144", Severity.Error, "a result replaces only files, and what it is written aside to is free");

    private const uint AnyoneReadsAndWrites = 0x1B6, OwnerReadsAndWrites = 0x180;       // 0666, 0600
    private const int TriesMax = 16;

    private readonly bool _force;
    private readonly EarlyWriteback _writeback;
    private WorkStage? _reading;

    private OutputFile(string path, bool force, SafeFileHandle file)
    {
        (Path, _force, Stream) = (path, force, new HostStream(file, path, FileAccess.ReadWrite));
        _writeback = new(file);
    }

    /// <summary>Its name once committed.</summary>
    public string Path { get; }

    /// <summary>Where to write; seekable and readable.</summary>
    public FileStream Stream { get; }

    /// <summary>Where it is written aside.</summary>
    internal string AsidePath => AsidePathOf(Path);

    /// <summary>Whether it has its name, or nothing of it is left.</summary>
    internal bool IsDone { get; set; }

    /// <summary>Starts a file; its folder is made if missing.</summary>
    /// <param name="path">The file's name.</param>
    /// <param name="force">Whether an existing file is overwritten.</param>
    /// <param name="isSecret">Whether it is its owner's alone.</param>
    /// <exception cref="UserErrorException">It exists and <paramref name="force"/> is not given, something else has
    /// the name, or another process is writing the same file.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static OutputFile Create(string path, bool force, bool isSecret = false)
    {
        RequireName(path, force);
        string fullPath = System.IO.Path.GetFullPath(path), folder = System.IO.Path.GetDirectoryName(fullPath)!;
        RequireFolder(folder);
        Posix.MakeFolders(folder);
        SafeFileHandle file = OpenAside(fullPath, isSecret ? OwnerReadsAndWrites : AnyoneReadsAndWrites);
        try
        {
            return new(fullPath, force, file);
        }
        catch
        {
            Posix.TryRemove(AsidePathOf(fullPath));
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a small file in one go.</summary>
    /// <exception cref="UserErrorException">It exists and <paramref name="force"/> is not given, or something else
    /// has the name.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool force, bool isSecret = false)
    {
        using OutputFile file = Create(path, force, isSecret);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Refuses what is no folder and cannot become one.</summary>
    /// <exception cref="UserErrorException">It is empty, or something else has the name.</exception>
    internal static void RequireFolder(string folder)
    {
        if (folder is "")
        {
            throw new UserErrorException(FailureKind.Usage, InTheWay, null,
                "cannot write: the folder's name is empty", "give the name of a folder, or . for this one");
        }
        for (string? at = System.IO.Path.GetFullPath(folder); at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            if (Posix.TryStatus(at, follow: true) is not { } status)
                continue;
            if (status.IsFolder)
                return;
            throw new UserErrorException(FailureKind.Usage, InTheWay, folder, at == folder
                    ? "cannot write into it: this is no folder"
                    : $"cannot write into it: \"{at}\" is no folder",
                "give the name of a folder, which may be a new one");
        }
    }

    /// <summary>Refuses a name that no file can get.</summary>
    /// <exception cref="UserErrorException">A file has it that must not be overwritten, or no file has it.</exception>
    internal static void RequireName(string path, bool force)
    {
        if (path is "" || System.IO.Path.EndsInDirectorySeparator(path))
        {
            throw new UserErrorException(FailureKind.Usage, InTheWay, path is "" ? null : path,
                path is "" ? "cannot write: the file's name is empty" : "cannot write: this names a folder",
                "give the name of a file");
        }
        if (Posix.TryStatus(path) is not { } status)
            return;
        FileStatus target = status.IsLink ? Posix.TryStatus(path, follow: true) ?? status : status;
        if (target is { IsRegularFile: false, IsLink: false })
        {
            throw new UserErrorException(FailureKind.Usage, InTheWay, path, target.IsFolder
                    ? "cannot write: a folder has this name"
                    : "cannot write: a device, a pipe or a socket has this name",
                "give another name, or take it out of the way");
        }
        if (!force)
        {
            throw new UserErrorException(FailureKind.Usage, Exists, path, "cannot write: the file exists",
                hint: "give --force to overwrite it, or another name");
        }
    }

    /// <summary>Opens what has been written so far for reading; valid as long as this file is not disposed.</summary>
    public Stream OpenRead() => new HandleStream(Stream.SafeFileHandle, Path) { Stage = _reading };

    /// <summary>What has been written so far, with its holes; valid as long as this file is not disposed.</summary>
    public FileContent Content => new(Stream.Length, OpenRead,
        () => SparseCopy.DataRanges(Stream).Select(range => new ContentRange(range.Offset, range.Length)))
    {
        IsIndependent = true,
    };

    /// <summary>Tells a stage of all bytes that are written from now on.</summary>
    internal void CountFor(WorkStage stage) => ((HostStream)Stream).Stage = stage;

    /// <summary>Tells a stage of all bytes that are read by what is opened from now on.</summary>
    internal void CountReading(WorkStage stage) => _reading = stage;

    /// <summary>How many bytes of it are no holes.</summary>
    internal long DataBytes() => SparseCopy.DataRanges(Stream).Sum(range => range.Length);

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="IOException">The system refuses; whatever had the name has it still.</exception>
    public void Commit()
    {
        RequireName(Path, _force);
        Sync();
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        if (Posix.TryStatus(Path) is null)
        {
            Posix.Rename(AsidePath, Path);
            SyncOr(folder, () => Posix.TryRemove(Path));
        }
        else if (Posix.TryExchange(AsidePath, Path))
        {
            SyncOr(folder, () => Posix.TryExchange(AsidePath, Path));
            Posix.TryRemove(AsidePath);         // what had the name
        }
        else
        {
            Posix.RenameOver(AsidePath, Path);
            Posix.SyncFolder(folder);
        }
        IsDone = true;
    }

    /// <summary>Closes the file; without a commit nothing of it stays.</summary>
    public void Dispose()
    {
        Abandon();                              // first of all: what comes behind needs memory
        _writeback.Dispose();
        Posix.Unlock(Stream.SafeFileHandle);
        Stream.Dispose();
    }

    /// <summary>Removes what was written, unless it has its name.</summary>
    internal void Abandon()
    {
        if (!IsDone)
            Posix.TryRemove(AsidePath);
        IsDone = true;
    }

    /// <summary>Where a file is written aside.</summary>
    internal static string AsidePathOf(string path) => Beside(path, "part");

    /// <summary>A hidden name in the folder of a file.</summary>
    internal static string Beside(string path, string ending) => System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(path)!, $".{System.IO.Path.GetFileName(path)}.{ending}");

    /// <summary>Makes what was written survive a loss of power.</summary>
    /// <exception cref="IOException">The system cannot.</exception>
    internal void Sync() => Posix.Sync(Stream.SafeFileHandle, Path);

    private static void SyncOr(string folder, Action takeBack)
    {
        try
        {
            Posix.SyncFolder(folder);
        }
        catch
        {
            takeBack();
            throw;
        }
    }

    private static SafeFileHandle OpenAside(string path, uint mode)
    {
        string asidePath = AsidePathOf(path);
        for (int tries = 0; tries < TriesMax; tries++)
        {
            if (Posix.TryCreateFile(asidePath, mode) is not { } file)
            {
                RemoveLeftover(path, asidePath);
                continue;
            }
            if (Posix.TryLock(file) && Posix.TryStatus(asidePath)?.Identity == Posix.Status(file, asidePath).Identity)
                return file;
            file.Dispose();         // another run took it for a leftover
        }
        throw IsBusy(path);
    }

    private static void RemoveLeftover(string path, string asidePath)
    {
        if (Posix.TryStatus(asidePath) is not { } status)
            return;
        if (!status.IsRegularFile || status.UserId != Posix.UserId)
        {
            throw new UserErrorException(FailureKind.Environment, InTheWay, asidePath,
                $"cannot write \"{path}\" aside: this name is taken, and not by a file that an earlier run left behind",
                "take it out of the way");
        }
        using SafeFileHandle? leftover = Posix.TryOpenItself(asidePath);
        if (leftover is null)
            return;
        if (!Posix.TryLock(leftover))
            throw IsBusy(path);
        if (Posix.TryStatus(asidePath)?.Identity == Posix.Status(leftover, asidePath).Identity)
            Posix.Remove(asidePath);
    }

    private static UserErrorException IsBusy(string path) => new(FailureKind.Environment, Busy, path,
        "cannot write: another run is writing this file", "wait until it has ended, or give another name");
}
