// A POSIX file tree in memory: what squashfs, ext4, FAT, cpio and tar have in common. Writers take such a tree,
// readers return one, so content moves between formats without a detour over the host's file system (and so
// without root). File contents stay where they are and are opened when needed.
//
// Hard links: the same node object under two names. Order: a directory sorts its names itself (ordinal), so a walk
// is the same everywhere. Names are .NET strings; bytes that are not UTF-8 are carried by NodeName.
namespace JetsonCore.Formats.Trees;

/// <summary>One object of a file tree: everything but its name, which its directory keeps.</summary>
public abstract class FileNode
{
    private protected FileNode(FileMetadata metadata) => Metadata = metadata;

    /// <summary>Permissions, owner, time, extended attributes.</summary>
    public FileMetadata Metadata { get; set; }
}

/// <summary>A regular file.</summary>
/// <param name="metadata">Permissions, owner, time.</param>
/// <param name="content">Its bytes.</param>
public sealed class RegularFileNode(FileMetadata metadata, FileContent content) : FileNode(metadata)
{
    /// <summary>Its bytes.</summary>
    public FileContent Content { get; } = content;
}

/// <summary>A symbolic link.</summary>
/// <param name="metadata">Owner and time; the permissions of a link are 0777.</param>
/// <param name="target">What it points to, uninterpreted.</param>
public sealed class SymbolicLinkNode(FileMetadata metadata, string target) : FileNode(metadata)
{
    /// <summary>What it points to, uninterpreted.</summary>
    public string Target { get; } = target;
}

/// <summary>What a node without content stands for.</summary>
public enum SpecialKind
{
    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A socket.</summary>
    Socket,
}

/// <summary>A device node, named pipe or socket.</summary>
/// <param name="metadata">Permissions, owner, time.</param>
/// <param name="kind">Which of the four.</param>
/// <param name="deviceMajor">Major number, 0 to 4095; 0 for pipes and sockets.</param>
/// <param name="deviceMinor">Minor number, 0 to 1048575; 0 for pipes and sockets.</param>
public sealed class SpecialNode(FileMetadata metadata, SpecialKind kind, uint deviceMajor = 0, uint deviceMinor = 0)
    : FileNode(metadata)
{
    /// <summary>Which of the four.</summary>
    public SpecialKind Kind { get; } = kind;

    /// <summary>Major number, 0 to 4095.</summary>
    public uint DeviceMajor { get; } = deviceMajor;

    /// <summary>Minor number, 0 to 1048575.</summary>
    public uint DeviceMinor { get; } = deviceMinor;
}
