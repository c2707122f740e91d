// The headers of the Android sparse image format: one for the file, one for each chunk. All little-endian.
//
//   file header                                   chunk header
//   offset  size  field                           offset  size  field
//    0x00      4  magic ED26FF3A                   0x00      2  type: CAC1 raw, CAC2 fill, CAC3 don't care, CAC4 crc32
//    0x04      2  major version 1                  0x02      2  reserved
//    0x06      2  minor version 0                  0x04      4  blocks of the image that it stands for
//    0x08      2  file header's size, 28           0x08      4  bytes of the chunk, its header included
//    0x0A      2  chunk header's size, 12
//    0x0C      4  block size, a multiple of 4     raw: the blocks; fill: 4 bytes to repeat; don't care: nothing;
//    0x10      4  blocks of the image             crc32: 4 bytes, of the image up to here, don't care as zeros
//    0x14      4  chunks
//    0x18      4  crc32 of the image, or 0
//
// Source: AOSP system/core/libsparse/sparse_format.h.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.AndroidSparse;

internal enum SparseChunkType : ushort
{
    Raw = 0xCAC1,
    Fill = 0xCAC2,
    DontCare = 0xCAC3,
    Crc32 = 0xCAC4,
}

internal sealed record SparseHeader
{
    public const int Size = 28, ChunkHeaderSize = 12, BlockSizeMax = 1 << 26;
    public const uint Magic = 0xED26FF3A;

    private const ushort Major = 1;

    public required int BlockSize { get; init; }

    public required uint BlockCount { get; init; }

    public required uint ChunkCount { get; init; }

    public uint Checksum { get; init; }

    /// <summary>Length of the file header; more than 28 in files of later minor versions.</summary>
    public int HeaderLength { get; init; } = Size;

    /// <summary>Length of each chunk's header.</summary>
    public int ChunkHeaderLength { get; init; } = ChunkHeaderSize;

    public static SparseHeader Decode(ReadOnlySpan<byte> bytes)
    {
        var cursor = new SpanCursor(bytes);
        if (cursor.ReadUInt32LittleEndian() != Magic)
            throw new MalformedDataException(0, "no Android sparse image: the magic ed26ff3a is missing");
        ushort major = cursor.ReadUInt16LittleEndian();
        if (major != Major)
            throw new MalformedDataException(4, $"an Android sparse image of version {major}, only {Major} is known");
        cursor.Skip(2);
        var header = new SparseHeader
        {
            HeaderLength = cursor.ReadUInt16LittleEndian(),
            ChunkHeaderLength = cursor.ReadUInt16LittleEndian(),
            BlockSize = (int)Math.Min(cursor.ReadUInt32LittleEndian(), int.MaxValue),
            BlockCount = cursor.ReadUInt32LittleEndian(),
            ChunkCount = cursor.ReadUInt32LittleEndian(),
            Checksum = cursor.ReadUInt32LittleEndian(),
        };
        if (header.HeaderLength < Size || header.ChunkHeaderLength < ChunkHeaderSize)
            throw new MalformedDataException(8,
                $"headers of {header.HeaderLength} and {header.ChunkHeaderLength} bytes are not possible");
        if (header.BlockSize is 0 or > BlockSizeMax || header.BlockSize % 4 != 0)
            throw new MalformedDataException(12, $"blocks of {header.BlockSize} bytes are not possible");
        return header;
    }

    public void Encode(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Major);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], ChunkHeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], BlockCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], ChunkCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], Checksum);
    }

    public static void EncodeChunk(Span<byte> bytes, SparseChunkType type, uint blockCount, long dataLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], blockCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)(ChunkHeaderSize + dataLength));
    }
}
