// What a file system is made with: the options of mke2fs under the names of this house. Whatever mke2fs would take
// from the clock or from chance is a parameter here.
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>How to make a file system.</summary>
public sealed record Ext4Options
{
    /// <summary>ext2 as mke2fs makes it.</summary>
    public const Ext4Features Ext2Features = Ext4Features.ExtAttr | Ext4Features.ResizeInode | Ext4Features.DirIndex
        | Ext4Features.FileType | Ext4Features.SparseSuper | Ext4Features.LargeFile;

    /// <summary>ext3 as mke2fs makes it.</summary>
    public const Ext4Features Ext3Features = Ext2Features | Ext4Features.HasJournal;

    /// <summary>ext4 that U-Boot can write: without metadata_csum, which it refuses, and without 64bit.</summary>
    public const Ext4Features SystemBootFeatures = Ext3Features | Ext4Features.Extents | Ext4Features.FlexBg
        | Ext4Features.HugeFile | Ext4Features.DirNlink | Ext4Features.ExtraIsize;

    /// <summary>ext4 as mke2fs of Ubuntu 18.04 makes it.</summary>
    public const Ext4Features WritableFeatures =
        SystemBootFeatures | Ext4Features.Bit64 | Ext4Features.MetadataCsum;

    private const Ext4Features Writable32 = WritableFeatures | Ext4Features.UninitBg;
    private const int LabelBytesMax = 16;

    /// <summary>1024, 2048 or 4096.</summary>
    public int BlockSize { get; init; } = 4096;

    /// <summary>At most 16 bytes of UTF-8.</summary>
    public required string Label { get; init; }

    /// <summary>The file system's UUID; with metadata_csum every checksum starts with it.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The secret that directory hashes start with.</summary>
    public required Guid HashSeed { get; init; }

    /// <summary>When the file system was made; also the creation time of all its files.</summary>
    public required FileTime CreationTime { get; init; }

    /// <summary>What it makes use of.</summary>
    public Ext4Features Features { get; init; } = WritableFeatures;

    /// <summary>Blocks kept for root, in percent; 0 to 50.</summary>
    public int ReservedPercent { get; init; } = 5;

    /// <summary>Bytes of an inode: 128 (no nanoseconds, nothing after 2038) or 256 to the block size.</summary>
    public int InodeSize { get; init; } = 256;

    /// <summary>
    /// One inode is made for this many bytes of the file system, and more where the content needs them.
    /// </summary>
    public int BytesPerInode { get; init; } = 16384;

    /// <summary>
    /// So many inodes, neither more nor (but for rounding up to whole blocks) less; null: as bytes per inode say.
    /// </summary>
    public long? InodeCount { get; init; }

    /// <summary>
    /// To what size resize_inode lets it grow while mounted; null: to 1024 times its size, as mke2fs.
    /// </summary>
    public long? MaximumGrowthBytes { get; init; }

    /// <summary>Blocks of the journal, 1024 or more; null: as mke2fs picks by the size of the file system.</summary>
    public int? JournalBlocks { get; init; }

    /// <summary>Room left for what is written later, where the size is not given: so many bytes.</summary>
    public long MarginBytes { get; init; } = 8L << 20;

    /// <summary>
    /// Whether blocks of nothing but zeros become holes even where the content knows no holes, as mke2fs -d does; the
    /// plan then reads every content once.
    /// </summary>
    public bool DetectZeroBlocks { get; init; }

    /// <summary>
    /// The paths ("uboot.env") of files that shall have no holes whatever their content, because something that
    /// knows no holes writes into their blocks.
    /// </summary>
    public Func<string, bool> KeepZeros { get; init; } = _ => false;

    /// <summary>The file system that U-Boot reads and writes: see <see cref="SystemBootFeatures"/>.</summary>
    public static Ext4Options SystemBoot(string label, Guid uuid, Guid hashSeed, FileTime creationTime) => new()
    {
        Label = label,
        Uuid = uuid,
        HashSeed = hashSeed,
        CreationTime = creationTime,
        Features = SystemBootFeatures,
        KeepZeros = path => path == "uboot.env",
    };

    /// <summary>
    /// The file system that the device lives in, as made on Ubuntu 18.04: see <see cref="WritableFeatures"/>.
    /// </summary>
    public static Ext4Options Writable(string label, Guid uuid, Guid hashSeed, FileTime creationTime) => new()
    {
        Label = label,
        Uuid = uuid,
        HashSeed = hashSeed,
        CreationTime = creationTime,
        Features = WritableFeatures,
    };

    internal bool Has(Ext4Features feature) => Features.HasFlag(feature);

    /// <summary>
    /// The inode of resize_inode spans more than 2 GiB where blocks have 4096 bytes: there it brings large_file with
    /// it, as in mke2fs.
    /// </summary>
    internal Ext4Options WithImpliedFeatures() => Has(Ext4Features.ResizeInode) && BlockSize == 4096
        ? this with { Features = Features | Ext4Features.LargeFile }
        : this;

    internal void Check()
    {
        if (BlockSize is not (1024 or 2048 or 4096))
            throw new ArgumentException($"cannot make blocks of {BlockSize} bytes: 1024, 2048 and 4096 are known");
        if (InodeSize < 128 || InodeSize > BlockSize || (InodeSize & (InodeSize - 1)) != 0)
            throw new ArgumentException(
                $"cannot make inodes of {InodeSize} bytes: powers of two from 128 to {BlockSize} are known");
        if (Encoding.UTF8.GetByteCount(Label) is > LabelBytesMax and int bytes || Label.Contains('\0'))
            throw new ArgumentException(
                $"cannot label it \"{Label}\": at most {LabelBytesMax} bytes without NUL are possible");
        if (ReservedPercent is < 0 or > 50)
            throw new ArgumentException($"cannot reserve {ReservedPercent} percent: 0 to 50 are possible");
        if (BytesPerInode < BlockSize)
            throw new ArgumentException(
                $"cannot make an inode for every {BytesPerInode} bytes: a block has {BlockSize}");
        if (JournalBlocks is < 1024)
            throw new ArgumentException($"cannot make a journal of {JournalBlocks} blocks: the least are 1024");
        if (MarginBytes < 0)
            throw new ArgumentException($"cannot leave a margin of {MarginBytes} bytes");
        CheckFeatures();
    }

    private void CheckFeatures()
    {
        if ((Features & ~Writable32) is not Ext4Features.None and Ext4Features unknown)
            throw new ArgumentException($"cannot write the features \"{Ext4FeatureNames.Describe(unknown)}\"");
        if (Has(Ext4Features.MetadataCsum) && Has(Ext4Features.UninitBg))
            throw new ArgumentException(
                "cannot have both metadata_csum and uninit_bg: the one takes the other's place");
        if (Has(Ext4Features.ResizeInode) && !Has(Ext4Features.SparseSuper))
            throw new ArgumentException("cannot have resize_inode without sparse_super");
        if (Has(Ext4Features.Bit64) && !Has(Ext4Features.Extents))
            throw new ArgumentException("cannot have 64bit without extent: block maps have 32 bits");
        if (Has(Ext4Features.ExtraIsize) && InodeSize == 128)
            throw new ArgumentException("cannot have extra_isize in inodes of 128 bytes");
    }
}
