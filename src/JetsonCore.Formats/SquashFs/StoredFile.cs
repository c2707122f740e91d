// Where the content of a file went: what its inode says besides the metadata.
namespace JetsonCore.Formats.SquashFs;

/// <summary>The place of one content; files with equal content share it.</summary>
internal sealed class StoredFile(long length)
{
    /// <summary>Bytes of content.</summary>
    public long Length { get; } = length;

    /// <summary>Position of the first block in the file system.</summary>
    public long Start { get; set; }

    /// <summary>The length of each block on disk, perhaps marked as stored; 0: all zeros.</summary>
    public uint[] BlockSizes { get; init; } = [];

    /// <summary>Bytes in blocks that are all zeros and therefore not there.</summary>
    public long SparseBytes { get; set; }

    /// <summary>The fragment block that holds the whole content of a small file.</summary>
    public uint FragmentIndex { get; init; } = SquashFsFormat.None;

    /// <summary>Where in the plain fragment block.</summary>
    public uint FragmentOffset { get; init; }
}
