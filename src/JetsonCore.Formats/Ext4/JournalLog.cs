// The journal: a file whose blocks are a ring of transactions, all numbers big-endian, each block of the journal itself
// with a header of magic 0xC03B3998, kind, number of the transaction. Block 0 is its superblock:
//
//   0x0C 4 block size     0x18 4 first transaction in the ring    0x28 4 incompatible features
//   0x10 4 blocks         0x1C 4 its block; 0: the ring is empty  0x50 1 kind of checksum (4: CRC-32C)
//   0x14 4 first block    0x24 4 compatible features              0x54 4 blocks of fast commits at the end
//                         0x30 16 UUID                            0xFC 4 checksum of the 1024 bytes
//
// Spec: Linux Documentation/filesystems/ext4/journal.rst.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>What a journal makes use of: s_feature_incompat below, bit 0 of s_feature_compat as bit 32.</summary>
[Flags]
internal enum JournalFeatures : ulong
{
    None = 0,
    Revoke = 1,
    Bit64 = 2,
    AsyncCommit = 4,
    ChecksumV2 = 8,
    ChecksumV3 = 16,
    FastCommit = 32,
    ChecksumV1 = 1UL << 32,
}

/// <summary>A file system's own journal, opened: its superblock, and its blocks by their place in the ring.</summary>
internal sealed class JournalLog
{
    public const uint Magic = 0xC03B3998;
    public const int HeaderLength = 12, KindOffset = 4, SequenceOffset = 8, TailLength = 4;
    public const uint Descriptor = 1, Commit = 2, Revoke = 5;

    private const uint SuperblockV1 = 3, SuperblockV2 = 4;
    private const int BlockSizeOffset = 0x0C, BlocksOffset = 0x10, FirstOffset = 0x14, SequenceStartOffset = 0x18;
    private const int StartOffset = 0x1C, CompatOffset = 0x24, IncompatOffset = 0x28, UuidOffset = 0x30;
    private const int FastBlocksOffset = 0x54, ChecksumOffset = 0xFC, UsedLength = 1024;
    private const uint FastBlocksUsual = 256;

    /// <summary>As many as mke2fs makes.</summary>
    private const uint BlocksMax = 10_240_000;

    private const JournalFeatures Incompatible = (JournalFeatures)uint.MaxValue;
    private const JournalFeatures Known = JournalFeatures.Revoke | JournalFeatures.Bit64 | JournalFeatures.AsyncCommit
        | JournalFeatures.ChecksumV2 | JournalFeatures.ChecksumV3 | JournalFeatures.FastCommit;

    private readonly Ext4Volume _volume;
    private readonly FileMap _map;
    private readonly Inode _inode;
    private BlockRun _run;

    private JournalLog(Ext4Volume volume, Inode inode) =>
        (_volume, _inode, _map) = (volume, inode, FileMap.Of(volume, inode));

    public JournalFeatures Features { get; private set; }

    /// <summary>The first block of the ring, and the one behind its last.</summary>
    public uint First { get; private set; }

    public uint End { get; private set; }

    /// <summary>Where the oldest transaction that may not be in its place begins; 0: there is none.</summary>
    public uint Start { get; private set; }

    /// <summary>Its number.</summary>
    public uint StartSequence { get; private set; }

    /// <summary>What checksums of versions 2 and 3 begin with.</summary>
    public uint Seed { get; private set; }

    public bool HasChecksums => Has(JournalFeatures.ChecksumV2) || Has(JournalFeatures.ChecksumV3);

    public int BlockSize => _volume.BlockSize;

    public bool Has(JournalFeatures feature) => Features.HasFlag(feature);

    /// <summary>Opens the journal that a file system has in an inode of its own.</summary>
    /// <exception cref="MalformedDataException">It is broken, elsewhere, or of an unknown kind.</exception>
    public static JournalLog Open(Ext4Volume volume)
    {
        Superblock superblock = volume.Superblock;
        if (superblock.JournalInode == 0)
            throw new MalformedDataException(Superblock.Start, "the journal has changes to be played back and lies on "
                + $"another device (UUID {superblock.JournalUuid})");
        Inode inode = volume.ReadInode(superblock.JournalInode);
        if (inode.Kind != Inode.RegularFile || inode.Size < volume.BlockSize)
            throw new MalformedDataException(inode.Offset, $"inode {inode.Number} is no journal");
        var log = new JournalLog(volume, inode);
        log.ReadSuperblock();
        return log;
    }

    /// <summary>Where a block of the journal lies in the file system.</summary>
    /// <exception cref="MalformedDataException">It is a hole.</exception>
    public long PlaceOf(uint block)
    {
        if (block < _run.Logical || block - _run.Logical >= _run.Count)
            _run = _map.Find(block);
        return _run.Physical != 0
            ? _run.Physical + (block - _run.Logical)
            : throw Broken($"has no block {block}");
    }

    public void Read(uint block, Span<byte> buffer) => _volume.ReadBlocks(PlaceOf(block), buffer);

    /// <summary>
    /// Whether the blocks of fast commits, of which Linux leaves the first one free, begin with one of a transaction.
    /// </summary>
    public bool HasFastCommit(uint sequence)
    {
        const ushort HeadTag = 9;
        if (!Has(JournalFeatures.FastCommit))
            return false;
        var block = new byte[BlockSize];
        Read(End + 1, block);
        return ReadUInt16LittleEndian(block) == HeadTag && ReadUInt32LittleEndian(block.AsSpan(8)) == sequence;
    }

    public MalformedDataException Broken(string what) => new(_inode.Offset, $"journal in inode {_inode.Number} {what}");

    private void ReadSuperblock()
    {
        var block = new byte[BlockSize];
        Read(0, block);
        ReadOnlySpan<byte> bytes = block.AsSpan(0, UsedLength);
        uint kind = ReadUInt32BigEndian(bytes[KindOffset..]);
        if (ReadUInt32BigEndian(bytes) != Magic || kind is not (SuperblockV1 or SuperblockV2))
            throw Broken("has no superblock");
        if (kind == SuperblockV2)
            ReadFeatures(bytes);
        uint blockSize = ReadUInt32BigEndian(bytes[BlockSizeOffset..]);
        if (blockSize != BlockSize)
            throw Broken($"has blocks of {blockSize} bytes in a file system of {BlockSize}");
        End = ReadUInt32BigEndian(bytes[BlocksOffset..]);
        if (End > BlocksMax || End > _inode.Size / BlockSize)
            throw Broken($"has {End} blocks in {_inode.Size} bytes, at most {BlocksMax} are read");
        if (Has(JournalFeatures.FastCommit))
        {
            uint given = ReadUInt32BigEndian(bytes[FastBlocksOffset..]), fast = given != 0 ? given : FastBlocksUsual;
            End = fast > 1 && fast < End ? End - fast : throw Broken($"has {fast} of {End} blocks for fast commits");
        }
        First = ReadUInt32BigEndian(bytes[FirstOffset..]);
        Start = ReadUInt32BigEndian(bytes[StartOffset..]);
        StartSequence = ReadUInt32BigEndian(bytes[SequenceStartOffset..]);
        if (First == 0 || First >= End || (Start != 0 && (Start < First || Start >= End)))
            throw Broken($"begins at block {Start} of {First} to {End}");
    }

    private void ReadFeatures(ReadOnlySpan<byte> bytes)
    {
        uint incompat = ReadUInt32BigEndian(bytes[IncompatOffset..]);
        Features = (JournalFeatures)(incompat | (ulong)(ReadUInt32BigEndian(bytes[CompatOffset..]) & 1) << 32);
        if ((Features & Incompatible & ~Known) is not JournalFeatures.None and JournalFeatures unknown)
            throw Broken($"has the unknown features 0x{(ulong)unknown:x}");
        if (Has(JournalFeatures.ChecksumV2) && Has(JournalFeatures.ChecksumV3))
            throw Broken("has checksums of two versions at once");
        Seed = Crc32C.Append(uint.MaxValue, bytes.Slice(UuidOffset, 16));
        if (!HasChecksums)
            return;
        uint checksum = Crc32C.Append(uint.MaxValue, bytes[..ChecksumOffset]);
        checksum = Crc32C.Append(Crc32C.Append(checksum, [0, 0, 0, 0]), bytes[(ChecksumOffset + 4)..]);
        if (checksum != ReadUInt32BigEndian(bytes[ChecksumOffset..]))
            throw Broken("has a superblock with a wrong checksum");
    }
}
