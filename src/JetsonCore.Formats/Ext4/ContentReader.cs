// Reads a content block by block, passing over its holes, whether or not its stream can seek.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads ascending parts of a content.</summary>
internal sealed class ContentReader(FileContent content) : IDisposable
{
    private readonly Stream _stream = content.Open();
    private long _position;

    /// <summary>Fills a buffer from an offset on; what lies behind the content's end is zero.</summary>
    /// <exception cref="MalformedDataException">The stream ends before the content's length.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        SkipTo(offset);
        int wanted = (int)Math.Min(buffer.Length, content.Length - offset);
        int read = _stream.ReadAtLeast(buffer[..wanted], wanted, throwOnEndOfStream: false);
        if (read < wanted)
            throw new MalformedDataException(
                offset + read, $"content ends after {offset + read} of {content.Length} bytes");
        buffer[wanted..].Clear();
        _position = offset + wanted;
    }

    public void Dispose() => _stream.Dispose();

    private void SkipTo(long offset)
    {
        if (offset == _position)
            return;
        if (_stream.CanSeek)
            _stream.Position = offset;
        else
            ReadAway(offset - _position);
        _position = offset;
    }

    private void ReadAway(long count)
    {
        var buffer = new byte[(int)Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            int read = _stream.Read(buffer.AsSpan(0, (int)Math.Min(count, buffer.Length)));
            if (read == 0)
                throw new MalformedDataException(_position, $"content ends before its {content.Length} bytes");
            count -= read;
        }
    }
}
