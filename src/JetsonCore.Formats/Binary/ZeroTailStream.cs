// A stream that goes on with zeros behind its end: a partition table that was cut off its disk can be read with it.
namespace JetsonCore.Formats.Binary;

/// <summary>A stream with zeros behind it.</summary>
/// <param name="inner">The seekable stream that it begins with; closed with this one.</param>
/// <param name="length">The length with the zeros.</param>
public sealed class ZeroTailStream(Stream inner, long length) : SeekableReadStream
{
    /// <inheritdoc/>
    public override long Length { get; } = length;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        int count = (int)Math.Min(buffer.Length, Length - Position);
        if (Position < inner.Length)
        {
            inner.Position = Position;
            count = inner.Read(buffer[..(int)Math.Min(count, inner.Length - Position)]);
        }
        else
        {
            buffer[..count].Clear();
        }
        Position += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
