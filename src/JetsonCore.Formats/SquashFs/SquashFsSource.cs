// The bytes of a squashfs for its readers, of which several may run at a time: one stream, read under a lock, and a
// decoder for each thread that decodes.
using System.Collections.Concurrent;
using System.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Formats.SquashFs;

internal sealed class SquashFsSource(Stream stream, SquashFsCompression compression) : IDisposable
{
    /// <summary>Room for the window of any block (1 MiB) and the decoder's own needs.</summary>
    private const long DecoderMemoryLimit = 32 << 20;

    private readonly Lock _streamGate = new();
    private readonly ConcurrentBag<BlockDecoder> _idleDecoders = [];

    public long Length { get; } = stream.Length;

    /// <exception cref="MalformedDataException">The bytes are not all there.</exception>
    public void ReadAt(long offset, Span<byte> bytes)
    {
        lock (_streamGate)
            stream.ReadExactlyAt(offset, bytes);
    }

    /// <summary>Reads a block and decompresses it; the number of plain bytes.</summary>
    /// <param name="offset">Where it lies.</param>
    /// <param name="storedLength">Its length there.</param>
    /// <param name="isStored">Whether it is not compressed.</param>
    /// <param name="plain">Room for the most it may hold.</param>
    /// <exception cref="MalformedDataException">It is corrupt, or holds more.</exception>
    public int ReadBlock(long offset, int storedLength, bool isStored, Span<byte> plain)
    {
        if (isStored && storedLength > plain.Length)
            throw new MalformedDataException(offset, $"a block of {storedLength} bytes is larger than {plain.Length}");
        if (isStored)
        {
            ReadAt(offset, plain[..storedLength]);
            return storedLength;
        }
        var packed = new byte[storedLength];
        ReadAt(offset, packed);
        if (!_idleDecoders.TryTake(out BlockDecoder? decoder))
            decoder = BlockDecoder.Of(FormatOf(compression), DecoderMemoryLimit);
        try
        {
            return decoder.Decode(packed, plain);
        }
        catch (MalformedDataException e)
        {
            throw new MalformedDataException(offset, $"cannot decompress the block at {offset}: {e.Message}", e);
        }
        finally
        {
            _idleDecoders.Add(decoder);
        }
    }

    public void Dispose()
    {
        foreach (BlockDecoder decoder in _idleDecoders)
            decoder.Dispose();
    }

    private static CompressionFormat FormatOf(SquashFsCompression compression) => compression switch
    {
        SquashFsCompression.Gzip => CompressionFormat.Gzip,
        SquashFsCompression.Lzma => CompressionFormat.LzmaAlone,
        SquashFsCompression.Lzo => CompressionFormat.Lzo,
        SquashFsCompression.Xz => CompressionFormat.Xz,
        SquashFsCompression.Lz4 => CompressionFormat.Lz4,
        SquashFsCompression.Zstd => CompressionFormat.Zstd,
        _ => throw new UnreachableException(),
    };
}
