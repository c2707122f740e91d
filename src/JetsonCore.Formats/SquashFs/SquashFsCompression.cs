// The compressors of squashfs 4.0, by the number in the superblock.
namespace JetsonCore.Formats.SquashFs;

/// <summary>How blocks of a squashfs are compressed; the values are the superblock's.</summary>
public enum SquashFsCompression
{
    /// <summary>zlib streams.</summary>
    Gzip = 1,

    /// <summary>.lzma files, from before kernels knew xz.</summary>
    Lzma = 2,

    /// <summary>LZO1X blocks.</summary>
    Lzo = 3,

    /// <summary>.xz streams with CRC-32.</summary>
    Xz = 4,

    /// <summary>LZ4 blocks.</summary>
    Lz4 = 5,

    /// <summary>Zstandard frames.</summary>
    Zstd = 6,
}
