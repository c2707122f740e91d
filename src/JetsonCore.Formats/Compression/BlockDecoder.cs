// Decompressing single blocks, the counterpart of BlockEncoder; also LZO, LZ4 and .lzma, which we only read.
using System.IO.Compression;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

/// <summary>Decompresses blocks; one at a time, so each thread needs its own.</summary>
internal abstract class BlockDecoder : IDisposable
{
    /// <summary>Decompresses a block.</summary>
    /// <returns>The number of plain bytes.</returns>
    /// <exception cref="MalformedDataException">The block is corrupt, or holds more than fits.</exception>
    public abstract int Decode(ReadOnlySpan<byte> packed, Span<byte> plain);

    public virtual void Dispose()
    {
    }

    /// <summary>Blocks of a format; <see cref="CompressionFormat.Gzip"/> stands for zlib streams.</summary>
    /// <param name="format">How the blocks are compressed.</param>
    /// <param name="memoryLimitBytes">The largest window a block may ask for.</param>
    public static BlockDecoder Of(CompressionFormat format, long memoryLimitBytes) => format switch
    {
        CompressionFormat.Gzip => new ZLibBlockDecoder(),
        CompressionFormat.Xz => new LzmaBlockDecoder(coder => coder.StartXzDecoder(memoryLimitBytes)),
        CompressionFormat.LzmaAlone => new LzmaBlockDecoder(coder => coder.StartAloneDecoder(memoryLimitBytes)),
        CompressionFormat.Zstd => new ZstdBlockDecoder(memoryLimitBytes),
        CompressionFormat.Lz4 => new Lz4BlockDecoder(),
        CompressionFormat.Lzo => new LzoBlockDecoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no format of single blocks"),
    };

    private sealed class LzmaBlockDecoder(Action<LzmaCoder> start) : BlockDecoder
    {
        private readonly LzmaCoder _coder = new();

        public override int Decode(ReadOnlySpan<byte> packed, Span<byte> plain)
        {
            start(_coder);
            NativeLzma.Status status = _coder.Code(packed, plain, finish: true, out int consumed, out int length);
            return status switch
            {
                NativeLzma.Status.StreamEnd => length,
                NativeLzma.Status.Ok => throw new MalformedDataException(consumed, "the xz data does not end"),
                _ => throw _coder.DecodingFault(status, consumed),
            };
        }

        public override void Dispose()
        {
            _coder.Dispose();
            base.Dispose();
        }
    }

    private sealed class ZLibBlockDecoder : BlockDecoder
    {
        public override int Decode(ReadOnlySpan<byte> packed, Span<byte> plain)
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            try
            {
                int length = zlib.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
                return length < plain.Length || zlib.ReadByte() < 0
                    ? length
                    : throw new MalformedDataException(0, $"the zlib data holds more than {plain.Length} bytes");
            }
            // The class library says of data that wants a dictionary that reading failed, and from memory none does.
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw new MalformedDataException(0, "the zlib data is corrupt", e);
            }
        }
    }

    private sealed class ZstdBlockDecoder(long memoryLimitBytes) : BlockDecoder
    {
        private readonly ZstdDecoder _decoder = new(memoryLimitBytes);

        public override int Decode(ReadOnlySpan<byte> packed, Span<byte> plain) => _decoder.DecodeBlock(packed, plain);

        public override void Dispose()
        {
            _decoder.Dispose();
            base.Dispose();
        }
    }

    private sealed class Lz4BlockDecoder : BlockDecoder
    {
        public override int Decode(ReadOnlySpan<byte> packed, Span<byte> plain) => Lz4Block.Decode(packed, plain, []);
    }

    private sealed class LzoBlockDecoder : BlockDecoder
    {
        public override int Decode(ReadOnlySpan<byte> packed, Span<byte> plain) => Lzo1X.Decode(packed, plain);
    }
}
