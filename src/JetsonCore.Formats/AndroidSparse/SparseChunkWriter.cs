// Joins blocks of one kind into chunks. The header of a chunk is written when its end is known, so a raw chunk of any
// length costs no memory.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.AndroidSparse;

internal sealed class SparseChunkWriter(Stream output, AndroidSparseOptions options)
{
    private const long RawChunkBytesMax = 64 << 20;     // what fastboot's buffers were made for
    private const int WordLength = 4;

    private readonly byte[] _zeros = new byte[options.BlockSize];
    private SparseChunkType? _type;
    private uint _fill;
    private uint _blockCount;
    private long _chunkStart;
    private uint _crc;

    public int BlockSize => options.BlockSize;

    /// <summary>Chunks written.</summary>
    public uint Count { get; private set; }

    /// <summary>The image's checksum, if one was wanted; else 0.</summary>
    public uint Checksum => options.Checksum ? _crc : 0;

    public void AddBlock(ReadOnlySpan<byte> block)
    {
        Sum(block);
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(block);
        if (options.RawAndHolesOnly || !IsFilled(block))
        {
            Continue(SparseChunkType.Raw, 0, 1);
            output.Write(block);
        }
        else
        {
            Continue(word == 0 ? ZeroType : SparseChunkType.Fill, word, 1);
        }
    }

    public void AddZeros(long blockCount)
    {
        if (options.Checksum)
        {
            for (long block = 0; block < blockCount; block++)
                Sum(_zeros);
        }
        if (blockCount > 0)
            Continue(ZeroType, 0, (uint)blockCount);
    }

    public void Finish()
    {
        EndChunk();
        if (!options.Checksum)
            return;
        _type = SparseChunkType.Crc32;
        _chunkStart = output.Position;
        output.Position += SparseHeader.ChunkHeaderSize;
        Word(_crc);
        EndChunk();
    }

    private SparseChunkType ZeroType => options.ZerosAreDontCare || options.RawAndHolesOnly
        ? SparseChunkType.DontCare : SparseChunkType.Fill;

    private static bool IsFilled(ReadOnlySpan<byte> block) =>
        block[..^WordLength].SequenceEqual(block[WordLength..]);

    private void Sum(ReadOnlySpan<byte> block)
    {
        if (options.Checksum)
            _crc = Crc32.Append(_crc, block);
    }

    /// <summary>Adds blocks to the chunk, or ends it and begins one of their kind.</summary>
    private void Continue(SparseChunkType type, uint fill, uint blockCount)
    {
        bool isFull = type == SparseChunkType.Raw && (long)_blockCount * BlockSize >= RawChunkBytesMax;
        if (_type != type || _fill != fill || isFull)
        {
            EndChunk();
            (_type, _fill, _chunkStart) = (type, fill, output.Position);
            output.Position += SparseHeader.ChunkHeaderSize;
            if (type == SparseChunkType.Fill)
                Word(fill);
        }
        _blockCount += blockCount;
    }

    private void EndChunk()
    {
        if (_type is not { } type)
            return;
        long end = output.Position;
        Span<byte> header = stackalloc byte[SparseHeader.ChunkHeaderSize];
        SparseHeader.EncodeChunk(header, type, _blockCount, end - _chunkStart - SparseHeader.ChunkHeaderSize);
        output.Position = _chunkStart;
        output.Write(header);
        output.Position = end;
        (_type, _blockCount) = (null, 0);
        Count++;
    }

    private void Word(uint value)
    {
        Span<byte> bytes = stackalloc byte[WordLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        output.Write(bytes);
    }
}
