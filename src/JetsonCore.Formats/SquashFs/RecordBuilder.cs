// The little-endian fields of a record of varying length, one after the other.
using System.Buffers.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed class RecordBuilder
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public RecordBuilder UInt16(uint value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Room(2), (ushort)value);
        return this;
    }

    public RecordBuilder Int16(int value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(Room(2), (short)value);
        return this;
    }

    public RecordBuilder UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);
        return this;
    }

    public RecordBuilder UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        return this;
    }

    public RecordBuilder Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        return this;
    }

    private Span<byte> Room(int count)
    {
        if (count > _bytes.Length - _length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
