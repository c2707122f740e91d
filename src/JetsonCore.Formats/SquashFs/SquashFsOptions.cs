// What a squashfs is written with; named and preset like mksquashfs.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

/// <summary>Options of <see cref="SquashFsWriter"/>.</summary>
public sealed record SquashFsOptions
{
    /// <summary>Smallest block size in bytes.</summary>
    public const int BlockSizeLeast = 4 << 10;

    /// <summary>Largest block size in bytes.</summary>
    public const int BlockSizeMost = 1 << 20;

    /// <summary>xz, gzip, zstd, lz4 or lzma.</summary>
    public SquashFsCompression Compression { get; init; } = SquashFsCompression.Xz;

    /// <summary>
    /// Effort, as the compressor numbers it; null for that of mksquashfs: 6 of 0-9 (xz, lzma), 9 of 1-9 (gzip), 15 of
    /// 1-22 (zstd), 0 of 0-12 (lz4; from 3 on its high compression).
    /// </summary>
    public int? Level { get; init; }

    /// <summary>
    /// With xz, the machine code that is turned into what compresses better; each block is kept in the smaller of both
    /// ways. Kernels read "arm64" from 6.12 on, the others for long.
    /// </summary>
    public SquashFsFilter Filter { get; init; }

    /// <summary>Bytes of file content compressed together: a power of two from 4 KiB to 1 MiB.</summary>
    public int BlockSize { get; init; } = 128 << 10;

    /// <summary>The time in the superblock, in Unix seconds.</summary>
    public uint ModificationTime { get; init; }

    /// <summary>Whether files smaller than a block share blocks.</summary>
    public bool Fragments { get; init; }

    /// <summary>Whether there is a table from inode numbers to inodes (for export by NFS).</summary>
    public bool Exports { get; init; } = true;

    /// <summary>Whether extended attributes are kept.</summary>
    public bool Xattrs { get; init; }

    /// <summary>Whether everything belongs to root, whatever the tree says.</summary>
    public bool AllRoot { get; init; }

    /// <summary>What `snap pack` uses for all but bases: xz, no fragments, no xattrs, all root.</summary>
    /// <param name="time">The time in the superblock; outside 32 bits the nearest is taken.</param>
    public static SquashFsOptions Snap(FileTime time) => new()
    {
        ModificationTime = SquashFsTime.Of(time),
        AllRoot = true,
    };
}
