// Follows the references of a squashfs from the root on and makes a tree of what it finds. Each inode is read once: a
// second name is a hard link, a second name of a directory is a fault.
using System.Buffers.Binary;
using System.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

/// <summary>One reading of the tree: what has been seen, and what may still be taken.</summary>
internal sealed class SquashFsTreeReader
{
    private readonly SquashFsSuperblock _superblock;
    private readonly ReadBudget _budget;
    private readonly MetadataReader _metadata;
    private readonly SquashFsContents _contents;
    private readonly XattrTableReader? _xattrs;
    private readonly byte[] _ids;
    private readonly Dictionary<ulong, FileNode> _nodes = [];

    public SquashFsTreeReader(SquashFsSource source, SquashFsSuperblock superblock, ReadLimits limits)
    {
        _superblock = superblock;
        _budget = new(limits);
        _metadata = new(source, _budget);
        _ids = _metadata.ReadTable(superblock.IdTable, superblock.IdCount, sizeof(uint));
        byte[] fragments = superblock.FragmentCount == 0
            ? []
            : _metadata.ReadTable(
                superblock.FragmentTable, superblock.FragmentCount, SquashFsContents.FragmentEntrySize);
        _contents = new(source, superblock.BlockSize, fragments);
        if (superblock.XattrTable != SquashFsSuperblock.NoTable)
            _xattrs = new(source, _metadata, _budget, superblock.XattrTable);
    }

    public DirectoryNode Read() => ReadNode(_superblock.RootReference, depth: 0) as DirectoryNode
        ?? throw new MalformedDataException(0, "the root is no directory");

    private FileNode ReadNode(ulong reference, int depth)
    {
        if (_nodes.TryGetValue(reference, out FileNode? known))
        {
            return known is not DirectoryNode
                ? known
                : throw new MalformedDataException(0, "a directory lies in two places");
        }
        MetadataCursor cursor = _metadata.Seek(_superblock.InodeTable, reference);
        SquashFsInode inode = SquashFsInode.Read(cursor, _superblock.BlockSize, _budget);
        FileNode node = MakeNode(inode, cursor);
        _nodes.Add(reference, node);
        if (node is DirectoryNode directory && inode.ListingLength > 0)
            ReadListing(directory, inode, depth);
        return node;
    }

    private FileNode MakeNode(SquashFsInode inode, MetadataCursor cursor)
    {
        var metadata = new FileMetadata
        {
            Permissions = inode.Permissions,
            UserId = Id(inode.OwnerIndex, cursor),
            GroupId = Id(inode.GroupIndex, cursor),
            ModificationTime = new(inode.ModificationTime),
        };
        if (inode.XattrIndex != SquashFsFormat.None && _xattrs is not null)
            metadata = metadata with { ExtendedAttributes = _xattrs.Read(inode.XattrIndex) };
        (uint major, uint minor) = DeviceNumber.Decode(inode.Device);
        return inode.Type switch
        {
            SquashFsInodeType.Directory => new DirectoryNode(metadata),
            SquashFsInodeType.File => new RegularFileNode(metadata, Content(inode, cursor)),
            SquashFsInodeType.SymbolicLink => new SymbolicLinkNode(metadata, Target(inode, cursor)),
            SquashFsInodeType.BlockDevice => new SpecialNode(metadata, SpecialKind.BlockDevice, major, minor),
            SquashFsInodeType.CharacterDevice => new SpecialNode(metadata, SpecialKind.CharacterDevice, major, minor),
            SquashFsInodeType.Fifo => new SpecialNode(metadata, SpecialKind.Fifo),
            SquashFsInodeType.Socket => new SpecialNode(metadata, SpecialKind.Socket),
            _ => throw new UnreachableException(),
        };
    }

    private uint Id(int index, MetadataCursor cursor) => index < _superblock.IdCount
        ? BinaryPrimitives.ReadUInt32LittleEndian(_ids.AsSpan(index * sizeof(uint)))
        : throw cursor.Malformed($"an inode has owner {index} of {_superblock.IdCount}");

    private FileContent Content(SquashFsInode inode, MetadataCursor cursor)
    {
        StoredFile file = inode.Content ?? throw new UnreachableException();
        if (file.FragmentIndex != SquashFsFormat.None && file.FragmentIndex >= _contents.FragmentCount)
            throw cursor.Malformed($"a file has fragment {file.FragmentIndex} of {_contents.FragmentCount}");
        return new(file.Length, () => new SquashFsFileStream(_contents, file));
    }

    private static string Target(SquashFsInode inode, MetadataCursor cursor) =>
        inode.Target.Length > 0 && !inode.Target.AsSpan().Contains((byte)0)
            ? NodeName.Decode(inode.Target)
            : throw cursor.Malformed("the target of a symbolic link is empty or holds NUL");

    private void ReadListing(DirectoryNode directory, SquashFsInode inode, int depth)
    {
        MetadataCursor cursor = _metadata.Seek(_superblock.DirectoryTable, inode.Listing);
        if (depth >= _budget.DepthMost)
            throw cursor.Malformed($"directories lie more than {_budget.DepthMost} deep");
        long left = inode.ListingLength;
        while (left > 0)
        {
            uint count = cursor.UInt32();
            if (count >= SquashFsFormat.DirectoryRunMost)
                throw cursor.Malformed($"a directory has a run of {count + 1L} entries");
            ulong block = (ulong)cursor.UInt32() << 16;
            _ = cursor.UInt32();                                // base inode number
            left -= 3 * sizeof(uint);
            for (uint entry = 0; entry <= count && left > 0; entry++)
                left -= ReadEntry(directory, cursor, block, depth);
        }
    }

    // The bytes it took.
    private int ReadEntry(DirectoryNode directory, MetadataCursor cursor, ulong block, int depth)
    {
        ushort offset = cursor.UInt16();
        _ = cursor.Int16();                                     // difference of the inode number
        _ = cursor.UInt16();                                    // type: the inode knows
        int nameLength = cursor.UInt16() + 1;
        if (nameLength > SquashFsFormat.NameMost)
            throw cursor.Malformed($"a name has {nameLength} bytes, squashfs knows {SquashFsFormat.NameMost}");
        string name = NodeName.Decode(cursor.Bytes(nameLength));
        if (!NodeName.IsValid(name) || directory.Children.ContainsKey(name))
            throw cursor.Malformed($"a directory has an entry \"{name}\" that is invalid, or there twice");
        _budget.TakeEntry(cursor.Position);
        directory.Set(name, ReadNode(block | offset, depth + 1));
        return (4 * sizeof(ushort)) + nameLength;
    }
}
