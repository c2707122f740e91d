// Decoding LZO1X, the one LZO variant that squashfs, lzop and the Linux kernel use.
//
// Spec: Linux Documentation/staging/lzo.rst ("LZO stream format as understood by Linux' LZO decompressor"), bitstream
// version 0. An instruction byte says how far back a match lies and how long it is; its lowest two bits (or those of
// the distance) say how many literals follow, and that "state" decides what an instruction below 16 means next.
//
//   0000 LLLL            state 0: 3 + L literals (L = 0: 18 + bytes); state 1-3: match of 2, distance (H << 2) + D + 1
//                        state 4: match of 3, distance (H << 2) + D + 2049      byte = 0000 DDSS, H
//   0001 HLLL  D D       match of 2 + L (0: 9 + bytes), distance 16384 + (H << 14) + D; distance 16384 is the end
//   001L LLLL  D D       match of 2 + L (0: 33 + bytes), distance D + 1
//   01LD DDSS  H         match of 3 + L, distance (H << 3) + D + 1
//   1LLD DDSS  H         match of 5 + L, distance (H << 3) + D + 1
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static class Lzo1X
{
    private const int AfterLongLiterals = 4, FarDistance = 16384;

    /// <summary>Decodes a block.</summary>
    /// <returns>The number of bytes in <paramref name="output"/>.</returns>
    /// <exception cref="MalformedDataException">The block is corrupt, or holds more than fits.</exception>
    public static int Decode(ReadOnlySpan<byte> block, Span<byte> output)
    {
        var cursor = new SpanCursor(block);
        int at = 0, state = 0;
        if (cursor.Remaining > 0 && block[0] > 17)
        {
            int literals = cursor.ReadByte() - 17;
            at = CopyLiterals(ref cursor, output, at, literals);
            state = literals < 4 ? literals : AfterLongLiterals;
        }
        while (true)
        {
            int instruction = cursor.ReadByte();
            if (instruction < 16 && state == 0)
            {
                at = CopyLiterals(ref cursor, output, at, ReadLength(ref cursor, instruction, 15, output.Length) + 3);
                state = AfterLongLiterals;
                continue;
            }
            (int distance, int length, state) = ReadMatch(ref cursor, instruction, state, output.Length);
            if (distance == FarDistance && length == 3 && instruction == 17)
                return at;
            if (distance > at || length > output.Length - at)
                throw Overlapping.Impossible(cursor.Offset, distance, length);
            at = Overlapping.Copy(output, at, distance, length);
            at = CopyLiterals(ref cursor, output, at, state);
        }
    }

    private static (int Distance, int Length, int State) ReadMatch(
        ref SpanCursor cursor, int instruction, int state, int mostUseful)
    {
        switch (instruction)
        {
            case >= 64:
                int near = (cursor.ReadByte() << 3) + ((instruction >> 2) & 7) + 1;
                int nearLength = instruction >= 128 ? 5 + ((instruction >> 5) & 3) : 3 + ((instruction >> 5) & 1);
                return (near, nearLength, instruction & 3);
            case >= 32:
                int middleLength = ReadLength(ref cursor, instruction & 31, 31, mostUseful) + 2;
                int middle = cursor.ReadUInt16LittleEndian();
                return ((middle >> 2) + 1, middleLength, middle & 3);
            case >= 16:
                int farLength = ReadLength(ref cursor, instruction & 7, 7, mostUseful) + 2;
                int far = cursor.ReadUInt16LittleEndian();
                return (FarDistance + ((instruction & 8) << 11) + (far >> 2), farLength, far & 3);
            default:
                int shortDistance = (cursor.ReadByte() << 2) + (instruction >> 2) + 1;
                return state == AfterLongLiterals
                    ? (shortDistance + 2048, 3, instruction & 3)
                    : (shortDistance, 2, instruction & 3);
        }
    }

    // A length of 0 in the instruction means: bytes of 0 count 255 each, the first other byte ends the number.
    private static int ReadLength(ref SpanCursor cursor, int length, int largestInline, int mostUseful)
    {
        if (length != 0)
            return length;
        length = largestInline;
        byte more;
        while ((more = cursor.ReadByte()) == 0 && length <= mostUseful)
            length += 255;
        return length + more;
    }

    private static int CopyLiterals(ref SpanCursor cursor, Span<byte> output, int at, int count)
    {
        if (count > output.Length - at)
            throw new MalformedDataException(cursor.Offset, "the lzo block holds more bytes than expected");
        cursor.Take(count).CopyTo(output[at..]);
        return at + count;
    }
}
