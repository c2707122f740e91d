// An inode: everything about a file but its name. 128 bytes, or more of which the first 32 beyond are fields and the
// rest, up to the inode's size, room for extended attributes.
//
//   0x00 2 mode              0x14 4 deletion time     0x6C 4 size, upper half
//   0x02 2 owner             0x18 2 group             0x74 2 blocks, upper 16 bits
//   0x04 4 size              0x1A 2 links             0x76 2 attribute block, upper 16 bits
//   0x08 4 access time       0x1C 4 sectors in use    0x78 2 owner, 0x7A 2 group: upper halves
//   0x0C 4 change time       0x20 4 flags             0x7C 2 checksum, lower half
//   0x10 4 modification time 0x28 60 block map        0x80 2 length of what follows (32)
//                            0x64 4 generation        0x82 2 checksum, upper half
//                            0x68 4 attribute block   0x84 4 change, 0x88 4 modification, 0x8C 4 access: the rest
//                                                     0x90 4 creation time, 0x94 4 the rest of it
//
// "The rest" of a time: bits 0-1 are the bits 32-33 of the seconds, bits 2-31 the nanoseconds.
// Spec: Linux Documentation/filesystems/ext4/inodes.rst.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Which inode, and where its bytes lie in the image.</summary>
internal readonly record struct InodePlace(uint Number, long Offset);

/// <summary>The fields of one inode.</summary>
internal sealed record Inode
{
    public const uint BadBlocks = 1, Root = 2, Resize = 7, Journal = 8, FirstOrdinary = 11, LostAndFound = 11;
    public const int SizeSmall = 128, ExtraSize = 32, MapLength = 60, SectorSize = 512;
    public const int KindMask = 0xF000, PermissionMask = 0xFFF;
    public const int Fifo = 0x1000, CharacterDevice = 0x2000, Directory = 0x4000, BlockDevice = 0x6000;
    public const int RegularFile = 0x8000, SymbolicLink = 0xA000, Socket = 0xC000;
    public const uint IndexFlag = 0x1000, ExtentsFlag = 0x80000, EaInodeFlag = 0x200000;
    public const uint InlineDataFlag = 0x10000000, EncryptFlag = 0x800, CompressedFlag = 0x4;

    /// <summary>The seconds that 32 bits and the two more of "the rest" can say.</summary>
    public const long TimeMin = int.MinValue, TimeMax32 = int.MaxValue, TimeMax34 = TimeMin + (1L << 34) - 1;

    private const int UserOffset = 0x02, SizeOffset = 0x04, AccessOffset = 0x08;
    private const int ChangeOffset = 0x0C, ModificationOffset = 0x10, GroupOffset = 0x18, LinksOffset = 0x1A;
    private const int SectorsOffset = 0x1C, FlagsOffset = 0x20, MapOffset = 0x28, GenerationOffset = 0x64;
    private const int AttributesOffset = 0x68, SizeHighOffset = 0x6C, SectorsHighOffset = 0x74;
    private const int AttributesHighOffset = 0x76, UserHighOffset = 0x78, GroupHighOffset = 0x7A;
    private const int ChecksumOffset = 0x7C, ExtraOffset = 0x80, ChecksumHighOffset = 0x82;
    private const int ChangeRestOffset = 0x84, ModificationRestOffset = 0x88, AccessRestOffset = 0x8C;
    private const int CreationOffset = 0x90, CreationRestOffset = 0x94;

    public required uint Number { get; init; }

    /// <summary>Where its bytes lie in the image, for messages; 0 in one that is being made.</summary>
    public long Offset { get; init; }

    public required int Mode { get; init; }

    public required uint UserId { get; init; }

    public required uint GroupId { get; init; }

    public required long Size { get; init; }

    public required FileTime ModificationTime { get; init; }

    public required FileTime CreationTime { get; init; }

    public required int Links { get; init; }

    public required ulong Sectors { get; init; }

    public required uint Flags { get; init; }

    public uint Generation { get; init; }

    public required long AttributeBlock { get; init; }

    /// <summary>60 bytes: extents or block numbers, a short link target, a device number, or inline data.</summary>
    public required ReadOnlyMemory<byte> Map { get; init; }

    /// <summary>What follows the fields: attributes in the inode, or nothing.</summary>
    public required ReadOnlyMemory<byte> Tail { get; init; }

    public int Kind => Mode & KindMask;

    /// <summary>Reads an inode of the file system's size.</summary>
    /// <exception cref="MalformedDataException">A wrong checksum or an impossible length.</exception>
    public static Inode Read(byte[] bytes, InodePlace place, MetadataChecksum checksum)
    {
        uint number = place.Number;
        int extra = bytes.Length > SizeSmall ? ReadUInt16LittleEndian(bytes.AsSpan(ExtraOffset)) : 0;
        if (extra > bytes.Length - SizeSmall || extra % 4 != 0)
            throw new MalformedDataException(
                place.Offset + ExtraOffset, $"inode {number} says {extra} bytes of fields follow the first 128");
        var inode = new Inode
        {
            Number = number,
            Offset = place.Offset,
            Mode = ReadUInt16LittleEndian(bytes),
            UserId = Joined(bytes, UserOffset, UserHighOffset),
            GroupId = Joined(bytes, GroupOffset, GroupHighOffset),
            Size = unchecked((long)(ReadUInt32LittleEndian(bytes.AsSpan(SizeOffset))
                | (ulong)ReadUInt32LittleEndian(bytes.AsSpan(SizeHighOffset)) << 32)),
            ModificationTime = Time(bytes, ModificationOffset, extra >= 12 ? ModificationRestOffset : -1),
            CreationTime = extra >= 24 ? Time(bytes, CreationOffset, CreationRestOffset) : default,
            Links = ReadUInt16LittleEndian(bytes.AsSpan(LinksOffset)),
            Sectors = ReadUInt32LittleEndian(bytes.AsSpan(SectorsOffset))
                | (ulong)ReadUInt16LittleEndian(bytes.AsSpan(SectorsHighOffset)) << 32,
            Flags = ReadUInt32LittleEndian(bytes.AsSpan(FlagsOffset)),
            Generation = ReadUInt32LittleEndian(bytes.AsSpan(GenerationOffset)),
            AttributeBlock = ReadUInt32LittleEndian(bytes.AsSpan(AttributesOffset))
                | (long)ReadUInt16LittleEndian(bytes.AsSpan(AttributesHighOffset)) << 32,
            Map = bytes.AsMemory(MapOffset, MapLength),
            Tail = bytes.Length > SizeSmall ? bytes.AsMemory(SizeSmall + extra) : default,
        };
        inode.CheckSum(bytes, extra, checksum, place.Offset);
        return inode;
    }

    /// <summary>Fills an inode's bytes, which are zero.</summary>
    public void Write(Span<byte> bytes, MetadataChecksum checksum)
    {
        WriteUInt16LittleEndian(bytes, (ushort)Mode);
        WriteUInt16LittleEndian(bytes[UserOffset..], (ushort)(UserId & 0xFFFF));
        WriteUInt16LittleEndian(bytes[UserHighOffset..], (ushort)(UserId >> 16));
        WriteUInt16LittleEndian(bytes[GroupOffset..], (ushort)(GroupId & 0xFFFF));
        WriteUInt16LittleEndian(bytes[GroupHighOffset..], (ushort)(GroupId >> 16));
        WriteUInt32LittleEndian(bytes[SizeOffset..], (uint)(Size & uint.MaxValue));
        WriteUInt32LittleEndian(bytes[SizeHighOffset..], (uint)(Size >> 32));
        WriteUInt16LittleEndian(bytes[LinksOffset..], (ushort)Links);
        WriteUInt32LittleEndian(bytes[SectorsOffset..], (uint)(Sectors & uint.MaxValue));
        WriteUInt16LittleEndian(bytes[SectorsHighOffset..], (ushort)(Sectors >> 32));
        WriteUInt32LittleEndian(bytes[FlagsOffset..], Flags);
        Map.Span.CopyTo(bytes[MapOffset..]);
        WriteUInt32LittleEndian(bytes[AttributesOffset..], (uint)(AttributeBlock & uint.MaxValue));
        WriteUInt16LittleEndian(bytes[AttributesHighOffset..], (ushort)(AttributeBlock >> 32));
        bool large = bytes.Length > SizeSmall;
        Time(bytes, ModificationTime, AccessOffset, large ? AccessRestOffset : -1);
        Time(bytes, ModificationTime, ChangeOffset, large ? ChangeRestOffset : -1);
        Time(bytes, ModificationTime, ModificationOffset, large ? ModificationRestOffset : -1);
        if (large)
        {
            WriteUInt16LittleEndian(bytes[ExtraOffset..], ExtraSize);
            Time(bytes, CreationTime, CreationOffset, CreationRestOffset);
            Tail.Span.CopyTo(bytes[(SizeSmall + ExtraSize)..]);
        }
        if (!checksum.Enabled)
            return;
        uint crc = Crc32C.Append(checksum.FileSeed(Number, Generation), bytes);
        WriteUInt16LittleEndian(bytes[ChecksumOffset..], (ushort)(crc & 0xFFFF));
        if (large)
            WriteUInt16LittleEndian(bytes[ChecksumHighOffset..], (ushort)(crc >> 16));
    }

    private void CheckSum(byte[] bytes, int extra, MetadataChecksum checksum, long offset)
    {
        if (!checksum.Enabled)
            return;
        bool wide = bytes.Length > SizeSmall && extra >= 4;
        uint stored = wide
            ? Joined(bytes, ChecksumOffset, ChecksumHighOffset)
            : ReadUInt16LittleEndian(bytes.AsSpan(ChecksumOffset));
        ReadOnlySpan<byte> none = [0, 0];
        uint actual = Crc32C.Append(checksum.FileSeed(Number, Generation), bytes.AsSpan(0, ChecksumOffset));
        actual = Crc32C.Append(actual, none);
        actual = Crc32C.Append(actual, bytes.AsSpan((ChecksumOffset + 2)..(wide ? ChecksumHighOffset : bytes.Length)));
        if (wide)
            actual = Crc32C.Append(Crc32C.Append(actual, none), bytes.AsSpan(ChecksumHighOffset + 2));
        if (stored != (wide ? actual : actual & 0xFFFF))
            throw new MalformedDataException(offset + ChecksumOffset, $"checksum of inode {Number} is wrong");
    }

    private static uint Joined(ReadOnlySpan<byte> bytes, int low, int high) =>
        ReadUInt16LittleEndian(bytes[low..]) | (uint)ReadUInt16LittleEndian(bytes[high..]) << 16;

    private static FileTime Time(ReadOnlySpan<byte> bytes, int offset, int restOffset)
    {
        long seconds = ReadInt32LittleEndian(bytes[offset..]);
        if (restOffset < 0)
            return new(seconds);
        uint rest = ReadUInt32LittleEndian(bytes[restOffset..]);
        return new(seconds + ((long)(rest & 3) << 32), Math.Min(rest >> 2, 999_999_999));
    }

    private static void Time(Span<byte> bytes, FileTime time, int offset, int restOffset)
    {
        WriteUInt32LittleEndian(bytes[offset..], unchecked((uint)time.UnixSeconds));
        if (restOffset < 0)
            return;
        long epoch = (time.UnixSeconds - unchecked((int)time.UnixSeconds)) >> 32 & 3;
        WriteUInt32LittleEndian(bytes[restOffset..], time.Nanoseconds << 2 | (uint)epoch);
    }
}
