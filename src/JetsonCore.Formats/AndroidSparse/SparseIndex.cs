// The chunks of an Android sparse image, read from their headers and checked against each other and the file: where in
// the image each lies, and up to where which checksum counts.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.AndroidSparse;

internal sealed class SparseIndex
{
    private const int ChunkMemory = 64, BlockCountOffset = 16, ChunkCountOffset = 20, WordLength = 4;

    private readonly Stream _sparse;
    private readonly SparseHeader _header;
    private long _offset;
    private long _start;

    /// <summary>Reads all headers.</summary>
    /// <exception cref="MalformedDataException">They contradict each other or the file, or exceed a limit.</exception>
    public SparseIndex(Stream sparse, ReadLimits limits)
    {
        _sparse = sparse;
        _header = SparseHeader.Decode(sparse.ReadBytesAt(0, SparseHeader.Size));
        Length = (long)_header.BlockCount * _header.BlockSize;
        if (Length > limits.ContentBytes)
            throw new MalformedDataException(BlockCountOffset,
                $"an image of {Length} bytes, {limits.ContentBytes} are accepted");
        if (_header.ChunkCount > limits.MetadataBytes / ChunkMemory)
            throw new MalformedDataException(ChunkCountOffset, $"{_header.ChunkCount} chunks are more than accepted");
        _offset = _header.HeaderLength;
        for (uint number = 0; number < _header.ChunkCount; number++)
            AddChunk();
        if (_start != Length)
            throw new MalformedDataException(BlockCountOffset,
                $"the chunks stand for {_start} bytes, the header says {Length}");
        if (_header.Checksum != 0)
            Checksums.Add((Length, _header.Checksum));
    }

    /// <summary>Length of the image in bytes.</summary>
    public long Length { get; }

    /// <summary>
    /// Whether the length of a "don't care" chunk counts what it skips, though nothing of it is in the file: so
    /// NVIDIA's mksparse writes them, and AOSP's simg2img refuses them.
    /// </summary>
    public bool CountsSkippedBytes { get; private set; }

    /// <summary>What stands for a part of the image, in its order and without gaps.</summary>
    public List<SparseChunk> Chunks { get; } = [];

    /// <summary>Checksums of the image from its start to an end.</summary>
    public List<(long End, uint Crc)> Checksums { get; } = [];

    private void AddChunk()
    {
        var cursor = new SpanCursor(_sparse.ReadBytesAt(_offset, SparseHeader.ChunkHeaderSize), _offset);
        var type = (SparseChunkType)cursor.ReadUInt16LittleEndian();
        cursor.Skip(2);
        long imageLength = (long)cursor.ReadUInt32LittleEndian() * _header.BlockSize;
        long chunkLength = cursor.ReadUInt32LittleEndian();
        long dataOffset = _offset + _header.ChunkHeaderLength;
        long dataLength = type switch
        {
            SparseChunkType.Raw => imageLength,
            SparseChunkType.Fill or SparseChunkType.Crc32 => WordLength,
            SparseChunkType.DontCare => 0,
            _ => throw new MalformedDataException(_offset, $"a chunk is of the unknown type {(int)type:x4}"),
        };
        if (type == SparseChunkType.DontCare && imageLength > 0
            && chunkLength == _header.ChunkHeaderLength + imageLength)
        {
            CountsSkippedBytes = true;
            chunkLength = _header.ChunkHeaderLength;
        }
        if (chunkLength != _header.ChunkHeaderLength + dataLength || chunkLength > _sparse.Length - _offset)
            throw new MalformedDataException(_offset, $"a chunk of type {(int)type:x4} has {chunkLength} bytes, its "
                + $"content {dataLength}, the file {_sparse.Length - _offset} more");
        if (imageLength > Length - _start)
            throw new MalformedDataException(_offset, $"the chunks stand for more than {Length} bytes");
        if (type == SparseChunkType.Crc32)
        {
            byte[] crc = _sparse.ReadBytesAt(dataOffset, WordLength);
            Checksums.Add((_start, BinaryPrimitives.ReadUInt32LittleEndian(crc)));
        }
        else if (imageLength > 0)
        {
            Chunks.Add(new(type, _start, imageLength, dataOffset));
            _start += imageLength;
        }
        _offset += chunkLength;
    }
}
