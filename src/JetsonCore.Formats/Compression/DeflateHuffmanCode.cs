// A Huffman code of deflate: canonical, of at most 15 bits, sent with its bits reversed (RFC 1951, 3.2.2).
// Codes of up to ten bits are found with one look-up; the rare longer ones are counted through length by length.
namespace JetsonCore.Formats.Compression;

internal sealed class DeflateHuffmanCode
{
    /// <summary>The longest code.</summary>
    public const int LengthMax = 15;

    private const int FastBits = 10, LengthBits = 4;

    private readonly ushort[] _fast = new ushort[1 << FastBits];       // symbol << 4 | length; 0: longer, or no code
    private readonly ushort[] _countByLength = new ushort[LengthMax + 1];
    private readonly ushort[] _symbols = new ushort[288];

    /// <summary>Makes the code whose symbols have these numbers of bits; false if there is none.</summary>
    public bool TryBuild(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_countByLength);
        Array.Clear(_fast);
        foreach (byte length in lengths)
            _countByLength[length]++;
        _countByLength[0] = 0;
        Span<int> nextCode = stackalloc int[LengthMax + 2];
        Span<int> nextIndex = stackalloc int[LengthMax + 2];
        for (int length = 1; length <= LengthMax; length++)
        {
            nextCode[length + 1] = (nextCode[length] + _countByLength[length]) << 1;
            nextIndex[length + 1] = nextIndex[length] + _countByLength[length];
            if (nextCode[length] + _countByLength[length] > 1 << length)
                return false;
        }
        // An incomplete code is allowed only for a single symbol (RFC 1951, 3.2.7: one distance code of one bit).
        if (nextCode[LengthMax + 1] != 2 << LengthMax && nextIndex[LengthMax + 1] > 1)
            return false;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            _symbols[nextIndex[length]++] = (ushort)symbol;
            FillFast(symbol, length, nextCode[length]++);
        }
        return true;
    }

    /// <summary>Decodes from the low bits of <paramref name="bits"/>, fifteen of which must be there.</summary>
    /// <param name="bits">The next bits, the first in the lowest place; zero beyond the end.</param>
    /// <param name="length">How many bits the symbol took.</param>
    /// <returns>The symbol, or -1 if no code begins this way.</returns>
    public int Decode(uint bits, out int length)
    {
        ushort fast = _fast[bits & ((1 << FastBits) - 1)];
        length = fast & ((1 << LengthBits) - 1);
        return fast != 0 ? fast >> LengthBits : DecodeSlowly(bits, out length);
    }

    private int DecodeSlowly(uint bits, out int length)
    {
        int code = 0, first = 0, index = 0;
        for (length = 1; length <= LengthMax; length++)
        {
            code |= (int)(bits & 1);
            bits >>= 1;
            int count = _countByLength[length];
            if (code - first < count)
                return _symbols[index + code - first];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return -1;
    }

    private void FillFast(int symbol, int length, int code)
    {
        if (length > FastBits)
            return;
        int reversed = 0;
        for (int bit = 0; bit < length; bit++)
            reversed |= ((code >> bit) & 1) << (length - 1 - bit);
        for (int entry = reversed; entry < 1 << FastBits; entry += 1 << length)
            _fast[entry] = (ushort)((symbol << LengthBits) | length);
    }
}
