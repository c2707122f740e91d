// Numbers that several structures of squashfs 4.0 share.
// Spec: Linux fs/squashfs/squashfs_fs.h.
namespace JetsonCore.Formats.SquashFs;

internal static class SquashFsFormat
{
    /// <summary>Plain bytes of a metadata block; only the last one of a table is shorter.</summary>
    public const int MetadataBlockSize = 8 << 10;

    /// <summary>In the 16-bit length before a metadata block: it is stored as it is.</summary>
    public const int MetadataStored = 0x8000;

    /// <summary>In the 32-bit length of a data or fragment block: it is stored as it is.</summary>
    public const uint DataStored = 1 << 24;

    /// <summary>The index of a fragment, or of a set of xattrs, that is not there.</summary>
    public const uint None = uint.MaxValue;

    /// <summary>Most entries under one header of a directory listing.</summary>
    public const int DirectoryRunMost = 256;

    /// <summary>What a directory's size is larger than its listing ("." and ".." as readdir counts them).</summary>
    public const int DirectorySizeExtra = 3;

    /// <summary>Longest file name in bytes.</summary>
    public const int NameMost = 256;

    /// <summary>From the type of a plain inode to that of the extended one.</summary>
    public const int ExtendedOffset = 7;

    /// <summary>Marks an xattr whose value is a reference to where the value was stored first.</summary>
    public const int XattrValueElsewhere = 0x100;

    /// <summary>The prefixes of xattr names, by the number that stands for them.</summary>
    public static readonly string[] XattrPrefixes = ["user.", "trusted.", "security."];
}

/// <summary>The plain types of inodes; directory entries name these.</summary>
internal enum SquashFsInodeType
{
    Directory = 1,
    File = 2,
    SymbolicLink = 3,
    BlockDevice = 4,
    CharacterDevice = 5,
    Fifo = 6,
    Socket = 7,
}
