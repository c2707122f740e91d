// A Huffman code of bzip2: canonical, of 1 to 20 bits, the highest bit first.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class Bzip2HuffmanCode
{
    /// <summary>The longest code.</summary>
    public const int LengthMax = 20;

    private readonly int[] _count = new int[LengthMax + 1];
    private readonly ushort[] _symbols;

    /// <param name="lengths">The bits of each symbol's code, 1 to 20.</param>
    public Bzip2HuffmanCode(ReadOnlySpan<byte> lengths)
    {
        _symbols = new ushort[lengths.Length];
        int next = 0;
        for (int length = 1; length <= LengthMax; length++)
        {
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                    continue;
                _symbols[next++] = (ushort)symbol;
                _count[length]++;
            }
        }
    }

    /// <exception cref="MalformedDataException">No code begins with these bits.</exception>
    public int Decode(HighBitReader bits)
    {
        int code = 0, first = 0, index = 0;
        for (int length = 1; length <= LengthMax; length++)
        {
            code |= (int)bits.Take(1);
            if (code - first < _count[length])
                return _symbols[index + code - first];
            index += _count[length];
            first = (first + _count[length]) << 1;
            code <<= 1;
        }
        throw bits.Malformed("a bzip2 block holds bits that are no code");
    }
}
