// Multiprecision integers: two bytes with the number of bits, then the bytes, big-endian.
//
//   511 = 0x01FF   →   00 09  01 FF
//
// Spec: RFC 4880, section 3.2. Leading zero bits are accepted when reading, because Go's library writes signatures so.
using System.Numerics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

internal static class MultiPrecisionInteger
{
    private const int LongestBits = 16384;

    /// <summary>The big-endian bytes of the next number.</summary>
    public static byte[] Read(ref SpanCursor cursor)
    {
        long offset = cursor.Offset;
        int bits = cursor.ReadUInt16BigEndian();
        if (bits > LongestBits)
        {
            throw new MalformedDataException(
                offset, $"a number of {bits} bits is too long, at most {LongestBits} are accepted");
        }
        return cursor.Take((bits + 7) / 8).ToArray();
    }

    /// <summary>A number without leading zeros: its true count of bits.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return EncodeWithBits(digits, BitLength(digits));
    }

    /// <summary>The bits of a number, leading zeros not counted.</summary>
    public static int BitLength(ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return digits.IsEmpty ? 0 : (digits.Length * 8) - (BitOperations.LeadingZeroCount(digits[0]) - 24);
    }

    /// <summary>
    /// A number with all its bytes, leading zeros too: the form of a signature as Go's library writes it.
    /// </summary>
    public static byte[] EncodeWhole(ReadOnlySpan<byte> number) => EncodeWithBits(number, number.Length * 8);

    private static byte[] EncodeWithBits(ReadOnlySpan<byte> digits, int bits) =>
        [(byte)(bits >> 8), (byte)(bits & 0xFF), .. digits];
}
