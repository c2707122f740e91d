// A file of the cache: there whole or not at all, and the last of several writers has it. Nothing is made durable: what
// a loss of power may have taken is verified before it is used (FileDigests).
//
//   …/NAME.PROCESS-NUMBER.part       written aside and locked by its run; what nobody has locked is a leftover
using JetsonCore.Files;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Cache;

internal static class CacheFile
{
    public const string AsideEnding = ".part";

    private const uint OwnerReadsAndWrites = 0x180;         // 0600
    private static int _count;

    /// <summary>Writes a file over what has the name.</summary>
    /// <exception cref="IOException">The system refuses; nothing stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = [.. bytes];
        Write(Path.GetDirectoryName(path)!, file =>
        {
            file.Write(copy);
            return path;
        });
    }

    /// <summary>Writes a file whose name is known once it is written.</summary>
    /// <param name="folder">Where; it is made if missing.</param>
    /// <param name="write">Writes it and says its path.</param>
    /// <returns>What the system says of the file under its name.</returns>
    /// <exception cref="IOException">The system refuses; nothing stays.</exception>
    public static FileStatus Write(string folder, Func<FileStream, string> write)
    {
        Posix.MakeFolders(folder);
        string aside = Path.Join(
            folder, $".{Environment.ProcessId}-{Interlocked.Increment(ref _count)}{AsideEnding}");
        SafeFileHandle open = Posix.TryCreateFile(aside, OwnerReadsAndWrites)
            ?? throw new IOException($"cannot write \"{aside}\": it is there");
        using var file = new HostStream(open, aside, FileAccess.ReadWrite);
        bool isNamed = false;
        try
        {
            Posix.TryLock(open);
            string path = write(file);
            Posix.RenameOver(aside, path);
            isNamed = true;
            return Posix.Status(open, path);
        }
        finally
        {
            if (!isNamed)
                Posix.TryRemove(aside);
            Posix.Unlock(open);
        }
    }
}
