// The compressed bytes on their way to a decoder: buffered, counted, and with a few bytes of way back, so that a
// decoder that had to look ahead can say exactly where its member ended.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class CompressedInput(Stream source)
{
    /// <summary>The most bytes that <see cref="Unread"/> takes back: what a 64-bit bit buffer holds.</summary>
    private const int UnreadMax = 8;

    private readonly byte[] _buffer = new byte[UnreadMax + (64 << 10)];
    private int _start = UnreadMax;
    private int _end = UnreadMax;
    private long _readBytes;

    /// <summary>Bytes that decoders have used.</summary>
    public long Consumed => _readBytes - (_end - _start);

    /// <summary>The next bytes, at least one; empty at the end of the source.</summary>
    public ReadOnlySpan<byte> Available
    {
        get
        {
            if (_start == _end)
                Fill(1);
            return _buffer.AsSpan(_start, _end - _start);
        }
    }

    /// <summary>Up to <paramref name="count"/> (at most 64) of the next bytes without using them.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count)
            Fill(count);
        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Uses <paramref name="count"/> of the available bytes.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _end - _start);
        _start += count;
    }

    /// <summary>Takes back the last <paramref name="count"/> (at most 8) used bytes.</summary>
    public void Unread(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, UnreadMax);
        _start -= count;
    }

    /// <summary>Uses the next byte.</summary>
    /// <exception cref="MalformedDataException">There is none.</exception>
    public byte ReadByte()
    {
        ReadOnlySpan<byte> available = Available;
        if (available.IsEmpty)
            throw Truncated();
        return _buffer[_start++];
    }

    /// <summary>Fills <paramref name="target"/>.</summary>
    /// <exception cref="MalformedDataException">The source ends before.</exception>
    public void ReadExactly(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            ReadOnlySpan<byte> available = Available;
            if (available.IsEmpty)
                throw Truncated();
            int count = Math.Min(available.Length, target.Length);
            available[..count].CopyTo(target);
            target = target[count..];
            _start += count;
        }
    }

    /// <summary>Passes over the skippable frames that follow.</summary>
    /// <exception cref="MalformedDataException">The source ends within one.</exception>
    public void SkipFrames()
    {
        Span<byte> header = stackalloc byte[Decompression.SkippableHeader];
        while (Decompression.IsSkippable(Peek(header.Length)))
        {
            ReadExactly(header);
            long left = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            for (int count; left > 0; left -= count)
            {
                count = (int)Math.Min(left, Available.Length);
                if (count == 0)
                    throw Truncated();
                _start += count;
            }
        }
    }

    /// <summary>Leaves a seekable source right after the last used byte.</summary>
    public void GiveBackUnused()
    {
        if (!source.CanSeek || _start == _end)
            return;
        source.Seek(_start - _end, SeekOrigin.Current);
        _readBytes -= _end - _start;
        _end = _start;
    }

    public MalformedDataException Truncated() => new(Consumed, "the compressed bytes end too early");

    public MalformedDataException Malformed(string message) => new(Consumed, message);

    private void Fill(int count)
    {
        int kept = _end - _start;
        int from = Math.Max(0, _start - UnreadMax);     // the way back moves along
        int way = _start - from;
        _buffer.AsSpan(from, way + kept).CopyTo(_buffer.AsSpan(UnreadMax - way));
        (_start, _end) = (UnreadMax, UnreadMax + kept);
        int read = source.ReadAtLeast(_buffer.AsSpan(_end), count - kept, throwOnEndOfStream: false);
        _end += read;
        _readBytes += read;
    }
}
