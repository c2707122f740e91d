// Bytes with zeros behind them.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads bytes, then zeros up to a length.</summary>
/// <param name="bytes">What comes first.</param>
/// <param name="length">Of the whole.</param>
internal sealed class ZeroTailedStream(byte[] bytes, long length) : SeekableReadStream
{
    public override long Length => length;

    public override int Read(Span<byte> buffer)
    {
        Span<byte> part = buffer[..(int)Math.Clamp(length - Position, 0, buffer.Length)];
        ReadOnlySpan<byte> known = bytes.AsSpan((int)Math.Min(Position, bytes.Length));
        known = known[..Math.Min(known.Length, part.Length)];
        known.CopyTo(part);
        part[known.Length..].Clear();
        Position += part.Length;
        return part.Length;
    }
}
