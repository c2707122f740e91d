// Decoding an LZ4 block (lz4_Block_format.md): sequences of a token, literals, a 16-bit distance and a match.
//
//   token: literal length (high four bits), match length - 4 (low four); 15: bytes of 255 and a last one follow
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static class Lz4Block
{
    private const int MatchLeast = 4;

    /// <summary>Decodes a block behind what is there already.</summary>
    /// <param name="block">A whole block.</param>
    /// <param name="output">Where to; matches may reach back to its beginning.</param>
    /// <param name="start">Where this block's bytes begin in <paramref name="output"/>.</param>
    /// <returns>The end of this block's bytes in <paramref name="output"/>.</returns>
    /// <exception cref="MalformedDataException">The block is corrupt, or holds more than fits.</exception>
    public static int Decode(ReadOnlySpan<byte> block, Span<byte> output, int start)
    {
        var cursor = new SpanCursor(block);
        int at = start;
        while (true)
        {
            int token = cursor.ReadByte();
            int literals = ReadLength(ref cursor, token >> 4, output.Length);
            if (literals > output.Length - at)
                throw new MalformedDataException(cursor.Offset, "the lz4 block holds more bytes than expected");
            cursor.Take(literals).CopyTo(output[at..]);
            at += literals;
            if (cursor.Remaining == 0)
                return at;
            int distance = BinaryPrimitives.ReadUInt16LittleEndian(cursor.Take(2));
            int length = ReadLength(ref cursor, token & 15, output.Length) + MatchLeast;
            if (distance == 0 || distance > at || length > output.Length - at)
                throw Overlapping.Impossible(cursor.Offset, distance, length);
            at = Overlapping.Copy(output, at, distance, length);
        }
    }

    private static int ReadLength(ref SpanCursor cursor, int length, int mostUseful)
    {
        if (length < 15)
            return length;
        byte more;
        do
        {
            more = cursor.ReadByte();
            length += more;
        }
        while (more == 255 && length <= mostUseful);
        return length;
    }
}
