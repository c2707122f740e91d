// The compressed formats that images, packages and initial RAM disks come in.
namespace JetsonCore.Formats.Compression;

/// <summary>A compressed file format.</summary>
public enum CompressionFormat
{
    /// <summary>Not compressed: the bytes as they are.</summary>
    None,

    /// <summary>gzip members (RFC 1952).</summary>
    Gzip,

    /// <summary>.xz streams.</summary>
    Xz,

    /// <summary>The older .lzma file: thirteen bytes of header, then LZMA.</summary>
    LzmaAlone,

    /// <summary>Zstandard frames (RFC 8878).</summary>
    Zstd,

    /// <summary>bzip2 streams; reading only.</summary>
    Bzip2,

    /// <summary>LZ4 frames, and the legacy frames of the Linux kernel; reading only.</summary>
    Lz4,

    /// <summary>lzop files with LZO1X blocks; reading only.</summary>
    Lzo,
}
