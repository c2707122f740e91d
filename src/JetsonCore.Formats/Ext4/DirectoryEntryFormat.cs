// Directory entries, one after the other in blocks; none crosses a block's end, the last one's length reaches to it:
//
//   0 4 inode (0: free)   4 2 length of the entry, a multiple of 4   6 1 length of the name   7 1 kind   8 n name
//
// With metadata_csum a block ends with what looks like a free entry of 12 bytes of kind 0xDE; its last 4 bytes are a
// CRC-32C of all before it. Spec: Linux Documentation/filesystems/ext4/directory.rst.
using System.Diagnostics;
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes directory entries.</summary>
internal static class DirectoryEntryFormat
{
    public const int HeaderLength = 8, NameLengthMax = 255, TailLength = 12;
    public const byte TailKind = 0xDE;

    /// <summary>The bytes that an entry takes at least.</summary>
    public static int LengthFor(int nameLength) => (int)Alignment.Up(HeaderLength + nameLength, 4);

    /// <summary>The byte by which an entry says what the file is.</summary>
    public static byte KindCode(int kind) => kind switch
    {
        Inode.RegularFile => 1,
        Inode.Directory => 2,
        Inode.CharacterDevice => 3,
        Inode.BlockDevice => 4,
        Inode.Fifo => 5,
        Inode.Socket => 6,
        Inode.SymbolicLink => 7,
        _ => throw new UnreachableException(),
    };

    /// <summary>Writes one entry of <paramref name="length"/> bytes.</summary>
    public static void Write(Span<byte> at, int length, ReadOnlySpan<byte> name, DirectoryTarget target)
    {
        WriteUInt32LittleEndian(at, target.InodeNumber);
        WriteUInt16LittleEndian(at[4..], (ushort)length);
        at[6] = (byte)name.Length;
        at[7] = target.KindCode;
        name.CopyTo(at[HeaderLength..]);
    }

    /// <summary>Writes the tail of a block and its checksum.</summary>
    public static void Seal(Span<byte> block, uint fileSeed)
    {
        Span<byte> tail = block[^TailLength..];
        WriteUInt16LittleEndian(tail[4..], TailLength);
        tail[7] = TailKind;
        WriteUInt32LittleEndian(tail[8..], Crc32C.Append(fileSeed, block[..^TailLength]));
    }
}

/// <summary>What an entry points to.</summary>
/// <param name="InodeNumber">The file.</param>
/// <param name="KindCode">What kind it is; 0 without the feature filetype.</param>
internal readonly record struct DirectoryTarget(uint InodeNumber, byte KindCode);
