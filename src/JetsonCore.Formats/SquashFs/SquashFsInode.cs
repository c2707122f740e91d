// An inode as it is read: both the short and the extended forms, which InodeTableWriter draws.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed record SquashFsInode
{
    private const int PermissionMask = 0xFFF;

    public required SquashFsInodeType Type { get; init; }

    public required ushort Permissions { get; init; }

    public required int OwnerIndex { get; init; }

    public required int GroupIndex { get; init; }

    public required uint ModificationTime { get; init; }

    public required uint Number { get; init; }

    /// <summary>The set of xattrs, or <see cref="SquashFsFormat.None"/>.</summary>
    public uint XattrIndex { get; init; } = SquashFsFormat.None;

    /// <summary>Of a directory: where its listing begins.</summary>
    public ulong Listing { get; init; }

    /// <summary>Of a directory: bytes of its listing.</summary>
    public uint ListingLength { get; init; }

    /// <summary>Of a regular file.</summary>
    public StoredFile? Content { get; init; }

    /// <summary>Of a symbolic link: the bytes of its target.</summary>
    public byte[] Target { get; init; } = [];

    /// <summary>Of a device.</summary>
    public uint Device { get; init; }

    /// <exception cref="MalformedDataException">It breaks the rules, or a limit.</exception>
    public static SquashFsInode Read(MetadataCursor cursor, int blockSize, ReadBudget budget)
    {
        int type = cursor.UInt16();
        bool extended = type > SquashFsFormat.ExtendedOffset;
        int plainType = extended ? type - SquashFsFormat.ExtendedOffset : type;
        if (plainType is < (int)SquashFsInodeType.Directory or > (int)SquashFsInodeType.Socket)
            throw cursor.Malformed($"an inode has the type {type}");
        var inode = new SquashFsInode
        {
            Type = (SquashFsInodeType)plainType,
            Permissions = (ushort)(cursor.UInt16() & PermissionMask),
            OwnerIndex = cursor.UInt16(),
            GroupIndex = cursor.UInt16(),
            ModificationTime = cursor.UInt32(),
            Number = cursor.UInt32(),
        };
        return inode.Type switch
        {
            SquashFsInodeType.Directory => inode.ReadDirectory(cursor, extended),
            SquashFsInodeType.File => inode.ReadFile(cursor, extended, blockSize, budget),
            _ => inode.ReadOther(cursor, extended, budget),
        };
    }

    private SquashFsInode ReadDirectory(MetadataCursor cursor, bool extended)
    {
        uint block, size, offset, xattrs = SquashFsFormat.None;
        if (extended)
        {
            _ = cursor.UInt32();                                // links
            size = cursor.UInt32();
            block = cursor.UInt32();
            _ = cursor.UInt32();                                // parent
            _ = cursor.UInt16();                                // index entries: only a search needs them
            offset = cursor.UInt16();
            xattrs = cursor.UInt32();
        }
        else
        {
            block = cursor.UInt32();
            _ = cursor.UInt32();                                // links
            size = cursor.UInt16();
            offset = cursor.UInt16();
        }
        uint length = size > SquashFsFormat.DirectorySizeExtra ? size - SquashFsFormat.DirectorySizeExtra : 0;
        return this with { Listing = ((ulong)block << 16) | offset, ListingLength = length, XattrIndex = xattrs };
    }

    private SquashFsInode ReadFile(MetadataCursor cursor, bool extended, int blockSize, ReadBudget budget)
    {
        ulong start = extended ? cursor.UInt64() : cursor.UInt32();
        ulong length = 0;
        if (extended)
        {
            length = cursor.UInt64();
            _ = cursor.UInt64();                                // sparse bytes: the blocks say it
            _ = cursor.UInt32();                                // links
        }
        uint fragment = cursor.UInt32(), fragmentOffset = cursor.UInt32();
        uint xattrs = extended ? cursor.UInt32() : SquashFsFormat.None;
        if (!extended)
            length = cursor.UInt32();
        budget.TakeContent(cursor.Position, length);
        bool hasFragment = fragment != SquashFsFormat.None;
        long blocks = hasFragment ? (long)length / blockSize : Alignment.UnitsFor((long)length, blockSize);
        if (start > long.MaxValue || (hasFragment && fragmentOffset + ((long)length % blockSize) > blockSize))
            throw cursor.Malformed($"a file of {length} bytes lies at {start}, its tail at {fragmentOffset}");
        budget.TakeMetadata(cursor.Position, blocks * sizeof(uint));
        var content = new StoredFile((long)length)
        {
            Start = (long)start,
            FragmentIndex = fragment,
            FragmentOffset = fragmentOffset,
            BlockSizes = ReadBlockSizes(cursor, blocks),
        };
        return this with { Content = content, XattrIndex = xattrs };
    }

    // Grows with what is really there: an announced length alone allocates nothing.
    private static uint[] ReadBlockSizes(MetadataCursor cursor, long count)
    {
        var sizes = new List<uint>();
        for (long index = 0; index < count; index++)
            sizes.Add(cursor.UInt32());
        return [.. sizes];
    }

    private SquashFsInode ReadOther(MetadataCursor cursor, bool extended, ReadBudget budget)
    {
        _ = cursor.UInt32();                                    // links
        byte[] target = [];
        uint device = 0;
        if (Type == SquashFsInodeType.SymbolicLink)
        {
            uint length = cursor.UInt32();
            budget.TakeMetadata(cursor.Position, length);
            if (length > ushort.MaxValue)
                throw cursor.Malformed($"the target of a symbolic link has {length} bytes");
            target = cursor.Bytes((int)length).ToArray();
        }
        else if (Type is SquashFsInodeType.BlockDevice or SquashFsInodeType.CharacterDevice)
        {
            device = cursor.UInt32();
        }
        uint xattrs = extended ? cursor.UInt32() : SquashFsFormat.None;
        return this with { Target = target, Device = device, XattrIndex = xattrs };
    }
}
