// Giving files their names, for good: making them durable, locking them, renaming without and with another file at the
// name. The class library tells nobody that a file could not be made durable, and so it is asked here.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int ReadWrite = 0x2, NonBlocking = 0x800, EmptyPath = 0x1000, Nameless = 0x400000;
    private const int LockExclusive = 2, LockWithoutWaiting = 4, LockGivenBack = 8;
    private const uint KeepOther = 1, Exchange = 2;         // RENAME_NOREPLACE, RENAME_EXCHANGE
    private const int NoSuchEntry = 2, IsThere = 17, NoFolder = 20, Invalid = 22, ReadOnly = 30, NotKnown = 38;
    private const int NotSupported = 95;

    /// <summary>O_NOFOLLOW and O_DIRECTORY, the only flags of ours that differ between architectures.</summary>
    private static readonly int NoLinks = IsArm ? 0x8000 : 0x20000, OnlyFolders = IsArm ? 0x4000 : 0x10000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>Makes what was written to a file survive a loss of power.</summary>
    /// <exception cref="IOException">The system cannot, and the file may lack any of it.</exception>
    public static void Sync(SafeFileHandle file, string path) => Check(Synced(file), "make durable", path);

    /// <summary>Makes entries of a folder (a file renamed into it) survive a loss of power.</summary>
    /// <exception cref="IOException">The system cannot.</exception>
    public static void SyncFolder(string path)
    {
        using SafeFileHandle folder = OpenFolder(path);
        // Some file systems refuse this for folders; then there is nothing to gain.
        if (Synced(folder) < 0 && Marshal.GetLastPInvokeError() is not (Invalid or NotSupported or ReadOnly))
            throw Failure("make durable", path);
    }

    /// <summary>Opens a folder, for its lock and to make it durable.</summary>
    /// <exception cref="IOException">It is none, or the system refuses.</exception>
    public static SafeFileHandle OpenFolder(string path)
    {
        int descriptor = open(path, OnlyFolders | CloseOnExec, 0);
        Check(descriptor, "open", path);
        return new(descriptor, ownsHandle: true);
    }

    /// <summary>Makes and opens a file for reading and writing; null where something has the name.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle? TryCreateFile(string path, uint mode)
    {
        int descriptor = open(path, ReadWrite | CreateNew | NoLinks | CloseOnExec, mode);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == IsThere)
            return null;
        Check(descriptor, "make", path);
        return new(descriptor, ownsHandle: true);
    }

    /// <summary>Makes and opens a file without a name, which goes when it is closed.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle CreateNameless(string folder)
    {
        int descriptor = open(folder, Nameless | OnlyFolders | ReadWrite | CloseOnExec, OwnerReadsAndWrites);
        if (descriptor >= 0)
            return new(descriptor, ownsHandle: true);
        // Not every file system knows how: make one and take its name away.
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, $".jetson-core-{Environment.ProcessId}-{number}");
            if (TryCreateFile(path, OwnerReadsAndWrites) is not { } file)
                continue;
            Remove(path);
            return file;
        }
    }

    /// <summary>Opens what has a name, unless it is a link; waits for nobody. Null where nothing has it.</summary>
    /// <exception cref="IOException">It is a link, or the system refuses.</exception>
    public static SafeFileHandle? TryOpenItself(string path)
    {
        int descriptor = open(path, NonBlocking | NoLinks | CloseOnExec, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchEntry)
            return null;
        Check(descriptor, "open", path);
        return new(descriptor, ownsHandle: true);
    }

    /// <summary>Whose files this process makes.</summary>
    public static uint UserId => geteuid();

    /// <summary>Locks an open file or folder for this run; false where another run has it.</summary>
    public static bool TryLock(SafeFileHandle file) => flock(file, LockExclusive | LockWithoutWaiting) == 0
        || Marshal.GetLastPInvokeError() != TryAgain;       // some file systems have no locks

    /// <summary>
    /// Gives a lock back. Closing the file does so too, but not as long as a process that was forked meanwhile has not
    /// come to its exec(2).
    /// </summary>
    public static void Unlock(SafeFileHandle file) => _ = flock(file, LockGivenBack);

    /// <summary>Gives a file another name, which nothing may have.</summary>
    /// <exception cref="IOException">Something has it, or the system refuses.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameBy(from, to, KeepOther) < 0)
        {
            if (Marshal.GetLastPInvokeError() is not (Invalid or NotKnown or NotSupported))
                throw Failure("give the name", to);
            if (TryStatus(to) is not null)
                throw new IOException($"cannot give the name \"{to}\": something has it");
            Check(RenameBy(from, to, 0), "give the name", to);
        }
    }

    /// <summary>Gives a file another name; a file that has it loses it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void RenameOver(string from, string to) => Check(RenameBy(from, to, 0), "give the name", to);

    /// <summary>Swaps the names of two files; false where the file system cannot.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static bool TryExchange(string from, string to)
    {
        if (RenameBy(from, to, Exchange) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Invalid or NotKnown or NotSupported
            ? false
            : throw Failure("give the name", to);
    }

    /// <summary>Removes a file.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Remove(string path) => Check(remove(path), "remove", path);

    /// <summary>Makes a folder with all above it; which ones it made, outermost first.</summary>
    /// <exception cref="IOException">Something else has the name, or the system refuses.</exception>
    public static IReadOnlyList<string> MakeFolders(string path)
    {
        var missing = new Stack<string>();
        for (string? at = path; at is not null && TryStatus(at) is null; at = Path.GetDirectoryName(at))
            missing.Push(at);
        List<string> made = [];
        while (missing.TryPop(out string? next))
        {
            if (mkdir(next, AnyoneUses) == 0)
                made.Add(next);
            else if (Marshal.GetLastPInvokeError() != IsThere)      // somebody else's run is as fast
                throw Failure("make the folder", next);
        }
        return made;
    }

    /// <summary>Dates a file now, if the system lets it.</summary>
    public static void TryTouch(string path) => _ = utimensat(CurrentFolder, path, null, 0);

    private static int Synced(SafeFileHandle file)
    {
        int result;
        do
            result = fsync(file);
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static int RenameBy(string from, string to, uint flags) =>
        renameat2(CurrentFolder, from, CurrentFolder, to, flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);
}
