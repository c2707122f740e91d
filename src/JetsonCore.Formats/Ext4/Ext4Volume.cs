// An opened file system: superblock, group descriptors, inodes and blocks, each checked when it is read. Two blocks are
// remembered, one of descriptors and one of inodes, since neighbours are asked for one after the other.
//
// Descriptors lie behind the superblock in one table or, with meta_bg, from a certain group on in the first group of
// each set that shares a block of descriptors.
using System.Numerics;
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads a file system's structures from an image.</summary>
internal sealed class Ext4Volume
{
    private const Ext4Features Incompatible = (Ext4Features)0xFFFFFF0000;

    private const Ext4Features Readable = Ext4Features.FileType | Ext4Features.NeedsRecovery | Ext4Features.MetaBg
        | Ext4Features.Extents | Ext4Features.Bit64 | Ext4Features.Mmp | Ext4Features.FlexBg | Ext4Features.EaInode
        | Ext4Features.ChecksumSeed | Ext4Features.LargeDir | Ext4Features.InlineData | Ext4Features.Encrypt
        | Ext4Features.Casefold;

    private readonly Stream _image;
    private readonly byte[] _descriptors, _inodes;
    private long _descriptorsBlock = -1, _inodesBlock = -1;

    private Ext4Volume(Stream image, Superblock superblock)
    {
        (_image, Superblock) = (image, superblock);
        Checksum = superblock.Checksum();
        _descriptors = new byte[superblock.BlockSize];
        _inodes = new byte[superblock.BlockSize];
    }

    public Superblock Superblock { get; }

    public MetadataChecksum Checksum { get; }

    public int BlockSize => Superblock.BlockSize;

    /// <summary>Blocks that are read from the journal, where their newest contents are.</summary>
    public int JournalledBlocks { get; private init; }

    /// <summary>Reads and checks the superblock, and plays back a journal that is pending.</summary>
    /// <exception cref="MalformedDataException">
    /// There is none, or it contradicts itself, or needs what we cannot read.
    /// </exception>
    public static Ext4Volume Open(Stream image)
    {
        Ext4Volume asItLies = OpenAsItLies(image);
        Superblock superblock = asItLies.Superblock;
        if (!superblock.Has(Ext4Features.NeedsRecovery) || !superblock.Has(Ext4Features.HasJournal))
            return asItLies;
        Dictionary<long, long> copies = JournalReplay.Of(JournalLog.Open(asItLies));
        if (copies.Count == 0)
            return asItLies;
        var journalled = new JournalledImage(image, superblock.BlockSize, copies);
        Superblock now = OpenAsItLies(journalled).Superblock;
        return now.BlockSize == superblock.BlockSize
            ? new(journalled, now) { JournalledBlocks = copies.Count }
            : throw Malformed($"the journal changes blocks of {superblock.BlockSize} bytes to {now.BlockSize}");
    }

    private static Ext4Volume OpenAsItLies(Stream image)
    {
        Superblock superblock = Superblock.Read(image.ReadBytesAt(Superblock.Start, Superblock.Size));
        Ext4Features unknown = superblock.Features & Incompatible & ~Readable;
        if (unknown != Ext4Features.None)
            throw Malformed($"features \"{Ext4FeatureNames.Describe(unknown)}\" are not supported");
        int bitsPerBlock = superblock.BlockSize * 8;
        if (superblock.BlocksPerGroup == 0
            || (superblock.BlocksPerGroup > bitsPerBlock && !superblock.Has(Ext4Features.BigAlloc)))
            throw Malformed($"{superblock.BlocksPerGroup} blocks per group, at most {bitsPerBlock} are possible");
        if (superblock.InodesPerGroup == 0 || superblock.InodesPerGroup > bitsPerBlock)
            throw Malformed($"{superblock.InodesPerGroup} inodes per group, at most {bitsPerBlock} are possible");
        if (superblock.InodeSize < Inode.SizeSmall || superblock.InodeSize > superblock.BlockSize
            || !BitOperations.IsPow2(superblock.InodeSize))
            throw Malformed($"inodes of {superblock.InodeSize} bytes");
        if (superblock.DescriptorSize < GroupDescriptor.SizeSmall || superblock.DescriptorSize > Superblock.Size
            || !BitOperations.IsPow2(superblock.DescriptorSize))
            throw Malformed($"group descriptors of {superblock.DescriptorSize} bytes");
        if (superblock.BlockCount <= superblock.FirstDataBlock
            || superblock.BlockCount > long.MaxValue / superblock.BlockSize)
            throw Malformed($"{superblock.BlockCount} blocks, the first is {superblock.FirstDataBlock}");
        if (superblock.InodeCount > (UInt128)superblock.GroupCount * superblock.InodesPerGroup)
            throw Malformed($"{superblock.InodeCount} inodes in {superblock.GroupCount} groups");
        return new(image, superblock);
    }

    /// <summary>Fills a buffer of whole blocks.</summary>
    /// <exception cref="MalformedDataException">The blocks do not lie within file system and image.</exception>
    public void ReadBlocks(long block, Span<byte> buffer)
    {
        if (!Contains(block, buffer.Length / BlockSize))
            throw new MalformedDataException(0,
                $"block {block} is asked for, the file system has {Superblock.BlockCount}");
        _image.ReadExactlyAt(block * BlockSize, buffer);
    }

    /// <summary>
    /// Fills a buffer from the middle of a run of blocks that is known to lie within the file system.
    /// </summary>
    public void ReadBytes(long offset, Span<byte> buffer) => _image.ReadExactlyAt(offset, buffer);

    /// <summary>Whether blocks lie within the file system.</summary>
    public bool Contains(long block, long count) =>
        block > 0 && count >= 0 && block < Superblock.BlockCount && count <= Superblock.BlockCount - block;

    /// <summary>Reads an inode.</summary>
    /// <exception cref="MalformedDataException">There is no such number, or the inode is broken.</exception>
    public Inode ReadInode(uint number)
    {
        if (number == 0 || number > Superblock.InodeCount)
            throw new MalformedDataException(0, $"inode {number} is asked for, there are {Superblock.InodeCount}");
        uint group = (number - 1) / Superblock.InodesPerGroup;
        long place = (number - 1) % Superblock.InodesPerGroup * Superblock.InodeSize;
        long block = ReadDescriptor(group).InodeTable + place / BlockSize;
        if (block != _inodesBlock)
        {
            _inodesBlock = -1;
            ReadBlocks(block, _inodes);
            _inodesBlock = block;
        }
        byte[] bytes = _inodes.AsSpan((int)(place % BlockSize), Superblock.InodeSize).ToArray();
        return Inode.Read(bytes, new(number, block * BlockSize + place % BlockSize), Checksum);
    }

    /// <summary>Reads a group's descriptor.</summary>
    /// <exception cref="MalformedDataException">It is broken.</exception>
    public GroupDescriptor ReadDescriptor(uint group)
    {
        int perBlock = BlockSize / Superblock.DescriptorSize;
        long block = DescriptorBlock(group / (uint)perBlock, perBlock);
        if (block != _descriptorsBlock)
        {
            _descriptorsBlock = -1;
            ReadBlocks(block, _descriptors);
            _descriptorsBlock = block;
        }
        int at = (int)(group % (uint)perBlock) * Superblock.DescriptorSize;
        ReadOnlySpan<byte> bytes = _descriptors.AsSpan(at, Superblock.DescriptorSize);
        ushort stored = ReadUInt16LittleEndian(bytes[GroupDescriptor.ChecksumOffset..]);
        if (Checksum.CoversDescriptors && stored != Checksum.OfDescriptor(group, bytes))
            throw new MalformedDataException(block * BlockSize + at, $"checksum of group descriptor {group} is wrong");
        return GroupDescriptor.Read(bytes);
    }

    private long DescriptorBlock(uint index, int perBlock)
    {
        long group = (long)index * perBlock;
        bool isInTable = !Superblock.Has(Ext4Features.MetaBg) || index < Superblock.FirstMetaGroup;
        if (isInTable || group == 0)        // behind the superblock: with bigalloc that is block 1 of a group from 0 on
            return Superblock.Start / BlockSize + 1 + (long)index;
        bool sparse = Superblock.Has(Ext4Features.SparseSuper);
        return Superblock.FirstDataBlock + group * Superblock.BlocksPerGroup
            + (!sparse || Geometry.IsSparseSuperblockGroup(group) ? 1 : 0);
    }

    private static MalformedDataException Malformed(string message) => new(Superblock.Start, message);
}
