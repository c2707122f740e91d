// Bits from the highest of each byte on, as bzip2 packs them; never a byte more is read than the bits need.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal sealed class HighBitReader(CompressedInput input)
{
    private ulong _bits;
    private int _count;

    /// <summary>The next <paramref name="count"/> (at most 32) bits, the first in the highest place.</summary>
    /// <exception cref="MalformedDataException">They are not there.</exception>
    public uint Take(int count)
    {
        while (_count < count)
        {
            _bits = (_bits << 8) | input.ReadByte();
            _count += 8;
        }
        _count -= count;
        return (uint)((_bits >> _count) & ((1UL << count) - 1));
    }

    public bool TakeBit() => Take(1) != 0;

    public MalformedDataException Malformed(string message) => input.Malformed(message);
}
