// Giving files what only root may give: owners, extended attributes, and device nodes; always by an open folder or
// file, never through a link.
//
//   dev_t  bits 0-7 minor   8-19 major   20-43 the rest of minor   44-63 the rest of major
//
// Sources: mknodat(2), fchownat(2), fsetxattr(2), makedev(3).
using System.Runtime.InteropServices;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const uint FifoKind = 0x1000, CharacterKind = 0x2000, BlockKind = 0x6000, SocketKind = 0xC000;

    /// <summary>Gives an open file or folder its owner and group.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetOwner(SafeFileHandle file, FileMetadata metadata, string path) =>
        Check(fchown(file, metadata.UserId, metadata.GroupId), "set the owner of", path);

    /// <summary>Gives what has a name in an open folder, itself and no file that it leads to, its owner.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void SetOwnerAt(SafeFileHandle folder, string name, FileMetadata metadata, string path) =>
        Check(fchownat(folder, name, metadata.UserId, metadata.GroupId, NoFollow), "set the owner of", path);

    /// <summary>Why an extended attribute could not be set on an open file or folder; null: it was.</summary>
    public static string? TrySetAttribute(SafeFileHandle file, string name, byte[] value) =>
        fsetxattr(file, name, value, value.Length, 0) == 0
            ? null
            : Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>
    /// Makes a device node, pipe or socket with its owner, permissions and time; why not, or null: it was made.
    /// </summary>
    /// <exception cref="IOException">It was made, and the system refuses to change it.</exception>
    public static string? TryMakeNodeAt(SafeFileHandle folder, string name, SpecialNode node, string path)
    {
        uint kind = node.Kind switch
        {
            SpecialKind.CharacterDevice => CharacterKind,
            SpecialKind.BlockDevice => BlockKind,
            SpecialKind.Fifo => FifoKind,
            _ => SocketKind,
        };
        ulong device = (node.DeviceMinor & 0xFF) | (ulong)(node.DeviceMajor & 0xFFF) << 8
            | (ulong)(node.DeviceMinor & ~0xFFu) << 12 | (ulong)(node.DeviceMajor & ~0xFFFu) << 32;
        if (mknodat(folder, name, kind | OwnerReadsAndWrites, device) != 0)
            return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        SetOwnerAt(folder, name, node.Metadata, path);
        Check(fchmodat(folder, name, node.Metadata.Permissions, 0), "set the permissions of", path);
        Check(utimensat(folder, name, Times(node.Metadata.ModificationTime), NoFollow), "set the time of", path);
        return null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int fchownat(SafeFileHandle folder, string name, uint user, uint group, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int fsetxattr(SafeFileHandle file, string name, byte[] value, nint length, int flags);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int mknodat(SafeFileHandle folder, string name, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int fchmodat(SafeFileHandle folder, string name, uint mode, int flags);
}
