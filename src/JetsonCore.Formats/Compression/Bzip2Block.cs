// One bzip2 block: Huffman codes, run lengths and move-to-front, the Burrows-Wheeler transform, and runs of four.
//
//   randomised (1 bit, obsolete)  origin (24)  used bytes (16 bits, then 16 for each that is set)
//   tables (3)  selectors (15), each a move-to-front index in unary
//   tables: first length (5), then for each symbol: 0 = done, 10 = one longer, 11 = one shorter
//   symbols in groups of fifty, each group by the table that its selector names; the last symbol ends the block
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class Bzip2Block(HighBitReader bits, int blockBytesMax)
{
    private const int GroupLength = 50, TablesLeast = 2, TablesMost = 6, RunSymbols = 2;
    private const int RunMark = 4;              // after four equal bytes a count of further ones follows

    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly uint[] _next = new uint[blockBytesMax];     // low 8 bits: the byte; the rest: where to go on
    private readonly byte[] _selectors = new byte[1 << 15];
    private int _length;
    private int _fetched;
    private uint _position;
    private int _repeats;
    private int _runLength;
    private int _previous;
    private uint _crc;
    private uint _expectedCrc;

    /// <summary>Decodes the block whose mark and checksum have been read.</summary>
    /// <exception cref="MalformedDataException">It follows no rule.</exception>
    public void Open(uint expectedCrc)
    {
        if (bits.TakeBit())
            throw bits.Malformed("a bzip2 block is randomised, which no version since 1997 writes");
        uint origin = bits.Take(24);
        DecodeSymbols();
        if (origin >= _length)
            throw bits.Malformed($"a bzip2 block of {_length} bytes begins at {origin}");
        InvertTransform();
        _position = _next[origin] >> 8;
        (_fetched, _repeats, _runLength, _previous) = (0, 0, 0, -1);
        (_crc, _expectedCrc) = (~0u, expectedCrc);
    }

    /// <summary>The next decoded bytes; 0 after the last.</summary>
    public int Read(Span<byte> output)
    {
        int count = 0;
        while (count < output.Length && (_repeats > 0 || _fetched < _length))
        {
            if (_repeats > 0)
                _repeats--;
            else if (!FetchByte())
                continue;
            output[count++] = (byte)_previous;
        }
        uint crc = _crc;
        foreach (byte value in output[..count])
            crc = (crc << 8) ^ CrcTable[(crc >> 24) ^ value];
        _crc = crc;
        return count;
    }

    /// <summary>The checksum of the block, which has been read to its end.</summary>
    /// <exception cref="MalformedDataException">It is not the announced one.</exception>
    public uint Close() => ~_crc == _expectedCrc
        ? _expectedCrc
        : throw bits.Malformed($"a bzip2 block's checksum is {_expectedCrc:x8}, the data sums to {~_crc:x8}");

    // False: it was the count of a run, and now the run is to be repeated.
    private bool FetchByte()
    {
        uint entry = _next[_position];
        _position = entry >> 8;
        _fetched++;
        int value = (int)(entry & 0xFF);
        if (_runLength == RunMark)
        {
            (_repeats, _runLength) = (value, 0);
            return false;
        }
        _runLength = value == _previous ? _runLength + 1 : 1;
        _previous = value;
        return true;
    }

    private void DecodeSymbols()
    {
        Span<byte> alphabet = stackalloc byte[256];
        int used = ReadAlphabet(alphabet);
        int tableCount = (int)bits.Take(3), selectorCount = (int)bits.Take(15);
        if (used == 0 || tableCount is < TablesLeast or > TablesMost || selectorCount == 0)
            throw bits.Malformed($"a bzip2 block has {used} bytes, {tableCount} tables, {selectorCount} groups");
        ReadSelectors(selectorCount, tableCount);
        int symbolCount = used + RunSymbols;
        var tables = new Bzip2HuffmanCode[tableCount];
        for (int table = 0; table < tableCount; table++)
            tables[table] = ReadTable(symbolCount);

        _length = 0;
        long runLength = 0, runWeight = 1;
        for (int index = 0; ; index++)
        {
            if (index / GroupLength >= selectorCount)
                throw bits.Malformed("a bzip2 block goes on after its last group");
            int symbol = tables[_selectors[index / GroupLength]].Decode(bits);
            if (symbol < RunSymbols)
            {
                runLength += runWeight << symbol;
                runWeight <<= 1;
                if (runLength > blockBytesMax)
                    throw TooLong();
                continue;
            }
            AppendRun(alphabet[0], (int)runLength);
            (runLength, runWeight) = (0, 1);
            if (symbol == symbolCount - 1)
                return;
            AppendRun(MoveToFront(alphabet, symbol - 1), 1);
        }
    }

    private int ReadAlphabet(Span<byte> alphabet)
    {
        int used = 0;
        uint groups = bits.Take(16);
        for (int group = 0; group < 16; group++)
        {
            if ((groups & (0x8000u >> group)) == 0)
                continue;
            uint members = bits.Take(16);
            for (int member = 0; member < 16; member++)
            {
                if ((members & (0x8000u >> member)) != 0)
                    alphabet[used++] = (byte)((group * 16) + member);
            }
        }
        return used;
    }

    private void ReadSelectors(int selectorCount, int tableCount)
    {
        Span<byte> order = [0, 1, 2, 3, 4, 5];
        for (int index = 0; index < selectorCount; index++)
        {
            int place = 0;
            while (bits.TakeBit())
            {
                if (++place >= tableCount)
                    throw bits.Malformed($"a bzip2 block names table {place} of {tableCount}");
            }
            _selectors[index] = MoveToFront(order, place);
        }
    }

    private Bzip2HuffmanCode ReadTable(int symbolCount)
    {
        Span<byte> lengths = stackalloc byte[258];
        int length = (int)bits.Take(5);
        for (int symbol = 0; symbol < symbolCount; symbol++)
        {
            while (length is >= 1 and <= Bzip2HuffmanCode.LengthMax && bits.TakeBit())
                length += bits.TakeBit() ? -1 : 1;
            if (length is < 1 or > Bzip2HuffmanCode.LengthMax)
                throw bits.Malformed($"a bzip2 code of {length} bits is impossible");
            lengths[symbol] = (byte)length;
        }
        return new Bzip2HuffmanCode(lengths[..symbolCount]);
    }

    private static byte MoveToFront(Span<byte> list, int place)
    {
        byte value = list[place];
        list[..place].CopyTo(list[1..]);
        list[0] = value;
        return value;
    }

    private void AppendRun(byte value, int count)
    {
        if (count > blockBytesMax - _length)
            throw TooLong();
        _next.AsSpan(_length, count).Fill(value);
        _length += count;
    }

    private MalformedDataException TooLong() => bits.Malformed($"a bzip2 block is longer than {blockBytesMax} bytes");

    // Each entry learns which entry follows it in the original text: the n-th occurrence of a byte in the sorted
    // first column belongs to its n-th occurrence in the last column, which is what was sent.
    private void InvertTransform()
    {
        Span<int> place = stackalloc int[256];
        for (int index = 0; index < _length; index++)
            place[(int)(_next[index] & 0xFF)]++;
        int sum = 0;
        for (int value = 0; value < 256; value++)
            (place[value], sum) = (sum, sum + place[value]);
        for (int index = 0; index < _length; index++)
            _next[place[(int)(_next[index] & 0xFF)]++] |= (uint)index << 8;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint value = index << 24;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 0x8000_0000) != 0 ? (value << 1) ^ 0x04C11DB7 : value << 1;
            table[index] = value;
        }
        return table;
    }
}
