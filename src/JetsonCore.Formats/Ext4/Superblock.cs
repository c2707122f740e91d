// The superblock: 1024 bytes at byte 1024 of the file system, with copies at the start of some groups. The offsets of
// the fields are the constants below, in order; what is not named is zero in what we write and not looked at in
// what we read.
//
// Spec: Linux Documentation/filesystems/ext4/super.rst.
using System.Text;
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>The facts of one file system.</summary>
internal sealed record Superblock
{
    public const int Start = 1024, Size = 1024, ChecksumOffset = 0x3FC, RevisionDynamic = 1;
    public const ushort Magic = 0xEF53, StateClean = 1;
    public const byte HalfMd4 = 1;

    /// <summary>s_flags: directory hashes take characters as signed, or as unsigned.</summary>
    public const uint SignedHash = 1;

    private const int InodesOffset = 0x00, BlocksOffset = 0x04, ReservedOffset = 0x08, FreeBlocksOffset = 0x0C;
    private const int FreeInodesOffset = 0x10, FirstBlockOffset = 0x14, LogBlockSizeOffset = 0x18;
    private const int LogClusterSizeOffset = 0x1C, BlocksPerGroupOffset = 0x20, ClustersPerGroupOffset = 0x24;
    private const int InodesPerGroupOffset = 0x28, WriteTimeOffset = 0x30;
    private const int MountsMaxOffset = 0x36, MagicOffset = 0x38, StateOffset = 0x3A, ErrorsOffset = 0x3C;
    private const int CheckTimeOffset = 0x40, RevisionOffset = 0x4C, FirstInodeOffset = 0x54, InodeSizeOffset = 0x58;
    private const int GroupOffset = 0x5A, CompatOffset = 0x5C, IncompatOffset = 0x60, RoCompatOffset = 0x64;
    private const int UuidOffset = 0x68, LabelOffset = 0x78, LabelLength = 16, LastMountedOffset = 0x88;
    private const int LastMountedLength = 64, ReservedDescriptorsOffset = 0xCE, JournalUuidOffset = 0xD0;
    private const int JournalInodeOffset = 0xE0;
    private const int HashSeedOffset = 0xEC, HashVersionOffset = 0xFC, JournalBackupTypeOffset = 0xFD;
    private const int DescriptorSizeOffset = 0xFE, MountOptionsOffset = 0x100, FirstMetaGroupOffset = 0x104;
    private const int CreationTimeOffset = 0x108, JournalBackupOffset = 0x10C, BlocksHighOffset = 0x150;
    private const int ReservedHighOffset = 0x154, FreeBlocksHighOffset = 0x158, ExtraMinOffset = 0x15C;
    private const int ExtraWantedOffset = 0x15E, FlagsOffset = 0x160, LogFlexOffset = 0x174;
    private const int ChecksumTypeOffset = 0x175, KibibytesWrittenOffset = 0x178, OverheadOffset = 0x248;
    private const int ChecksumSeedOffset = 0x270, WriteTimeHighOffset = 0x274, CreationTimeHighOffset = 0x276;
    private const int CheckTimeHighOffset = 0x277;
    private const ushort ErrorsContinue = 1, MountsUnlimited = 0xFFFF;
    private const uint MountWithAttributesAndAcl = 0x000C;
    private const byte JournalBackedUp = 1, ChecksumCrc32C = 1;
    private const int LogBlockSizeMax = 6, LogClusterSizeMax = 20;

    /// <summary>The words of the journal's block map and size that are kept here in case its inode is lost.</summary>
    public const int JournalBackupLength = 17 * 4;

    public required uint InodeCount { get; init; }

    public required long BlockCount { get; init; }

    public required long ReservedBlocks { get; init; }

    public required long FreeBlocks { get; init; }

    public required uint FreeInodes { get; init; }

    public required uint FirstDataBlock { get; init; }

    public required int BlockSize { get; init; }

    /// <summary>Bytes that are handed out together: a block, or with bigalloc several.</summary>
    public long ClusterSize { get; init; }

    public required uint BlocksPerGroup { get; init; }

    public required uint InodesPerGroup { get; init; }

    public required ushort State { get; init; }

    public required uint Revision { get; init; }

    public required int InodeSize { get; init; }

    public required Ext4Features Features { get; init; }

    public required Guid Uuid { get; init; }

    public required string Label { get; init; }

    public string LastMounted { get; init; } = "";

    public required int ReservedDescriptorBlocks { get; init; }

    /// <summary>The journal's inode; 0: there is none, or it is on another device.</summary>
    public uint JournalInode { get; init; }

    /// <summary>Of the journal on another device.</summary>
    public Guid JournalUuid { get; init; }

    public required Guid HashSeed { get; init; }

    public required byte HashVersion { get; init; }

    public required int DescriptorSize { get; init; }

    public uint FirstMetaGroup { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long CreationTime { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long WriteTime { get; init; }

    public ReadOnlyMemory<byte> JournalBackup { get; init; }

    public required uint Flags { get; init; }

    public required int LogGroupsPerFlex { get; init; }

    public ulong KibibytesWritten { get; init; }

    public uint Overhead { get; init; }

    public uint StoredChecksumSeed { get; init; }

    public long GroupCount => Alignment.UnitsFor(BlockCount - FirstDataBlock, BlocksPerGroup);

    public bool Has(Ext4Features feature) => Features.HasFlag(feature);

    public MetadataChecksum Checksum() =>
        new(Features, Uuid, Has(Ext4Features.ChecksumSeed) ? StoredChecksumSeed : null);

    /// <summary>Reads the 1024 bytes; whether the numbers make sense together is for the reader to check.</summary>
    /// <exception cref="MalformedDataException">No magic, an absurd block size, a wrong checksum.</exception>
    public static Superblock Read(ReadOnlySpan<byte> bytes)
    {
        if (ReadUInt16LittleEndian(bytes[MagicOffset..]) is not Magic and ushort magic)
            throw new MalformedDataException(
                Start + MagicOffset, $"magic is 0x{magic:x4}, not 0x{Magic:x4}: no ext2, ext3 or ext4");
        uint logBlockSize = ReadUInt32LittleEndian(bytes[LogBlockSizeOffset..]);
        if (logBlockSize > LogBlockSizeMax)
            throw new MalformedDataException(
                Start + LogBlockSizeOffset, $"block size is 1024 shifted left by {logBlockSize}");
        uint revision = ReadUInt32LittleEndian(bytes[RevisionOffset..]);
        bool dynamic = revision >= RevisionDynamic;
        Ext4Features features = dynamic ? ReadFeatures(bytes) : Ext4Features.None;
        if (features.HasFlag(Ext4Features.MetadataCsum)
            && ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != MetadataChecksum.OfSuperblock(bytes))
            throw new MalformedDataException(Start + ChecksumOffset, "checksum of the superblock is wrong");
        bool wide = features.HasFlag(Ext4Features.Bit64);
        return new()
        {
            InodeCount = ReadUInt32LittleEndian(bytes[InodesOffset..]),
            BlockCount = Wide(bytes, BlocksOffset, wide ? BlocksHighOffset : -1),
            ReservedBlocks = Wide(bytes, ReservedOffset, wide ? ReservedHighOffset : -1),
            FreeBlocks = Wide(bytes, FreeBlocksOffset, wide ? FreeBlocksHighOffset : -1),
            FreeInodes = ReadUInt32LittleEndian(bytes[FreeInodesOffset..]),
            FirstDataBlock = ReadUInt32LittleEndian(bytes[FirstBlockOffset..]),
            BlockSize = 1024 << (int)logBlockSize,
            ClusterSize = features.HasFlag(Ext4Features.BigAlloc)
                ? 1024L << (int)Math.Min(ReadUInt32LittleEndian(bytes[LogClusterSizeOffset..]), LogClusterSizeMax)
                : 1024L << (int)logBlockSize,
            BlocksPerGroup = ReadUInt32LittleEndian(bytes[BlocksPerGroupOffset..]),
            InodesPerGroup = ReadUInt32LittleEndian(bytes[InodesPerGroupOffset..]),
            State = ReadUInt16LittleEndian(bytes[StateOffset..]),
            Revision = revision,
            InodeSize = dynamic ? ReadUInt16LittleEndian(bytes[InodeSizeOffset..]) : Inode.SizeSmall,
            Features = features,
            Uuid = new Guid(bytes.Slice(UuidOffset, 16), bigEndian: true),
            Label = Text(bytes.Slice(LabelOffset, LabelLength)),
            LastMounted = Text(bytes.Slice(LastMountedOffset, LastMountedLength)),
            ReservedDescriptorBlocks = ReadUInt16LittleEndian(bytes[ReservedDescriptorsOffset..]),
            JournalInode = ReadUInt32LittleEndian(bytes[JournalInodeOffset..]),
            JournalUuid = new Guid(bytes.Slice(JournalUuidOffset, 16), bigEndian: true),
            HashSeed = new Guid(bytes.Slice(HashSeedOffset, 16), bigEndian: true),
            HashVersion = bytes[HashVersionOffset],
            DescriptorSize = wide ? ReadUInt16LittleEndian(bytes[DescriptorSizeOffset..]) : GroupDescriptor.SizeSmall,
            FirstMetaGroup = ReadUInt32LittleEndian(bytes[FirstMetaGroupOffset..]),
            CreationTime = Time(bytes, CreationTimeOffset, CreationTimeHighOffset),
            WriteTime = Time(bytes, WriteTimeOffset, WriteTimeHighOffset),
            Flags = ReadUInt32LittleEndian(bytes[FlagsOffset..]),
            LogGroupsPerFlex = bytes[LogFlexOffset],
            KibibytesWritten = ReadUInt64LittleEndian(bytes[KibibytesWrittenOffset..]),
            StoredChecksumSeed = ReadUInt32LittleEndian(bytes[ChecksumSeedOffset..]),
        };
    }

    /// <summary>Fills 1024 zero bytes: the superblock itself (group 0) or the copy in a group.</summary>
    public void Write(Span<byte> bytes, int group)
    {
        WriteUInt32LittleEndian(bytes[InodesOffset..], InodeCount);
        Wide(bytes, BlockCount, BlocksOffset, BlocksHighOffset);
        Wide(bytes, ReservedBlocks, ReservedOffset, ReservedHighOffset);
        Wide(bytes, FreeBlocks, FreeBlocksOffset, FreeBlocksHighOffset);
        WriteUInt32LittleEndian(bytes[FreeInodesOffset..], FreeInodes);
        WriteUInt32LittleEndian(bytes[FirstBlockOffset..], FirstDataBlock);
        uint logBlockSize = (uint)int.Log2(BlockSize / 1024);
        WriteUInt32LittleEndian(bytes[LogBlockSizeOffset..], logBlockSize);
        WriteUInt32LittleEndian(bytes[LogClusterSizeOffset..], logBlockSize);
        WriteUInt32LittleEndian(bytes[BlocksPerGroupOffset..], BlocksPerGroup);
        WriteUInt32LittleEndian(bytes[ClustersPerGroupOffset..], BlocksPerGroup);
        WriteUInt32LittleEndian(bytes[InodesPerGroupOffset..], InodesPerGroup);
        WriteUInt16LittleEndian(bytes[MountsMaxOffset..], MountsUnlimited);
        WriteUInt16LittleEndian(bytes[MagicOffset..], Magic);
        WriteUInt16LittleEndian(bytes[StateOffset..], State);
        WriteUInt16LittleEndian(bytes[ErrorsOffset..], ErrorsContinue);
        WriteUInt32LittleEndian(bytes[RevisionOffset..], Revision);
        WriteUInt32LittleEndian(bytes[FirstInodeOffset..], Inode.FirstOrdinary);
        WriteUInt16LittleEndian(bytes[InodeSizeOffset..], (ushort)InodeSize);
        WriteUInt16LittleEndian(bytes[GroupOffset..], (ushort)(group & 0xFFFF));
        WriteFeatures(bytes);
        Uuid.TryWriteBytes(bytes[UuidOffset..], bigEndian: true, out _);
        Encoding.UTF8.GetBytes(Label, bytes.Slice(LabelOffset, LabelLength));
        WriteUInt16LittleEndian(bytes[ReservedDescriptorsOffset..], (ushort)ReservedDescriptorBlocks);
        HashSeed.TryWriteBytes(bytes[HashSeedOffset..], bigEndian: true, out _);
        bytes[HashVersionOffset] = HashVersion;
        WriteUInt32LittleEndian(bytes[MountOptionsOffset..], MountWithAttributesAndAcl);
        WriteUInt32LittleEndian(bytes[FlagsOffset..], Flags);
        WriteUInt64LittleEndian(bytes[KibibytesWrittenOffset..], KibibytesWritten);
        WriteUInt32LittleEndian(bytes[OverheadOffset..], Overhead);
        WriteTimes(bytes);
        WriteFeatureFields(bytes);
        if (Has(Ext4Features.MetadataCsum))
            WriteUInt32LittleEndian(bytes[ChecksumOffset..], MetadataChecksum.OfSuperblock(bytes));
    }

    private void WriteFeatureFields(Span<byte> bytes)
    {
        if (Has(Ext4Features.HasJournal))
        {
            WriteUInt32LittleEndian(bytes[JournalInodeOffset..], Inode.Journal);
            bytes[JournalBackupTypeOffset] = JournalBackedUp;
            JournalBackup.Span.CopyTo(bytes[JournalBackupOffset..]);
        }
        if (Has(Ext4Features.Bit64))
            WriteUInt16LittleEndian(bytes[DescriptorSizeOffset..], (ushort)DescriptorSize);
        if (Has(Ext4Features.ExtraIsize) || InodeSize > Inode.SizeSmall)
        {
            WriteUInt16LittleEndian(bytes[ExtraMinOffset..], Inode.ExtraSize);
            WriteUInt16LittleEndian(bytes[ExtraWantedOffset..], Inode.ExtraSize);
        }
        if (Has(Ext4Features.FlexBg))
            bytes[LogFlexOffset] = (byte)LogGroupsPerFlex;
        if (Has(Ext4Features.MetadataCsum))
            bytes[ChecksumTypeOffset] = ChecksumCrc32C;
    }

    private void WriteTimes(Span<byte> bytes)
    {
        Time(bytes, CreationTime, CreationTimeOffset, CreationTimeHighOffset);
        Time(bytes, CreationTime, CheckTimeOffset, CheckTimeHighOffset);
        Time(bytes, WriteTime, WriteTimeOffset, WriteTimeHighOffset);
    }

    private static Ext4Features ReadFeatures(ReadOnlySpan<byte> bytes)
    {
        uint compat = ReadUInt32LittleEndian(bytes[CompatOffset..]);
        uint incompat = ReadUInt32LittleEndian(bytes[IncompatOffset..]);
        uint roCompat = ReadUInt32LittleEndian(bytes[RoCompatOffset..]);
        if (incompat >> 24 != 0)
            throw new MalformedDataException(
                Start + IncompatOffset, $"incompatible features 0x{incompat:x} are unknown");
        return (Ext4Features)((compat & 0xFFFF) | (ulong)incompat << 16 | (ulong)(roCompat & 0xFFFFFF) << 40);
    }

    private void WriteFeatures(Span<byte> bytes)
    {
        ulong features = (ulong)Features;
        WriteUInt32LittleEndian(bytes[CompatOffset..], (uint)(features & 0xFFFF));
        WriteUInt32LittleEndian(bytes[IncompatOffset..], (uint)(features >> 16 & 0xFFFFFF));
        WriteUInt32LittleEndian(bytes[RoCompatOffset..], (uint)(features >> 40));
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static long Wide(ReadOnlySpan<byte> bytes, int low, int high)
    {
        ulong value = ReadUInt32LittleEndian(bytes[low..])
            | (high < 0 ? 0 : (ulong)ReadUInt32LittleEndian(bytes[high..]) << 32);
        return value <= long.MaxValue
            ? (long)value
            : throw new MalformedDataException(Start + low, $"a count of blocks is {value}");
    }

    private static void Wide(Span<byte> bytes, long value, int low, int high)
    {
        WriteUInt32LittleEndian(bytes[low..], (uint)(value & uint.MaxValue));
        WriteUInt32LittleEndian(bytes[high..], (uint)(value >> 32));
    }

    private static long Time(ReadOnlySpan<byte> bytes, int low, int high) =>
        ReadUInt32LittleEndian(bytes[low..]) | (long)bytes[high] << 32;

    private static void Time(Span<byte> bytes, long seconds, int low, int high)
    {
        WriteUInt32LittleEndian(bytes[low..], (uint)(seconds & uint.MaxValue));
        bytes[high] = (byte)(seconds >> 32 & 0xFF);
    }
}
