// What is decided about one file before anything is written.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>An inode to be written.</summary>
/// <param name="number">Its number.</param>
/// <param name="kind">The upper four bits of its mode.</param>
/// <param name="metadata">Permissions, owner, time, extended attributes.</param>
internal class PlannedInode(uint number, int kind, FileMetadata metadata)
{
    public uint Number { get; } = number;

    public int Kind { get; } = kind;

    public FileMetadata Metadata { get; } = metadata;

    /// <summary>Where it comes from; null for the file system's own files.</summary>
    public FileNode? Node { get; init; }

    public int Links { get; set; }

    public long Size { get; set; }

    public uint Flags { get; set; }

    /// <summary>
    /// Short link targets and device numbers, which lie where others have their map; null: it has a map.
    /// </summary>
    public byte[]? MapContent { get; set; }

    /// <summary>Its blocks; until they are placed, only which indices are no holes.</summary>
    public IReadOnlyList<BlockRun> Runs { get; set; } = [];

    /// <summary>The blocks of its extent tree or block map.</summary>
    public IReadOnlyList<BlockRange> MapBlocks { get; set; } = [];

    /// <summary>Whether its blocks shall lie in one piece and without holes: it is placed before all others.</summary>
    public bool IsKeptWhole { get; set; }

    public bool NeedsAttributeBlock { get; set; }

    /// <summary>The block of its extended attributes; 0: none.</summary>
    public long AttributeBlock { get; set; }

    /// <summary>Blocks in use.</summary>
    public long BlockCount =>
        Runs.Sum(run => run.Count) + MapBlocks.Sum(range => range.Count) + (AttributeBlock != 0 ? 1 : 0);
}

/// <summary>A directory to be written.</summary>
internal sealed class PlannedDirectory(uint number, FileMetadata metadata)
    : PlannedInode(number, Inode.Directory, metadata)
{
    /// <summary>The directory that ".." means; the root's is the root.</summary>
    public required PlannedDirectory? Parent { get; init; }

    /// <summary>Its entries but "." and "..", in ordinal order of the tree's names.</summary>
    public List<PlannedEntry> Entries { get; } = [];

    /// <summary>Blocks it has at least: lost+found gets room for what e2fsck finds.</summary>
    public int BlocksMin { get; init; } = 1;
}

/// <summary>A name in a directory.</summary>
/// <param name="Name">1 to 255 bytes.</param>
/// <param name="Target">What is called so.</param>
internal readonly record struct PlannedEntry(byte[] Name, PlannedInode Target);
