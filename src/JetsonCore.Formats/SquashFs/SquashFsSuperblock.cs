// The superblock of squashfs 4.0: the first 96 bytes, all numbers little-endian.
//
//   offset  size  field
//        0     4  magic "hsqs"
//        4     4  inodes                 8     4  time of making
//       12     4  block size            16     4  fragment blocks
//       20     2  compressor            22     2  log2 of the block size
//       24     2  flags                 26     2  owners (ids)
//       28     2  major version 4       30     2  minor version 0
//       32     8  root inode: position of its metadata block in the inode table << 16 | offset within the block
//       40     8  bytes used            48     8  id table
//       56     8  xattr table           64     8  inode table
//       72     8  directory table       80     8  fragment table
//       88     8  export table          (a table that is not there: all ones)
//
// Spec: Linux Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h (struct squashfs_super_block).
using System.Buffers.Binary;
using System.Numerics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

/// <summary>The flags of the superblock.</summary>
[Flags]
internal enum SquashFsFlags
{
    None = 0,
    UncompressedInodes = 0x1,
    UncompressedBlocks = 0x2,
    UncompressedFragments = 0x8,
    NoFragments = 0x10,
    AlwaysFragments = 0x20,
    Deduplicated = 0x40,
    Exportable = 0x80,
    UncompressedXattrs = 0x100,
    NoXattrs = 0x200,
    CompressorOptions = 0x400,
    UncompressedIds = 0x800,
}

/// <summary>The superblock: what the file system is and where its tables lie.</summary>
internal sealed record SquashFsSuperblock
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 96;

    /// <summary>The position of a table that is not there.</summary>
    public const ulong NoTable = ulong.MaxValue;

    private const int MagicOffset = 0, InodeCountOffset = 4, TimeOffset = 8, BlockSizeOffset = 12;
    private const int FragmentCountOffset = 16, CompressionOffset = 20, BlockLogOffset = 22, FlagsOffset = 24;
    private const int IdCountOffset = 26, MajorOffset = 28, MinorOffset = 30, RootOffset = 32, BytesUsedOffset = 40;
    private const int IdTableOffset = 48, XattrTableOffset = 56, InodeTableOffset = 64, DirectoryTableOffset = 72;
    private const int FragmentTableOffset = 80, ExportTableOffset = 88;
    private const ushort MajorVersion = 4;

    /// <summary>The names of flags, in the order of their bits.</summary>
    public static string NameOf(SquashFsFlags flags) => string.Join(' ', FlagNames
        .Where(one => (flags & one.Flag) != 0).Select(one => one.Name));

    private static readonly (SquashFsFlags Flag, string Name)[] FlagNames =
    [
        (SquashFsFlags.UncompressedInodes, "uncompressed-inodes"),
        (SquashFsFlags.UncompressedBlocks, "uncompressed-blocks"),
        (SquashFsFlags.UncompressedFragments, "uncompressed-fragments"), (SquashFsFlags.NoFragments, "no-fragments"),
        (SquashFsFlags.AlwaysFragments, "always-fragments"), (SquashFsFlags.Deduplicated, "deduplicated"),
        (SquashFsFlags.Exportable, "exportable"), (SquashFsFlags.UncompressedXattrs, "uncompressed-xattrs"),
        (SquashFsFlags.NoXattrs, "no-xattrs"), (SquashFsFlags.CompressorOptions, "compressor-options"),
        (SquashFsFlags.UncompressedIds, "uncompressed-ids"),
    ];

    public uint InodeCount { get; init; }

    public uint ModificationTime { get; init; }

    public required int BlockSize { get; init; }

    public uint FragmentCount { get; init; }

    public required SquashFsCompression Compression { get; init; }

    public required SquashFsFlags Flags { get; init; }

    public ushort IdCount { get; init; }

    public ulong RootReference { get; init; }

    public ulong BytesUsed { get; init; }

    public ulong IdTable { get; init; } = NoTable;

    public ulong XattrTable { get; init; } = NoTable;

    public ulong InodeTable { get; init; }

    public ulong DirectoryTable { get; init; }

    public ulong FragmentTable { get; init; } = NoTable;

    public ulong ExportTable { get; init; } = NoTable;

    private static ReadOnlySpan<byte> Magic => "hsqs"u8;

    /// <summary>Whether bytes begin like a squashfs.</summary>
    public static bool IsMagic(ReadOnlySpan<byte> head) => head.StartsWith(Magic);

    /// <exception cref="MalformedDataException">This is no squashfs 4.0.</exception>
    public static SquashFsSuperblock Parse(ReadOnlySpan<byte> bytes)
    {
        if (!IsMagic(bytes))
            throw new MalformedDataException(MagicOffset, "does not begin with \"hsqs\": this is no squashfs");
        ushort major = BinaryPrimitives.ReadUInt16LittleEndian(bytes[MajorOffset..]);
        ushort minor = BinaryPrimitives.ReadUInt16LittleEndian(bytes[MinorOffset..]);
        if (major != MajorVersion || minor != 0)
            throw new MalformedDataException(MajorOffset, $"squashfs version is {major}.{minor}, only 4.0 is known");
        uint blockSize = BinaryPrimitives.ReadUInt32LittleEndian(bytes[BlockSizeOffset..]);
        ushort blockLog = BinaryPrimitives.ReadUInt16LittleEndian(bytes[BlockLogOffset..]);
        bool sizeIsKnown = blockSize is >= SquashFsOptions.BlockSizeLeast and <= SquashFsOptions.BlockSizeMost
            && BitOperations.IsPow2(blockSize);
        if (!sizeIsKnown || blockLog != BitOperations.Log2(blockSize))
            throw new MalformedDataException(BlockSizeOffset, $"block size is {blockSize}, its logarithm {blockLog}");
        ushort compression = BinaryPrimitives.ReadUInt16LittleEndian(bytes[CompressionOffset..]);
        if (!Enum.IsDefined((SquashFsCompression)compression))
            throw new MalformedDataException(CompressionOffset, $"compressor {compression} is not known");
        return new()
        {
            InodeCount = BinaryPrimitives.ReadUInt32LittleEndian(bytes[InodeCountOffset..]),
            ModificationTime = BinaryPrimitives.ReadUInt32LittleEndian(bytes[TimeOffset..]),
            BlockSize = (int)blockSize,
            FragmentCount = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FragmentCountOffset..]),
            Compression = (SquashFsCompression)compression,
            Flags = (SquashFsFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[FlagsOffset..]),
            IdCount = BinaryPrimitives.ReadUInt16LittleEndian(bytes[IdCountOffset..]),
            RootReference = BinaryPrimitives.ReadUInt64LittleEndian(bytes[RootOffset..]),
            BytesUsed = BinaryPrimitives.ReadUInt64LittleEndian(bytes[BytesUsedOffset..]),
            IdTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[IdTableOffset..]),
            XattrTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[XattrTableOffset..]),
            InodeTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[InodeTableOffset..]),
            DirectoryTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[DirectoryTableOffset..]),
            FragmentTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[FragmentTableOffset..]),
            ExportTable = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ExportTableOffset..]),
        };
    }

    /// <summary>Fills the first <see cref="Size"/> bytes.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[InodeCountOffset..], InodeCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[TimeOffset..], ModificationTime);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[BlockSizeOffset..], (uint)BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[FragmentCountOffset..], FragmentCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[CompressionOffset..], (ushort)Compression);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[BlockLogOffset..], (ushort)BitOperations.Log2((uint)BlockSize));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[FlagsOffset..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[IdCountOffset..], IdCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[MajorOffset..], MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[MinorOffset..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[RootOffset..], RootReference);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[BytesUsedOffset..], BytesUsed);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[IdTableOffset..], IdTable);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[XattrTableOffset..], XattrTable);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[InodeTableOffset..], InodeTable);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[DirectoryTableOffset..], DirectoryTable);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[FragmentTableOffset..], FragmentTable);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ExportTableOffset..], ExportTable);
    }
}
