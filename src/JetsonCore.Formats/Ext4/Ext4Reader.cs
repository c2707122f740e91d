// Reads ext2, ext3 and ext4 file systems without mounting them: extents and block maps, linear and indexed directories,
// attributes in inodes and blocks, inline data. A journal with changes that are not in their places yet is played back
// in memory, as mounting would on the disk.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>An opened file system.</summary>
public sealed class Ext4Reader
{
    private readonly Ext4Volume _volume;

    private Ext4Reader(Ext4Volume volume) => _volume = volume;

    /// <summary>The label.</summary>
    public string Label => Superblock.Label;

    /// <summary>The UUID.</summary>
    public Guid Uuid => Superblock.Uuid;

    /// <summary>What the file system makes use of.</summary>
    public Ext4Features Features => Superblock.Features;

    /// <summary>
    /// Whether the journal holds changes that are not in their places yet: what is read here is the state behind them.
    /// </summary>
    public bool NeedsRecovery => Superblock.Has(Ext4Features.NeedsRecovery);

    /// <summary>Blocks that are read from the journal, where their newest contents are.</summary>
    public int JournalledBlocks => _volume.JournalledBlocks;

    /// <summary>Whether it was unmounted, or made, in order and without errors.</summary>
    public bool IsClean => (Superblock.State & Superblock.StateClean) != 0 && !NeedsRecovery;

    /// <summary>Bytes of a block.</summary>
    public int BlockSize => Superblock.BlockSize;

    /// <summary>Bytes of the file system.</summary>
    public long SizeBytes => Superblock.BlockCount * Superblock.BlockSize;

    /// <summary>Bytes not in use, as the superblock says.</summary>
    public long FreeBytes => Math.Min(Superblock.FreeBlocks, Superblock.BlockCount) * Superblock.BlockSize;

    /// <summary>Inodes that there are.</summary>
    public long InodeCount => Superblock.InodeCount;

    /// <summary>Inodes not in use, as the superblock says.</summary>
    public long FreeInodes => Superblock.FreeInodes;

    internal Superblock Superblock => _volume.Superblock;

    /// <summary>What lies at a byte: "superblock", "inode 12", "block 700, which is free".</summary>
    /// <param name="offset">From the first byte of the file system.</param>
    /// <exception cref="MalformedDataException">A table that tells it cannot be read.</exception>
    public string StructureAt(long offset) => Ext4Structures.At(_volume, offset);

    /// <summary>
    /// Opens the file system that starts at the first byte of a seekable stream, which must stay open.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// There is none, it is broken, or it needs what is not supported.
    /// </exception>
    public static Ext4Reader Open(Stream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(Ext4Volume.Open(image));
    }

    /// <summary>
    /// All files. Contents are read when they are opened, from the stream that the file system was opened on, by one
    /// thread at a time; reading them may still find the image broken. Hard links are the same node.
    /// </summary>
    /// <param name="limits">How much to accept.</param>
    /// <exception cref="MalformedDataException">Something is broken, or exceeds the limits.</exception>
    public DirectoryNode ReadTree(ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new TreeReader(_volume, limits).Read();
    }
}
