// Reads a run of fields one after the other from untrusted bytes: every read is fenced, and running out of bytes
// is a MalformedDataException at the right offset, never an IndexOutOfRangeException.
using System.Buffers.Binary;

namespace JetsonCore.Formats.Binary;

/// <summary>A forward cursor over bytes of a foreign format.</summary>
/// <param name="bytes">What to read.</param>
/// <param name="startOffset">The offset of the first byte in the file, for messages.</param>
internal ref struct SpanCursor(ReadOnlySpan<byte> bytes, long startOffset = 0)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _startOffset = startOffset;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>The file offset of the next byte.</summary>
    public readonly long Offset => _startOffset + Position;

    /// <summary>The next byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>The next two bytes, little-endian.</summary>
    public ushort ReadUInt16LittleEndian() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>The next four bytes, little-endian.</summary>
    public uint ReadUInt32LittleEndian() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>The next eight bytes, little-endian.</summary>
    public ulong ReadUInt64LittleEndian() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The next two bytes, big-endian.</summary>
    public ushort ReadUInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>The next four bytes, big-endian.</summary>
    public uint ReadUInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    /// <exception cref="MalformedDataException">Fewer are left.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
            throw new MalformedDataException(Offset, $"needs {count} more bytes, {Remaining} are left");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>Passes over <paramref name="count"/> bytes.</summary>
    /// <exception cref="MalformedDataException">Fewer are left.</exception>
    public void Skip(int count) => Take(count);
}
