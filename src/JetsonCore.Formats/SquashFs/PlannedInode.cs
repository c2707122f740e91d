// What is known of a node before its inode is written, and where the inode then is.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

/// <summary>A node that will have an inode; a node under several names has one.</summary>
internal sealed class PlannedInode(FileNode node, uint number)
{
    public FileNode Node { get; } = node;

    /// <summary>From 1 on.</summary>
    public uint Number { get; } = number;

    /// <summary>Names that lead to it; of a directory also its own "." and the ".." of those in it.</summary>
    public uint LinkCount { get; set; }

    /// <summary>Where the content of a regular file went.</summary>
    public StoredFile? Content { get; set; }

    /// <summary>Block position &lt;&lt; 16 | offset in the inode table, once written.</summary>
    public ulong? Reference { get; set; }

    public SquashFsInodeType Type => Node switch
    {
        DirectoryNode => SquashFsInodeType.Directory,
        RegularFileNode => SquashFsInodeType.File,
        SymbolicLinkNode => SquashFsInodeType.SymbolicLink,
        SpecialNode { Kind: SpecialKind.BlockDevice } => SquashFsInodeType.BlockDevice,
        SpecialNode { Kind: SpecialKind.CharacterDevice } => SquashFsInodeType.CharacterDevice,
        SpecialNode { Kind: SpecialKind.Fifo } => SquashFsInodeType.Fifo,
        SpecialNode { Kind: SpecialKind.Socket } => SquashFsInodeType.Socket,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
