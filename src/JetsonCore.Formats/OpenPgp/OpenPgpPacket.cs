// One OpenPGP packet: a tag, a length, a body.
//
//   new form   11tttttt, then   L            L < 192           the length itself
//                               L M          192 <= L < 224    ((L - 192) << 8) + M + 192
//                               255 nnnn                       four bytes, big-endian
//   old form   10ttttll, then 1, 2 or 4 length bytes (ll = 0, 1, 2)
//
// Partial lengths (224..254) and the old form's open length (ll = 3) are for streams and refused here.
// Spec: RFC 4880, section 4.2. Peers: golang.org/x/crypto/openpgp/packet (writes the new form), gpg (both).
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

/// <summary>One packet with its body in memory.</summary>
/// <param name="Tag">The packet's kind, 0 to 63.</param>
/// <param name="Body">What follows the header.</param>
public readonly record struct OpenPgpPacket(int Tag, ReadOnlyMemory<byte> Body)
{
    /// <summary>Tag of a signature.</summary>
    public const int SignatureTag = 2;

    /// <summary>Tag of a public key.</summary>
    public const int PublicKeyTag = 6;

    private const int MarkBit = 0x80, NewFormBit = 0x40;
    private const int OneByteLengthEnd = 192, TwoByteLengthEnd = 8384, TwoByteFirstEnd = 224, FourByteMark = 255;

    /// <summary>Reads bytes that are exactly one packet.</summary>
    /// <exception cref="MalformedDataException">No packet, a stream's length form, or bytes behind its end.</exception>
    public static OpenPgpPacket Read(ReadOnlyMemory<byte> bytes) => Read(bytes, mayGoOn: false);

    /// <summary>Reads the first of the packets that bytes are.</summary>
    /// <exception cref="MalformedDataException">No packet, a stream's length form, or a body cut off.</exception>
    public static OpenPgpPacket ReadFirst(ReadOnlyMemory<byte> bytes) => Read(bytes, mayGoOn: true);

    /// <summary>The packet in the new form with the shortest length.</summary>
    public byte[] Encode()
    {
        int length = Body.Length;
        byte first = (byte)(MarkBit | NewFormBit | Tag);
        byte[] header;
        if (length < OneByteLengthEnd)
        {
            header = [first, (byte)length];
        }
        else if (length < TwoByteLengthEnd)
        {
            int rest = length - OneByteLengthEnd;
            header = [first, (byte)(OneByteLengthEnd + (rest >> 8)), (byte)(rest & 0xFF)];
        }
        else
        {
            header = [first, FourByteMark, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(2), length);
        }
        return [.. header, .. Body.Span];
    }

    private static OpenPgpPacket Read(ReadOnlyMemory<byte> bytes, bool mayGoOn)
    {
        var cursor = new SpanCursor(bytes.Span);
        int first = cursor.ReadByte();
        if ((first & MarkBit) == 0)
            throw new MalformedDataException(0, $"0x{first:x2} starts no OpenPGP packet");
        bool isNewForm = (first & NewFormBit) != 0;
        int tag = isNewForm ? first & 0x3F : (first & 0x3F) >> 2;
        long length = isNewForm ? ReadNewLength(ref cursor) : ReadOldLength(ref cursor, first & 3);
        if (length > cursor.Remaining || (length < cursor.Remaining && !mayGoOn))
        {
            throw new MalformedDataException(cursor.Offset,
                $"the packet's body is {length} bytes long, {cursor.Remaining} bytes follow its header");
        }
        return new(tag, bytes.Slice(cursor.Position, (int)length));
    }

    private static long ReadNewLength(ref SpanCursor cursor)
    {
        int first = cursor.ReadByte();
        return first switch
        {
            < OneByteLengthEnd => first,
            < TwoByteFirstEnd => ((first - OneByteLengthEnd) << 8) + cursor.ReadByte() + OneByteLengthEnd,
            FourByteMark => cursor.ReadUInt32BigEndian(),
            _ => throw new MalformedDataException(1, "packets of partial length are not accepted"),
        };
    }

    private static long ReadOldLength(ref SpanCursor cursor, int lengthType) => lengthType switch
    {
        0 => cursor.ReadByte(),
        1 => cursor.ReadUInt16BigEndian(),
        2 => cursor.ReadUInt32BigEndian(),
        _ => throw new MalformedDataException(0, "packets of open length are not accepted"),
    };
}
