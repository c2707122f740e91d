// Making files, folders and links by names that need not be UTF-8, never over or through what is already there.
using System.Runtime.InteropServices;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int WriteOnly = 0x1, CreateNew = 0xC0, CloseOnExec = 0x80000;     // 0xC0: O_CREAT, O_EXCL
    private const int OwnerReadsAndWrites = 0x180, OwnerUses = 0x1C0, AnyoneUses = 0x1FF;     // 0600, 0700, 0777

    /// <summary>Makes a folder that is its owner's alone.</summary>
    /// <exception cref="IOException">Something has the name already, or the system refuses.</exception>
    public static void MakeFolder(string path) => Check(mkdir(path, OwnerUses), "make", path);

    /// <summary>Makes a file that is its owner's alone, and opens it.</summary>
    /// <exception cref="IOException">Something has the name already, be it a link, or the system refuses.</exception>
    public static FileStream CreateFile(string path)
    {
        int descriptor = open(path, WriteOnly | CreateNew | CloseOnExec, OwnerReadsAndWrites);
        Check(descriptor, "make", path);
        return new(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    /// <summary>Gives a file a further name; false where the file system has no further names for it.</summary>
    public static bool TryLink(string path, string further) => link(path, further) == 0;

    /// <summary>Makes a symbolic link.</summary>
    /// <exception cref="IOException">Something has the name already, or the system refuses.</exception>
    public static void MakeSymbolicLink(string path, string target) => Check(symlink(target, path), "make", path);

    /// <summary>Sets the permissions of a file or folder.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetPermissions(string path, int permissions) =>
        Check(chmod(path, (uint)permissions), "set the permissions of", path);

    /// <summary>Sets access and modification time of a file, folder, or link itself.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetTime(string path, FileTime time)
    {
        long[] times = [time.UnixSeconds, time.Nanoseconds, time.UnixSeconds, time.Nanoseconds];
        Check(utimensat(CurrentFolder, path, times, NoFollow), "set the time of", path);
    }

    /// <summary>Removes a file, a link or an empty folder, if the system lets it.</summary>
    public static void TryRemove(string path) => _ = remove(path);

    private static void Check(int result, string what, string path)
    {
        if (result < 0)
            throw Failure(what, path);
    }

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int link(string path, string further);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int symlink(string target, string path);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int utimensat(int folder, string path, long[] times, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int remove(string path);
}
