// The superblock of EROFS, little-endian, at byte 1024:
//
//   0x00 4 magic E0F5E1E2      0x10 8 inodes              0x30 16 UUID
//   0x04 4 checksum            0x18 8 time of making      0x40 16 label
//   0x08 4 compatible features 0x20 4 its nanoseconds     0x50 4 incompatible features
//   0x0C 1 log2 of block size  0x24 4 blocks
//
// Spec: Linux Documentation/filesystems/erofs.rst, fs/erofs/erofs_fs.h: facts only.
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Erofs;

/// <summary>The facts of an EROFS.</summary>
public sealed record ErofsSuperblock
{
    /// <summary>Where it lies.</summary>
    public const int Offset = 1024;

    private const int Size = 0x54, UuidLength = 16, LabelLength = 16, BlockBitsMin = 9, BlockBitsMax = 16;

    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>The UUID.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Bytes of a block.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Blocks of the file system.</summary>
    public required uint BlockCount { get; init; }

    /// <summary>Files, directories and links.</summary>
    public required ulong InodeCount { get; init; }

    /// <summary>When it was made, in seconds since 1970.</summary>
    public required ulong BuildTime { get; init; }

    /// <summary>The first four bytes.</summary>
    internal static ReadOnlySpan<byte> Magic => [0xE2, 0xE1, 0xF5, 0xE0];

    /// <summary>Whether a file that begins so may be an EROFS.</summary>
    public static bool IsVolume(ReadOnlySpan<byte> head) =>
        head.Length >= Offset + Magic.Length && head[Offset..].StartsWith(Magic);

    /// <summary>Reads the superblock.</summary>
    /// <exception cref="MalformedDataException">There is none, or it is cut or absurd.</exception>
    public static ErofsSuperblock Read(Stream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] bytes = image.ReadBytesAt(Offset, Size);
        if (!bytes.AsSpan().StartsWith(Magic))
            throw new MalformedDataException(Offset, "no EROFS");
        var cursor = new SpanCursor(bytes, Offset);
        cursor.Skip(12);
        int blockBits = cursor.ReadByte();
        if (blockBits is < BlockBitsMin or > BlockBitsMax)
            throw new MalformedDataException(Offset + 12, $"blocks of 2^{blockBits} bytes");
        cursor.Skip(3);
        ulong inodes = cursor.ReadUInt64LittleEndian(), time = cursor.ReadUInt64LittleEndian();
        cursor.Skip(4);
        uint blocks = cursor.ReadUInt32LittleEndian();
        cursor.Skip(8);
        var uuid = new Guid(cursor.Take(UuidLength), bigEndian: true);
        ReadOnlySpan<byte> label = cursor.Take(LabelLength);
        int end = label.IndexOf((byte)0);
        return new()
        {
            Label = Encoding.UTF8.GetString(end < 0 ? label : label[..end]),
            Uuid = uuid,
            BlockSize = 1 << blockBits,
            BlockCount = blocks,
            InodeCount = inodes,
            BuildTime = time,
        };
    }
}
