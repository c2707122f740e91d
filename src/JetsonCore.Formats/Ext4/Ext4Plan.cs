// A file system with every block decided and nothing written.
namespace JetsonCore.Formats.Ext4;

/// <summary>Where everything of a tree goes in a new file system.</summary>
public sealed class Ext4Plan
{
    internal Ext4Plan(Ext4Options options, Geometry geometry, PlannedTree tree) =>
        (Options, Geometry, Tree) = (options, geometry, tree);

    /// <summary>What the plan was asked for.</summary>
    public Ext4Options Options { get; }

    /// <summary>Bytes that the image takes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bytes in blocks that belong to files and directories of the tree.</summary>
    public long ContentBytes => (UsedBlocks - Geometry.MetadataBlocks) * Options.BlockSize - JournalBytes;

    /// <summary>Bytes of superblocks, descriptors, bitmaps and inode tables.</summary>
    public long MetadataBytes => Geometry.MetadataBlocks * Options.BlockSize;

    /// <summary>Bytes of the journal.</summary>
    public long JournalBytes => (Journal?.BlockCount ?? 0) * Options.BlockSize;

    /// <summary>Bytes that only root may use up.</summary>
    public long ReservedBytes => ReservedBlocks * Options.BlockSize;

    /// <summary>Bytes not in use, the reserved ones among them.</summary>
    public long FreeBytes => FreeBlocks * Options.BlockSize;

    /// <summary>Inodes that there are.</summary>
    public long InodeCount => Geometry.InodeCount;

    /// <summary>Inodes not in use.</summary>
    public long FreeInodes => InodeCount - Tree.LastNumber;

    /// <summary>How the size comes about, in one line for people.</summary>
    public string Explanation => FormattableString.Invariant(
        $"{SizeBytes} bytes: content {ContentBytes}, metadata {MetadataBytes}, journal {JournalBytes}, ")
        + FormattableString.Invariant($"free {FreeBytes} (of which reserved for root {ReservedBytes}")
        + (IsSizeChosen ? FormattableString.Invariant($", margin {Options.MarginBytes}; in whole MiB)") : ")");

    /// <summary>Whether the size was left to the plan.</summary>
    internal bool IsSizeChosen { get; set; }

    internal Geometry Geometry { get; }

    internal PlannedTree Tree { get; }

    internal PlannedInode? Journal { get; init; }

    internal PlannedInode? Resize { get; init; }

    /// <summary>The inodes with content of their own, in the order of the image.</summary>
    internal IEnumerable<PlannedInode> InImageOrder => Tree.Inodes.OrderBy(BlockPlacer.Rank);

    /// <summary>All blocks before this one are in use.</summary>
    internal long AllocationEnd { get; init; }

    internal long FreeBlocks { get; init; }

    internal long UsedBlocks => Geometry.BlockCount - FreeBlocks;

    internal long ReservedBlocks => Geometry.BlockCount / 100 * Options.ReservedPercent
        + Geometry.BlockCount % 100 * Options.ReservedPercent / 100;
}
