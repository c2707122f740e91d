// Access control lists: system calls and archives show them in one form, ext4 stores them in a shorter one.
//
//   shown    4 version 2, then per entry  2 tag  2 permissions  4 id (all ones where the tag has none)
//   stored   4 version 1, then per entry  2 tag  2 permissions  4 id, this only for a named user or group
//
// Spec: Linux include/uapi/linux/posix_acl_xattr.h (shown), fs/ext4/acl.h (stored): facts only.
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Turns access control lists from the one form into the other.</summary>
internal static class PosixAcl
{
    private const uint ShownVersion = 2, StoredVersion = 1;
    private const int HeaderLength = 4, ShownEntry = 8, ShortEntry = 4;
    private const ushort NamedUser = 0x02, NamedGroup = 0x08;

    /// <summary>Whether attributes of this prefix are access control lists.</summary>
    public static bool IsAcl(byte prefix) => prefix is AttributeName.AccessAcl or AttributeName.DefaultAcl;

    /// <summary>The stored form of a shown list; what is no such list is stored as it is.</summary>
    public static byte[] ToDisk(ReadOnlySpan<byte> shown)
    {
        if (shown.Length < HeaderLength || ReadUInt32LittleEndian(shown) != ShownVersion
            || (shown.Length - HeaderLength) % ShownEntry != 0)
            return shown.ToArray();
        var stored = new List<byte>([(byte)StoredVersion, 0, 0, 0]);
        for (ReadOnlySpan<byte> rest = shown[HeaderLength..]; !rest.IsEmpty; rest = rest[ShownEntry..])
            stored.AddRange(rest[..(HasId(rest) ? ShownEntry : ShortEntry)]);
        return [.. stored];
    }

    /// <summary>The shown form of a stored list; what is no such list is shown as it is.</summary>
    public static byte[] FromDisk(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < HeaderLength || ReadUInt32LittleEndian(stored) != StoredVersion)
            return stored.ToArray();
        var shown = new List<byte>([(byte)ShownVersion, 0, 0, 0]);
        for (ReadOnlySpan<byte> rest = stored[HeaderLength..]; !rest.IsEmpty;)
        {
            int length = rest.Length >= ShortEntry && HasId(rest) ? ShownEntry : ShortEntry;
            if (rest.Length < length)
                return stored.ToArray();
            shown.AddRange(rest[..length]);
            if (length == ShortEntry)
                shown.AddRange((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]);
            rest = rest[length..];
        }
        return [.. shown];
    }

    private static bool HasId(ReadOnlySpan<byte> entry) => ReadUInt16LittleEndian(entry) is NamedUser or NamedGroup;
}
