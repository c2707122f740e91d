// Reading one bzip2 stream: SharpCompress decodes it and checks the sums of its blocks and of the whole; here its
// failures become ours, and an early end is named where it is.
//
//   "BZh" level ('1'-'9': blocks of at most level * 100 000 bytes)
//   blocks: 31 41 59 26 53 59  crc32  …      17 72 45 38 50 90  combined crc32, padding to a byte
//
// SharpCompress takes byte after byte and none behind the stream's last one, as chains of members need it.
using JetsonCore.Formats.Binary;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace JetsonCore.Formats.Compression;

internal sealed class Bzip2Member(CompressedInput input) : MemberDecoder
{
    private BZip2Stream? _stream;

    /// <exception cref="MalformedDataException">The stream is corrupt, or ends early.</exception>
    public override int Read(Span<byte> output)
    {
        try
        {
            _stream ??= BZip2Stream.Create(
                new InputBytes(input), CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true);
            return _stream.Read(output);
        }
        // The library announces corrupt data by exceptions of its own, and by an index out of range. What reading the
        // source has thrown is none of its.
        catch (Exception exception) when (exception is not (MalformedDataException or IOException))
        {
            throw new MalformedDataException(input.Consumed, "the bzip2 data is corrupt", exception);
        }
    }

    /// <summary>The input as the library wants it. It ends with our exception, never with silence.</summary>
    private sealed class InputBytes(CompressedInput input) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int ReadByte() => input.ReadByte();

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
                return 0;
            buffer[0] = input.ReadByte();
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
