// A metadata table while it is being written: records in blocks of 8 KiB, each compressed by itself.
//
//   length (2; bit 15: stored as it is)  bytes      length  bytes   …
//
// A record may go on in the next block. It is found by a reference: the position of its block's length within the
// table, and its offset within the plain block. Blocks wait in memory, because every table is written after the data.
using System.Buffers;
using System.Buffers.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Formats.SquashFs;

internal sealed class MetadataWriter(BlockEncoder encoder)
{
    private const int HeaderSize = 2;

    private readonly byte[] _plain = new byte[SquashFsFormat.MetadataBlockSize];
    private readonly byte[] _packed = new byte[HeaderSize + SquashFsFormat.MetadataBlockSize];
    private readonly ArrayBufferWriter<byte> _table = new();
    private readonly List<long> _blockStarts = [];
    private int _length;

    /// <summary>Where the next record begins: block position &lt;&lt; 16 | offset.</summary>
    public ulong Reference => ((ulong)_table.WrittenCount << 16) | (uint)_length;

    /// <summary>The positions of the blocks within the table, once it is complete.</summary>
    public IReadOnlyList<long> BlockStarts => _blockStarts;

    public void Write(ReadOnlySpan<byte> record)
    {
        while (!record.IsEmpty)
        {
            int count = Math.Min(record.Length, _plain.Length - _length);
            record[..count].CopyTo(_plain.AsSpan(_length));
            _length += count;
            record = record[count..];
            if (_length == _plain.Length)
                FlushBlock();
        }
    }

    /// <summary>Writes out the table; nothing may be added any more.</summary>
    public void CopyTo(Stream target)
    {
        if (_length > 0)
            FlushBlock();
        target.Write(_table.WrittenSpan);
    }

    private void FlushBlock()
    {
        int header = encoder.Encode(_plain.AsSpan(0, _length), _packed.AsSpan(HeaderSize, _length - 1));
        if (header == 0)
        {
            _plain.AsSpan(0, _length).CopyTo(_packed.AsSpan(HeaderSize));
            header = _length | SquashFsFormat.MetadataStored;
        }
        BinaryPrimitives.WriteUInt16LittleEndian(_packed, (ushort)header);
        _blockStarts.Add(_table.WrittenCount);
        _table.Write(_packed.AsSpan(0, HeaderSize + (header & ~SquashFsFormat.MetadataStored)));
        _length = 0;
    }
}
