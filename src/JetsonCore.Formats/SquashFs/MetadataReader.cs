// A metadata table while it is being read: its blocks, decompressed once and kept, and cursors that read across them.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed class MetadataReader(SquashFsSource source, ReadBudget budget)
{
    private const int HeaderSize = 2;

    private readonly Dictionary<long, (byte[] Plain, long Next)> _blocks = [];

    /// <summary>A cursor at a reference into the table that begins at <paramref name="tableStart"/>.</summary>
    /// <exception cref="MalformedDataException">There is no such place.</exception>
    public MetadataCursor Seek(ulong tableStart, ulong reference)
    {
        ulong position = reference >> 16;
        if (tableStart > (ulong)source.Length || position > (ulong)source.Length - tableStart)
            throw new MalformedDataException(0, $"a reference leads to {position} bytes behind {tableStart}");
        return new(this, (long)(tableStart + position), (int)(reference & 0xFFFF));
    }

    /// <summary>The plain bytes of the block at a position, and where the next block lies.</summary>
    /// <exception cref="MalformedDataException">It is corrupt, or the limit is reached.</exception>
    public (byte[] Plain, long Next) Block(long position)
    {
        if (_blocks.TryGetValue(position, out (byte[], long) known))
            return known;
        Span<byte> header = stackalloc byte[HeaderSize];
        source.ReadAt(position, header);
        ushort value = BinaryPrimitives.ReadUInt16LittleEndian(header);
        int length = value & ~SquashFsFormat.MetadataStored;
        Span<byte> plain = stackalloc byte[SquashFsFormat.MetadataBlockSize];
        int plainLength = source.ReadBlock(position + HeaderSize, length, length != value, plain);
        if (plainLength == 0)
            throw new MalformedDataException(position, "a metadata block is empty");
        budget.TakeMetadata(position, plainLength);
        return _blocks[position] = (plain[..plainLength].ToArray(), position + HeaderSize + length);
    }

    /// <summary>A table of records of equal size, found by the list of its blocks' positions.</summary>
    /// <param name="pointers">Where that list lies.</param>
    /// <param name="count">Records.</param>
    /// <param name="recordSize">Bytes of each; divides 8192.</param>
    /// <exception cref="MalformedDataException">It is not all there.</exception>
    public byte[] ReadTable(ulong pointers, uint count, int recordSize)
    {
        long length = (long)count * recordSize;
        long pointerBytes = Alignment.UnitsFor(length, SquashFsFormat.MetadataBlockSize) * sizeof(ulong);
        if (pointers > (ulong)source.Length || pointerBytes > source.Length - (long)pointers)
            throw new MalformedDataException(source.Length, $"a table of {count} lies at {pointers}, behind the end");
        budget.TakeMetadata((long)pointers, length);
        var table = new byte[length];
        Span<byte> pointer = stackalloc byte[8];
        for (int start = 0, index = 0; start < table.Length; start += SquashFsFormat.MetadataBlockSize, index++)
        {
            source.ReadAt((long)pointers + (8 * index), pointer);
            ulong position = BinaryPrimitives.ReadUInt64LittleEndian(pointer);
            if (position > (ulong)source.Length)
                throw new MalformedDataException((long)pointers, $"a table's block lies at {position}, behind the end");
            byte[] plain = Block((long)position).Plain;
            int expected = Math.Min(SquashFsFormat.MetadataBlockSize, table.Length - start);
            if (plain.Length < expected)
                throw new MalformedDataException((long)position, $"has {plain.Length} bytes, not {expected}");
            plain.AsSpan(0, expected).CopyTo(table.AsSpan(start));
        }
        return table;
    }
}

/// <summary>Reads the fields of a record, which may go on in the next block.</summary>
internal sealed class MetadataCursor
{
    private readonly MetadataReader _table;
    private long _position;
    private byte[] _plain;
    private long _next;
    private int _offset;

    public MetadataCursor(MetadataReader table, long position, int offset)
    {
        (_table, _position, _offset) = (table, position, offset);
        (_plain, _next) = table.Block(position);
        if (offset > _plain.Length)
            throw new MalformedDataException(position, $"a reference leads to byte {offset} of {_plain.Length}");
    }

    /// <summary>Where the current block lies, for messages.</summary>
    public long Position => _position;

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public short Int16() => BinaryPrimitives.ReadInt16LittleEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <exception cref="MalformedDataException">The table ends before.</exception>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count <= _plain.Length - _offset)
        {
            _offset += count;
            return _plain.AsSpan(_offset - count, count);
        }
        var joined = new byte[count];
        for (int done = 0; done < count;)
        {
            if (_offset == _plain.Length)
                NextBlock();
            int part = Math.Min(count - done, _plain.Length - _offset);
            _plain.AsSpan(_offset, part).CopyTo(joined.AsSpan(done));
            _offset += part;
            done += part;
        }
        return joined;
    }

    public MalformedDataException Malformed(string message) => new(_position, message);

    private void NextBlock()
    {
        (_position, _offset) = (_next, 0);
        (_plain, _next) = _table.Block(_position);
    }
}
