// What the file system of a folder can do, found out with two small files that have no names.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>What can be expected of files in a folder.</summary>
/// <param name="FileSystem">The file system's type, as the system names it: ext2, tmpfs, overlayfs.</param>
/// <param name="FreeBytes">Bytes that this user may still write.</param>
/// <param name="IsSparse">Whether holes take no room.</param>
/// <param name="Clones">Whether copies share their blocks.</param>
public sealed record FolderFeatures(string FileSystem, long FreeBytes, bool IsSparse, bool Clones)
{
    private const long HoleBytes = 1 << 20;

    /// <summary>Tries a folder.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static FolderFeatures Of(string folder)
    {
        using FileStream first = Create(folder), second = Create(folder);
        first.Position = HoleBytes;
        first.WriteByte(1);
        first.Flush();
        var drive = new DriveInfo(folder);
        return new(drive.DriveFormat, drive.AvailableFreeSpace,
            IsSparse: SparseCopy.DataRanges(first).First().Offset > 0,
            Clones: Posix.TryClone(first.SafeFileHandle, second.SafeFileHandle));
    }

    private static HostStream Create(string folder) =>
        new(Posix.CreateNameless(folder), $"{folder}, a work file", FileAccess.ReadWrite);
}

internal static partial class Posix
{
    /// <summary>FICLONE: _IOW(0x94, 9, int), the same on all architectures of the Debian port list but MIPS.</summary>
    private const nuint CloneRequest = 0x40049409;

    /// <summary>Lets a file share the blocks of another; false where the file system cannot.</summary>
    public static bool TryClone(SafeFileHandle from, SafeFileHandle to) =>
        ioctl(to, CloneRequest, from) == 0;

    [LibraryImport("libc")]
    private static partial int ioctl(SafeFileHandle file, nuint request, SafeFileHandle argument);
}
