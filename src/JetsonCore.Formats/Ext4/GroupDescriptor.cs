// One group's entry in the table that follows the superblock: 32 bytes, or 64 with the feature 64bit.
//
//   0x00 4 block bitmap      0x0C 2 free blocks        0x18 2 checksum of the block bitmap   0x20 … 0x3B: the upper
//   0x04 4 inode bitmap      0x0E 2 free inodes        0x1A 2 checksum of the inode bitmap   halves of all these,
//   0x08 4 inode table       0x10 2 directories        0x1C 2 inodes never used              in the same order
//                            0x12 2 flags              0x1E 2 checksum                       (none of the checksum)
//
// Spec: Linux Documentation/filesystems/ext4/group_descr.rst.
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Where a group's tables lie and what is free in it.</summary>
internal sealed record GroupDescriptor
{
    public const int ChecksumOffset = 0x1E, SizeSmall = 32, SizeLarge = 64;
    public const ushort InodesUninitialized = 1, InodeTableZeroed = 4;

    private const int BlockBitmapOffset = 0x00, InodeBitmapOffset = 0x04, InodeTableOffset = 0x08;
    private const int FreeBlocksOffset = 0x0C, FreeInodesOffset = 0x0E, DirectoriesOffset = 0x10, FlagsOffset = 0x12;
    private const int BlockChecksumOffset = 0x18, InodeChecksumOffset = 0x1A, UnusedInodesOffset = 0x1C;
    private const int BlockBitmapHigh = 0x20, InodeBitmapHigh = 0x24, InodeTableHigh = 0x28, FreeBlocksHigh = 0x2C;
    private const int FreeInodesHigh = 0x2E, DirectoriesHigh = 0x30, UnusedInodesHigh = 0x32;
    private const int BlockChecksumHigh = 0x38, InodeChecksumHigh = 0x3A;

    public required long BlockBitmap { get; init; }

    public required long InodeBitmap { get; init; }

    public required long InodeTable { get; init; }

    public required int FreeBlocks { get; init; }

    public required int FreeInodes { get; init; }

    public required int Directories { get; init; }

    public required ushort Flags { get; init; }

    public required int UnusedInodes { get; init; }

    public required uint BlockBitmapChecksum { get; init; }

    public required uint InodeBitmapChecksum { get; init; }

    /// <summary>Reads 32 or 64 bytes; the checksum is the caller's to compare.</summary>
    public static GroupDescriptor Read(ReadOnlySpan<byte> bytes)
    {
        bool large = bytes.Length >= SizeLarge;
        return new()
        {
            BlockBitmap = Wide(bytes, BlockBitmapOffset, large ? BlockBitmapHigh : -1),
            InodeBitmap = Wide(bytes, InodeBitmapOffset, large ? InodeBitmapHigh : -1),
            InodeTable = Wide(bytes, InodeTableOffset, large ? InodeTableHigh : -1),
            FreeBlocks = Narrow(bytes, FreeBlocksOffset, large ? FreeBlocksHigh : -1),
            FreeInodes = Narrow(bytes, FreeInodesOffset, large ? FreeInodesHigh : -1),
            Directories = Narrow(bytes, DirectoriesOffset, large ? DirectoriesHigh : -1),
            Flags = ReadUInt16LittleEndian(bytes[FlagsOffset..]),
            UnusedInodes = Narrow(bytes, UnusedInodesOffset, large ? UnusedInodesHigh : -1),
            BlockBitmapChecksum = unchecked((uint)Narrow(bytes, BlockChecksumOffset, large ? BlockChecksumHigh : -1)),
            InodeBitmapChecksum = unchecked((uint)Narrow(bytes, InodeChecksumOffset, large ? InodeChecksumHigh : -1)),
        };
    }

    /// <summary>Fills 32 or 64 bytes that are zero.</summary>
    public void Write(Span<byte> bytes, uint group, MetadataChecksum checksum)
    {
        bool large = bytes.Length >= SizeLarge;
        Wide(bytes, BlockBitmap, BlockBitmapOffset, large ? BlockBitmapHigh : -1);
        Wide(bytes, InodeBitmap, InodeBitmapOffset, large ? InodeBitmapHigh : -1);
        Wide(bytes, InodeTable, InodeTableOffset, large ? InodeTableHigh : -1);
        Narrow(bytes, (uint)FreeBlocks, FreeBlocksOffset, large ? FreeBlocksHigh : -1);
        Narrow(bytes, (uint)FreeInodes, FreeInodesOffset, large ? FreeInodesHigh : -1);
        Narrow(bytes, (uint)Directories, DirectoriesOffset, large ? DirectoriesHigh : -1);
        WriteUInt16LittleEndian(bytes[FlagsOffset..], Flags);
        if (!checksum.CoversDescriptors)
            return;
        Narrow(bytes, (uint)UnusedInodes, UnusedInodesOffset, large ? UnusedInodesHigh : -1);
        Narrow(bytes, BlockBitmapChecksum, BlockChecksumOffset, large ? BlockChecksumHigh : -1);
        Narrow(bytes, InodeBitmapChecksum, InodeChecksumOffset, large ? InodeChecksumHigh : -1);
        WriteUInt16LittleEndian(bytes[ChecksumOffset..], checksum.OfDescriptor(group, bytes));
    }

    private static long Wide(ReadOnlySpan<byte> bytes, int low, int high) => unchecked((long)(
        ReadUInt32LittleEndian(bytes[low..]) | (high < 0 ? 0 : (ulong)ReadUInt32LittleEndian(bytes[high..]) << 32)));

    private static int Narrow(ReadOnlySpan<byte> bytes, int low, int high) => unchecked((int)(
        ReadUInt16LittleEndian(bytes[low..]) | (high < 0 ? 0 : (uint)ReadUInt16LittleEndian(bytes[high..]) << 16)));

    private static void Wide(Span<byte> bytes, long value, int low, int high)
    {
        WriteUInt32LittleEndian(bytes[low..], (uint)(value & uint.MaxValue));
        if (high >= 0)
            WriteUInt32LittleEndian(bytes[high..], (uint)(value >> 32));
    }

    private static void Narrow(Span<byte> bytes, uint value, int low, int high)
    {
        WriteUInt16LittleEndian(bytes[low..], (ushort)(value & 0xFFFF));
        if (high >= 0)
            WriteUInt16LittleEndian(bytes[high..], (ushort)(value >> 16));
    }
}
