// Where the metadata of a file system lie. The blocks are cut into groups of 8 × block size blocks (as many as one
// block of bitmap has bits); each group has one bitmap of its blocks, one of its inodes, and a part of the inode table:
//
//   group with superblock   | superblock | group descriptors | kept for growing | tables | content ...
//   group without           | tables or content ...
//
//   tables, without flex_bg   | block bitmap | inode bitmap | inode table |
//   tables, with flex_bg      those of 16 groups together, in the first group of the 16 (and the next, if it is full):
//                             | block bitmaps | inode bitmaps | inode tables |
//
// Superblocks are in groups 0, 1 and the powers of 3, 5 and 7 (sparse_super). A last group that is too small to be
// worth its tables is cut off, as mke2fs does. Spec: Linux Documentation/filesystems/ext4/blockgroup.rst.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>The decided places of all metadata that do not depend on the content.</summary>
internal sealed class Geometry
{
    private const int GroupsPerFlex = 16, BlocksWorthAGroup = 50;
    private const long GrowthFactor = 1024;

    /// <summary>64 TiB in blocks of 4096 bytes: there the inodes, one for 16 KiB, run out of numbers.</summary>
    private const long BlocksMax = 1L << 34;

    private readonly bool _sparseSuper;
    private readonly long[] _blockBitmaps, _inodeBitmaps, _inodeTables;

    private Geometry(Ext4Options options, Shape shape)
    {
        (BlockSize, DescriptorSize) = (options.BlockSize, shape.DescriptorSize);
        _sparseSuper = options.Has(Ext4Features.SparseSuper);
        (BlockCount, GroupCount, InodesPerGroup) = (shape.BlockCount, shape.GroupCount, shape.InodesPerGroup);
        FirstDataBlock = shape.FirstDataBlock;
        DescriptorBlocks = shape.DescriptorBlocks;
        ReservedDescriptorBlocks = shape.ReservedDescriptorBlocks;
        InodeTableBlocks = (int)Alignment.UnitsFor((long)InodesPerGroup * options.InodeSize, BlockSize);
        LogGroupsPerFlex = options.Has(Ext4Features.FlexBg) ? int.Log2(GroupsPerFlex) : 0;
        _blockBitmaps = new long[GroupCount];
        _inodeBitmaps = new long[GroupCount];
        _inodeTables = new long[GroupCount];
        PlaceTables();
        Metadata = CollectMetadata();
    }

    public int BlockSize { get; }

    public long BlockCount { get; }

    public int GroupCount { get; }

    public int BlocksPerGroup => BlockSize * 8;

    public int InodesPerGroup { get; }

    public int InodeTableBlocks { get; }

    public int FirstDataBlock { get; }

    public int DescriptorSize { get; }

    public int DescriptorBlocks { get; }

    public int ReservedDescriptorBlocks { get; }

    public int LogGroupsPerFlex { get; }

    public long InodeCount => (long)GroupCount * InodesPerGroup;

    /// <summary>All blocks that hold metadata, ascending and merged.</summary>
    public IReadOnlyList<BlockRange> Metadata { get; }

    /// <summary>How many blocks that are.</summary>
    public long MetadataBlocks => Metadata.Sum(range => range.Count);

    /// <summary>The blocks between the metadata, ascending.</summary>
    public IEnumerable<BlockRange> Free()
    {
        long at = 0;
        foreach (BlockRange used in Metadata)
        {
            if (used.Start > at)
                yield return new(at, used.Start - at);
            at = used.End;
        }
        if (at < BlockCount)
            yield return new(at, BlockCount - at);
    }

    public long BlockBitmap(int group) => _blockBitmaps[group];

    public long InodeBitmap(int group) => _inodeBitmaps[group];

    public long InodeTable(int group) => _inodeTables[group];

    /// <summary>The first block of a group.</summary>
    public long GroupStart(int group) => FirstDataBlock + (long)group * BlocksPerGroup;

    /// <summary>How many blocks a group has: all but the last have the same number.</summary>
    public int GroupBlocks(int group) => (int)Math.Min(BlocksPerGroup, BlockCount - GroupStart(group));

    /// <summary>Whether a superblock, or a copy of it, and the descriptors lie at the start of a group.</summary>
    public bool HasSuperblock(int group) => !_sparseSuper || IsSparseSuperblockGroup(group);

    /// <summary>Whether a group has a superblock with sparse_super.</summary>
    public static bool IsSparseSuperblockGroup(long group) =>
        group <= 1 || IsPower(group, 3) || IsPower(group, 5) || IsPower(group, 7);

    /// <summary>Decides everything for a size and a number of inodes.</summary>
    /// <exception cref="ContentDoesNotFitException">The size cannot even hold the metadata.</exception>
    /// <exception cref="ArgumentException">More blocks or inodes than can be numbered.</exception>
    public static Geometry Create(Ext4Options options, long blockCount, Func<long, long> inodesFor)
    {
        long blocksMax = options.Has(Ext4Features.Bit64) ? BlocksMax : uint.MaxValue;
        if (blockCount > blocksMax)
            throw new ArgumentException($"cannot make a file system of {blockCount} blocks: at most {blocksMax} are "
                + $"possible {(options.Has(Ext4Features.Bit64) ? "here" : "without 64bit")}");
        while (true)
        {
            var shape = new Shape(options, blockCount, inodesFor(blockCount));
            if ((long)shape.GroupCount * shape.InodesPerGroup > uint.MaxValue)
                throw new ArgumentException($"cannot make {(long)shape.GroupCount * shape.InodesPerGroup} inodes: "
                    + $"at most {uint.MaxValue} can be numbered");
            int lastGroup = shape.GroupCount - 1;
            long lastStart = shape.FirstDataBlock + (long)lastGroup * options.BlockSize * 8;
            bool super = !options.Has(Ext4Features.SparseSuper) || IsSparseSuperblockGroup(lastGroup);
            long overhead = 2 + Alignment.UnitsFor((long)shape.InodesPerGroup * options.InodeSize, options.BlockSize)
                + (super ? 1 + shape.DescriptorBlocks + shape.ReservedDescriptorBlocks : 0);
            if (blockCount - lastStart >= overhead + BlocksWorthAGroup)
                return new(options, shape);
            if (lastGroup == 0)
            {
                throw new ContentDoesNotFitException($"cannot make a file system of {blockCount} blocks: "
                    + $"its own tables need {overhead + BlocksWorthAGroup}")
                {
                    NeededBytes = (overhead + BlocksWorthAGroup) * options.BlockSize,
                    AvailableBytes = blockCount * options.BlockSize,
                };
            }
            blockCount = lastStart;
        }
    }

    private static bool IsPower(long value, int factor)
    {
        while (value > 1 && value % factor == 0)
            value /= factor;
        return value == 1;
    }

    private int SuperblockBlocks(int group) =>
        HasSuperblock(group) ? 1 + DescriptorBlocks + ReservedDescriptorBlocks : 0;

    private void PlaceTables()
    {
        int flex = 1 << LogGroupsPerFlex;
        for (int first = 0; first < GroupCount; first += flex)
        {
            int end = Math.Min(GroupCount, first + flex);
            long at = GroupStart(first);
            for (int group = first; group < end; group++)
                _blockBitmaps[group] = Place(ref at, 1);
            for (int group = first; group < end; group++)
                _inodeBitmaps[group] = Place(ref at, 1);
            for (int group = first; group < end; group++)
                _inodeTables[group] = Place(ref at, InodeTableBlocks);
        }
    }

    /// <summary>The next <paramref name="count"/> blocks in a row that keep clear of superblocks.</summary>
    private long Place(ref long at, int count)
    {
        int group = (int)((at - FirstDataBlock) / BlocksPerGroup);
        at = Math.Max(at, GroupStart(group) + SuperblockBlocks(group));
        for (int next = group + 1; next < GroupCount && GroupStart(next) < at + count; next++)
        {
            if (HasSuperblock(next))
                at = GroupStart(next) + SuperblockBlocks(next);
        }
        if (at + count > BlockCount)
            throw new ContentDoesNotFitException($"cannot place the inode tables in {BlockCount} blocks")
            {
                NeededBytes = (at + count) * BlockSize,
                AvailableBytes = BlockCount * BlockSize,
            };
        long placed = at;
        at += count;
        return placed;
    }

    private List<BlockRange> CollectMetadata()
    {
        var ranges = new List<BlockRange>();
        if (FirstDataBlock > 0)
            ranges.Add(new(0, FirstDataBlock));
        for (int group = 0; group < GroupCount; group++)
        {
            if (HasSuperblock(group))
                ranges.Add(new(GroupStart(group), SuperblockBlocks(group)));
            ranges.Add(new(_blockBitmaps[group], 1));
            ranges.Add(new(_inodeBitmaps[group], 1));
            ranges.Add(new(_inodeTables[group], InodeTableBlocks));
        }
        ranges.Sort((a, b) => a.Start.CompareTo(b.Start));
        var merged = new List<BlockRange>();
        foreach (BlockRange range in ranges)
        {
            if (merged.Count > 0 && merged[^1].End == range.Start)
                merged[^1] = merged[^1] with { Count = merged[^1].Count + range.Count };
            else
                merged.Add(range);
        }
        return merged;
    }

    /// <summary>The counts from which the places follow.</summary>
    private readonly record struct Shape
    {
        public Shape(Ext4Options options, long blockCount, long inodes)
        {
            int blockSize = options.BlockSize, blocksPerGroup = blockSize * 8;
            BlockCount = blockCount;
            FirstDataBlock = blockSize == 1024 ? 1 : 0;         // block 0 then is the boot sector's
            GroupCount = (int)Math.Max(1, Alignment.UnitsFor(Math.Max(0, blockCount - FirstDataBlock), blocksPerGroup));
            DescriptorSize = options.Has(Ext4Features.Bit64) ? GroupDescriptor.SizeLarge : GroupDescriptor.SizeSmall;
            DescriptorBlocks = (int)Alignment.UnitsFor((long)GroupCount * DescriptorSize, blockSize);
            InodesPerGroup = PerGroup(options, Math.Max(inodes, Inode.FirstOrdinary), GroupCount);
            if (options.Has(Ext4Features.ResizeInode))
                ReservedDescriptorBlocks = Reserved(options, blockCount);
        }

        public long BlockCount { get; }

        public int FirstDataBlock { get; }

        public int GroupCount { get; }

        public int DescriptorSize { get; }

        public int DescriptorBlocks { get; }

        public int ReservedDescriptorBlocks { get; }

        public int InodesPerGroup { get; }

        private static int PerGroup(Ext4Options options, long inodes, int groups)
        {
            int perBlock = Math.Max(8, options.BlockSize / options.InodeSize);      // 8: whole bytes of bitmap
            long perGroup = Alignment.Up(Alignment.UnitsFor(inodes, groups), perBlock);
            int perGroupMax = options.BlockSize * 8;
            return perGroup <= perGroupMax
                ? (int)perGroup
                : throw new ContentDoesNotFitException(
                    $"cannot make {inodes} inodes in {groups} groups: each takes at most {perGroupMax}")
                {
                    NeededInodes = inodes,
                    AvailableInodes = (long)groups * perGroupMax,
                };
        }

        private int Reserved(Ext4Options options, long blockCount)
        {
            const long BlockCountMax = uint.MaxValue;
            long grown = options.MaximumGrowthBytes is { } bytes
                ? bytes / options.BlockSize
                : blockCount < BlockCountMax / GrowthFactor ? blockCount * GrowthFactor : BlockCountMax;
            grown = Math.Max(blockCount, Math.Min(grown, BlockCountMax));
            long groups = Alignment.UnitsFor(grown, options.BlockSize * 8);
            long blocks = Alignment.UnitsFor(groups * DescriptorSize, options.BlockSize) - DescriptorBlocks;
            return (int)Math.Clamp(blocks, 0, options.BlockSize / sizeof(uint));
        }
    }
}
