// Making files, folders and links in a folder that is open, so that whoever swaps a folder for a link meanwhile sends
// nothing elsewhere; never over or through what is already there.
using System.Runtime.InteropServices;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int CreateNew = 0xC0, CloseOnExec = 0x80000;              // 0xC0: O_CREAT, O_EXCL
    private const int OwnerReadsAndWrites = 0x180, OwnerUses = 0x1C0, AnyoneUses = 0x1FF;       // 0600, 0700, 0777
    private const int RemoveFolder = 0x200;                                 // AT_REMOVEDIR

    /// <summary>Makes a folder that is its owner's alone, and opens it.</summary>
    /// <exception cref="IOException">Something has the name already, or the system refuses.</exception>
    public static SafeFileHandle MakeFolderAt(SafeFileHandle folder, string name, string path)
    {
        Check(mkdirat(folder, name, OwnerUses), "make", path);
        return OpenFolderAt(folder, name, path);
    }

    /// <summary>Opens a folder, no link to one.</summary>
    /// <exception cref="IOException">It is none, or the system refuses.</exception>
    public static SafeFileHandle OpenFolderAt(SafeFileHandle folder, string name, string path)
    {
        int descriptor = openat(folder, name, OnlyFolders | NoLinks | CloseOnExec, 0);
        Check(descriptor, "open", path);
        return new(descriptor, ownsHandle: true);
    }

    /// <summary>Makes a file that is its owner's alone, and opens it for writing.</summary>
    /// <exception cref="IOException">Something has the name already, be it a link, or the system refuses.</exception>
    public static SafeFileHandle CreateFileAt(SafeFileHandle folder, string name, string path)
    {
        int descriptor = openat(
            folder, name, ReadWrite | CreateNew | NoLinks | CloseOnExec, OwnerReadsAndWrites);
        Check(descriptor, "make", path);
        return new(descriptor, ownsHandle: true);
    }

    /// <summary>Gives a file a further name; false where the file system has no further names for it.</summary>
    public static bool TryLinkAt(SafeFileHandle folder, string name, SafeFileHandle furtherFolder, string further) =>
        linkat(folder, name, furtherFolder, further, 0) == 0;

    /// <summary>Makes a symbolic link with its time.</summary>
    /// <exception cref="IOException">Something has the name already, or the system refuses.</exception>
    public static void MakeSymbolicLinkAt(SafeFileHandle folder, string name, SymbolicLinkNode link, string path)
    {
        Check(symlinkat(link.Target, folder, name), "make", path);
        Check(utimensat(folder, name, Times(link.Metadata.ModificationTime), NoFollow), "set the time of", path);
    }

    /// <summary>Sets the permissions and the time of an open file or folder.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetMetadata(SafeFileHandle file, FileMetadata metadata, string path)
    {
        Check(fchmod(file, metadata.Permissions), "set the permissions of", path);
        Check(futimens(file, Times(metadata.ModificationTime)), "set the time of", path);
    }

    /// <summary>Removes what is in an open folder by the names of a tree, if the system lets it.</summary>
    public static void TryRemoveBelow(SafeFileHandle folder, DirectoryNode tree)
    {
        _ = fchmod(folder, OwnerUses);
        foreach ((string name, FileNode node) in tree.Children)
        {
            if (node is not DirectoryNode below)
            {
                _ = unlinkat(folder, name, 0);
                continue;
            }
            int descriptor = openat(folder, name, OnlyFolders | NoLinks | CloseOnExec, 0);
            if (descriptor < 0)
                continue;
            using (var open = new SafeFileHandle(descriptor, ownsHandle: true))
                TryRemoveBelow(open, below);
            _ = unlinkat(folder, name, RemoveFolder);
        }
    }

    /// <summary>Removes a file, a link or an empty folder, if the system lets it; whether it did.</summary>
    public static bool TryRemove(string path) => remove(path) == 0;

    private static void Check(int result, string what, string path)
    {
        if (result < 0)
            throw Failure(what, path);
    }

    private static long[] Times(FileTime time) =>
        [time.UnixSeconds, time.Nanoseconds, time.UnixSeconds, time.Nanoseconds];

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int mkdirat(SafeFileHandle folder, string path, uint mode);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int openat(SafeFileHandle folder, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int linkat(
        SafeFileHandle folder, string path, SafeFileHandle furtherFolder, string further, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int symlinkat(string target, SafeFileHandle folder, string path);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int unlinkat(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int utimensat(SafeFileHandle folder, string path, long[] times, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int utimensat(int folder, string path, long[]? times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(SafeFileHandle file, long[] times);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int remove(string path);
}
