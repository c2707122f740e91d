// Reads all files of a file system into a tree: names and inodes at once, contents when they are opened.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Turns the inodes of a file system into a tree.</summary>
internal sealed class TreeReader(Ext4Volume volume, ReadLimits limits)
{
    private readonly ReadBudget _budget = new(limits);
    private readonly AttributeReader _attributes = new(volume);
    private readonly Dictionary<uint, FileNode> _linked = [];
    private readonly HashSet<uint> _directories = [];
    private readonly Stack<OpenDirectory> _open = new();

    /// <summary>The tree from inode 2 on.</summary>
    /// <exception cref="MalformedDataException">Something is broken, or exceeds the limits.</exception>
    public DirectoryNode Read()
    {
        Inode root = volume.ReadInode(Inode.Root);
        if (root.Kind != Inode.Directory)
            throw Broken(root, "is the root and no directory");
        DirectoryNode tree = Open(root, depth: 0);
        while (_open.TryPeek(out OpenDirectory? level))
        {
            if (level.Next >= level.Entries.Count)
            {
                _open.Pop();
                continue;
            }
            FoundEntry entry = level.Entries[level.Next++];
            if (level.Node.Children.ContainsKey(entry.Name))
                throw new MalformedDataException(0, $"a directory has the name \"{entry.Name}\" twice");
            level.Node.Set(entry.Name, ReadNode(entry.InodeNumber));
        }
        return tree;
    }

    private FileNode ReadNode(uint number)
    {
        if (_linked.TryGetValue(number, out FileNode? known))
            return known;
        Inode inode = volume.ReadInode(number);
        if ((inode.Flags & (Inode.EncryptFlag | Inode.CompressedFlag)) != 0)
            throw Broken(inode, "is encrypted or compressed, which is not supported");
        if (inode.Kind == Inode.Directory)
            return Open(inode, _open.Count);
        FileAttributes attributes = ReadAttributes(inode);
        FileMetadata metadata = Metadata(inode, attributes);
        FileNode node = inode.Kind switch
        {
            Inode.RegularFile => new RegularFileNode(metadata, Content(inode, attributes)),
            Inode.SymbolicLink => new SymbolicLinkNode(metadata, Target(inode, attributes)),
            Inode.CharacterDevice => Device(inode, metadata, SpecialKind.CharacterDevice),
            Inode.BlockDevice => Device(inode, metadata, SpecialKind.BlockDevice),
            Inode.Fifo => new SpecialNode(metadata, SpecialKind.Fifo),
            Inode.Socket => new SpecialNode(metadata, SpecialKind.Socket),
            _ => throw Broken(inode, $"has the unknown mode 0{Convert.ToString(inode.Mode, 8)}"),
        };
        if (inode.Links > 1)
            _linked.Add(number, node);
        return node;
    }

    private DirectoryNode Open(Inode inode, int depth)
    {
        _budget.CheckDepth(depth);
        if (!_directories.Add(inode.Number))
            throw Broken(inode, "is a directory in two places");
        FileAttributes attributes = ReadAttributes(inode);
        var node = new DirectoryNode(Metadata(inode, attributes));
        _open.Push(new(node, new DirectoryReader(volume, inode, _budget).Read(attributes.InlineRest)));
        return node;
    }

    private FileAttributes ReadAttributes(Inode inode)
    {
        FileAttributes attributes = _attributes.Read(inode);
        _budget.AddMetadata(attributes.Attributes.Sum(pair => (long)pair.Key.Length + pair.Value.Length));
        return attributes;
    }

    private static FileMetadata Metadata(Inode inode, FileAttributes attributes) => new()
    {
        Permissions = (ushort)(inode.Mode & Inode.PermissionMask),
        UserId = inode.UserId,
        GroupId = inode.GroupId,
        ModificationTime = inode.ModificationTime,
        ExtendedAttributes = attributes.Attributes,
    };

    private FileContent Content(Inode inode, FileAttributes attributes)
    {
        if (inode.Size < 0)
            throw Broken(inode, $"has the size {unchecked((ulong)inode.Size)}");
        _budget.AddContent(inode.Size);
        if ((inode.Flags & Inode.InlineDataFlag) != 0)
            return InlineContent(inode, attributes);
        Inode mapped = inode with { Map = inode.Map.ToArray(), Tail = default };    // what is kept for each file
        return new(mapped.Size,
            () => new Ext4FileStream(volume, FileMap.Of(volume, mapped), mapped.Size),
            () => Ext4FileStream.DataRanges(volume, FileMap.Of(volume, mapped), mapped.Size));
    }

    /// <summary>A file that was made longer and not written to keeps its bytes in the inode: zeros follow.</summary>
    private static FileContent InlineContent(Inode inode, FileAttributes attributes)
    {
        byte[] bytes = [.. inode.Map.Span, .. attributes.InlineRest];
        return inode.Size <= bytes.Length
            ? FileContent.Of(bytes[..(int)inode.Size])
            : new(inode.Size, () => new ZeroTailedStream(bytes, inode.Size), () => [new(0, bytes.Length)]);
    }

    private static byte[] InlineBytes(Inode inode, FileAttributes attributes)
    {
        byte[] bytes = [.. inode.Map.Span, .. attributes.InlineRest];
        return inode.Size >= 0 && inode.Size <= bytes.Length
            ? bytes[..(int)inode.Size]
            : throw Broken(inode, $"has {inode.Size} bytes, {bytes.Length} of them in the inode");
    }

    private string Target(Inode inode, FileAttributes attributes)
    {
        if (inode.Size <= 0 || inode.Size > volume.BlockSize)
            throw Broken(inode, $"is a link with a target of {unchecked((ulong)inode.Size)} bytes");
        byte[] target;
        if ((inode.Flags & Inode.InlineDataFlag) != 0)
        {
            target = InlineBytes(inode, attributes);
        }
        else if (IsFastLink(inode))
        {
            target = inode.Map[..(int)inode.Size].ToArray();
        }
        else
        {
            target = new byte[inode.Size];
            using var stream = new Ext4FileStream(volume, FileMap.Of(volume, inode), inode.Size);
            stream.ReadExactly(target);
        }
        return NodeName.DecodeTarget(target, inode.Offset);
    }

    /// <summary>
    /// Whether the target lies where others have their map: no sectors are in use but those of attributes. With
    /// ea_inode these may be any number, and only the length tells.
    /// </summary>
    private bool IsFastLink(Inode inode)
    {
        ulong attributeSectors = inode.AttributeBlock != 0
            ? (ulong)(volume.Superblock.ClusterSize / Inode.SectorSize)
            : 0;
        return inode.Size < Inode.MapLength
            && (inode.Sectors <= attributeSectors || volume.Superblock.Has(Ext4Features.EaInode));
    }

    private static SpecialNode Device(Inode inode, FileMetadata metadata, SpecialKind kind)
    {
        uint old = ReadUInt32LittleEndian(inode.Map.Span), now = ReadUInt32LittleEndian(inode.Map.Span[4..]);
        return old != 0
            ? new(metadata, kind, old >> 8 & 0xFF, old & 0xFF)
            : new(metadata, kind, now >> 8 & 0xFFF, (now & 0xFF) | (now >> 12 & 0xFFF00));
    }

    private static MalformedDataException Broken(Inode inode, string what) =>
        new(inode.Offset, $"inode {inode.Number} {what}");

    /// <summary>A directory whose entries are being turned into nodes.</summary>
    private sealed class OpenDirectory(DirectoryNode node, List<FoundEntry> entries)
    {
        public DirectoryNode Node { get; } = node;

        public List<FoundEntry> Entries { get; } = entries;

        public int Next { get; set; }
    }
}
