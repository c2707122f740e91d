// Second step of a plan: a size becomes a geometry, and every inode gets its blocks. In the order of the image:
//
//   metadata of the first groups | journal | directories | files to be kept whole | other files ...
//   a file: | attribute block | content | extent blocks |
//
// with the metadata of later groups in between where they come. If the blocks run out, the placing goes on beyond the
// end, so that the exact number of missing blocks is known.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Gives blocks to the inodes of a tree.</summary>
internal sealed class BlockPlacer
{
    private const int SmallestJournaled = 2048;
    private const long Kibi = 1024;
    private const ushort OwnerOnly = 0x180;         // 0600

    private readonly Ext4Options _options;
    private readonly Geometry _geometry;
    private readonly BlockAllocator _blocks;

    private BlockPlacer(Ext4Options options, Geometry geometry)
    {
        (_options, _geometry) = (options, geometry);
        _blocks = new(geometry);
    }

    /// <summary>The fewest blocks that have room for a journal of the default size.</summary>
    public static long BlocksMin(Ext4Options options) =>
        options.Has(Ext4Features.HasJournal) && options.JournalBlocks is null ? SmallestJournaled : 64;

    /// <summary>Places a tree.</summary>
    /// <returns>The plan, and by how many blocks the file system is too small for it (0: it fits).</returns>
    public static (Ext4Plan Plan, long MissingBlocks) Place(PlannedTree tree, Ext4Options options, long sizeBytes)
    {
        Geometry geometry = Geometry.Create(options, sizeBytes / options.BlockSize,
            blocks => InodesFor(options, blocks, tree));
        if (tree.LastNumber > geometry.InodeCount)
        {
            throw new ContentDoesNotFitException(
                $"cannot place {tree.LastNumber} inodes: the file system has {geometry.InodeCount}")
            {
                NeededInodes = tree.LastNumber,
                AvailableInodes = geometry.InodeCount,
            };
        }
        var placer = new BlockPlacer(options, geometry);
        PlannedInode? resize = options.Has(Ext4Features.ResizeInode) ? placer.PlaceResize() : null;
        PlannedInode? journal = options.Has(Ext4Features.HasJournal) ? placer.PlaceJournal() : null;
        placer.Place(tree.Root);
        foreach (PlannedInode inode in tree.Inodes.OrderBy(Rank))
            placer.Place(inode);
        var plan = new Ext4Plan(options, geometry, tree)
        {
            SizeBytes = sizeBytes,
            Journal = journal,
            Resize = resize,
            AllocationEnd = placer._blocks.End,
            FreeBlocks = Math.Max(0, placer._blocks.FreeBlocks),
        };
        return (plan, Math.Max(0, -placer._blocks.FreeBlocks));
    }

    /// <summary>The journal's blocks for a size of the file system: the steps of mke2fs.</summary>
    public static int DefaultJournalBlocks(long blockCount) => blockCount switch
    {
        < 32 * Kibi => 1024,
        < 256 * Kibi => 4096,
        < 512 * Kibi => 8192,
        < 4096 * Kibi => 16384,
        < 8192 * Kibi => 32768,
        < 16384 * Kibi => 65536,
        < 32768 * Kibi => 131072,
        _ => 262144,
    };

    /// <summary>As many inodes as asked for; else by size, and an eighth more than the content needs.</summary>
    private static long InodesFor(Ext4Options options, long blockCount, PlannedTree tree) =>
        options.InodeCount
            ?? Math.Max(blockCount * options.BlockSize / options.BytesPerInode, tree.LastNumber + tree.LastNumber / 8);

    /// <summary>Directories first, then files that must be in one piece, then the rest.</summary>
    public static int Rank(PlannedInode inode) => inode is PlannedDirectory ? 0 : inode.IsKeptWhole ? 1 : 2;

    private void Place(PlannedInode inode)
    {
        inode.AttributeBlock = inode.NeedsAttributeBlock ? _blocks.TakeRow(1).Start : 0;
        inode.Runs = _blocks.Place(inode.Runs);
        if (inode.MapContent is not null)
            return;
        long mapBlocks = _options.Has(Ext4Features.Extents)
            ? ExtentMap.BlocksFor(inode.Runs, _options.BlockSize)
            : IndirectMap.BlocksFor(inode.Runs, _options.BlockSize);
        inode.MapBlocks = _blocks.Take(mapBlocks);
    }

    private PlannedInode PlaceJournal()
    {
        long blockCount = _geometry.BlockCount;
        if (blockCount < BlocksMin(_options))
        {
            throw new ContentDoesNotFitException($"cannot make a journal in a file system of {blockCount} blocks: "
                + $"it takes {SmallestJournaled}")
            {
                NeededBytes = (long)SmallestJournaled * _options.BlockSize,
                AvailableBytes = blockCount * _options.BlockSize,
            };
        }
        int blocks = _options.JournalBlocks ?? DefaultJournalBlocks(blockCount);
        PlannedInode journal = OwnFile(Inode.Journal);
        journal.Flags = _options.Has(Ext4Features.Extents) ? Inode.ExtentsFlag : 0;
        journal.Size = (long)blocks * _options.BlockSize;
        journal.Runs = [new(0, 0, blocks)];
        Place(journal);
        return journal;
    }

    /// <summary>Inode 7: a block map whose double indirect block lists the blocks kept for descriptors.</summary>
    private PlannedInode PlaceResize()
    {
        PlannedInode resize = OwnFile(Inode.Resize);
        long perBlock = _options.BlockSize / sizeof(uint);
        resize.Size = (IndirectMap.DirectCount + perBlock + perBlock * perBlock) * _options.BlockSize;
        resize.MapBlocks = [_blocks.TakeRow(1)];
        return resize;
    }

    private PlannedInode OwnFile(uint number) => new(number, Inode.RegularFile, new FileMetadata
    {
        Permissions = OwnerOnly,
        ModificationTime = _options.CreationTime,
    })
    {
        Links = 1,
    };
}
