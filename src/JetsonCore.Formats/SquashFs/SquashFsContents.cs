// The data and fragment blocks of a squashfs. The last few fragment blocks are kept, because small files that lie side
// by side in one are usually read one after the other.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.SquashFs;

internal sealed class SquashFsContents(SquashFsSource source, int blockSize, byte[] fragmentTable)
{
    /// <summary>Bytes of an entry of the fragment table: start (8), size (4), 0 (4).</summary>
    public const int FragmentEntrySize = 16;

    private const int FragmentsKept = 4;

    private readonly Lock _gate = new();
    private readonly List<(uint Index, byte[] Plain)> _fragments = [];      // the last used is the last

    public int BlockSize => blockSize;

    public uint FragmentCount => (uint)(fragmentTable.Length / FragmentEntrySize);

    /// <summary>Fills <paramref name="plain"/>, which has exactly the block's plain length.</summary>
    /// <exception cref="MalformedDataException">The block is corrupt.</exception>
    public void ReadBlock(long start, uint size, Span<byte> plain)
    {
        if (size == 0)
        {
            plain.Clear();
            return;
        }
        int length = ReadBlockOfUpTo(start, size, plain);
        if (length != plain.Length)
            throw new MalformedDataException(start, $"a block of a file holds {length} bytes, not {plain.Length}");
    }

    /// <summary>Fills <paramref name="plain"/> from within a fragment block.</summary>
    /// <exception cref="MalformedDataException">The block is corrupt, or does not hold the bytes.</exception>
    public void ReadFragment(uint index, int offset, Span<byte> plain)
    {
        byte[] fragment = Fragment(index);
        if (offset > fragment.Length || plain.Length > fragment.Length - offset)
        {
            throw new MalformedDataException(StartOf(index),
                $"needs {plain.Length} bytes at {offset} of a fragment of {fragment.Length}");
        }
        fragment.AsSpan(offset, plain.Length).CopyTo(plain);
    }

    private byte[] Fragment(uint index)
    {
        lock (_gate)
        {
            int place = _fragments.FindIndex(kept => kept.Index == index);
            byte[] plain = place >= 0 ? _fragments[place].Plain : DecodeFragment(index);
            if (place >= 0)
                _fragments.RemoveAt(place);
            else if (_fragments.Count == FragmentsKept)
                _fragments.RemoveAt(0);
            _fragments.Add((index, plain));
            return plain;
        }
    }

    private byte[] DecodeFragment(uint index)
    {
        var plain = new byte[blockSize];
        int entry = checked((int)index) * FragmentEntrySize;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(fragmentTable.AsSpan(entry + 8));
        int length = ReadBlockOfUpTo(StartOf(index), size, plain);
        return plain[..length];
    }

    private long StartOf(uint index)
    {
        int entry = checked((int)index) * FragmentEntrySize;
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(fragmentTable.AsSpan(entry));
        return start <= long.MaxValue
            ? (long)start
            : throw new MalformedDataException(source.Length, $"fragment {index} lies at {start}, behind the end");
    }

    private int ReadBlockOfUpTo(long start, uint size, Span<byte> plain)
    {
        uint length = size & ~SquashFsFormat.DataStored;
        if (length > blockSize)
            throw new MalformedDataException(start, $"a block of {length} bytes is larger than {blockSize}");
        return source.ReadBlock(start, (int)length, length != size, plain);
    }
}
