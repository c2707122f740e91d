// The bytes of an .xz file around its blocks of LZMA2.
//
//   stream header   FD 37 7A 58 5A 00, flags 00 04 (CRC-64), CRC-32 of the flags
//   block           header, LZMA2 chunks, zeros to a multiple of four, CRC-64 of the plain bytes
//     header        length / 4 - 1 (1), flags C0 (1; one filter, both lengths follow), packed and plain length,
//                   filter 21 01 and the window's size (1), zeros to a multiple of four, CRC-32
//   index           00, number of blocks, for each its unpadded and plain length, zeros to a multiple of four, CRC-32
//   stream footer   CRC-32 of the next six bytes, index length / 4 - 1 (4), flags 00 04, 59 5A
//
// Lengths are little-endian numbers of seven bits a byte, the highest bit of all but the last one set.
// Spec: The .xz File Format 1.1.0, sections 2 to 4 and 5.3.1.
using System.Buffers.Binary;
using System.Numerics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static class XzContainer
{
    /// <summary>The length of a block's header: one for all lengths that a block of ours can have.</summary>
    public const int BlockHeaderLength = 20;

    public const int CheckLength = 8;

    /// <summary>What the index says about a block.</summary>
    public readonly record struct BlockLengths(long Unpadded, long Plain);

    private static ReadOnlySpan<byte> HeaderMagic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    private static ReadOnlySpan<byte> FooterMagic => "YZ"u8;

    private static ReadOnlySpan<byte> StreamFlags => [0, (byte)XzCheck.Crc64];

    public static byte[] StreamHeader()
    {
        var header = new byte[12];
        HeaderMagic.CopyTo(header);
        StreamFlags.CopyTo(header.AsSpan(6));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Crc32.Of(StreamFlags));
        return header;
    }

    /// <summary>Fills the header of a block.</summary>
    /// <param name="header"><see cref="BlockHeaderLength"/> bytes.</param>
    /// <param name="packedLength">Of the LZMA2 chunks.</param>
    /// <param name="plainLength">What they decode to.</param>
    /// <param name="dictionaryBytes">The window: a power of two, at least 4096.</param>
    public static void WriteBlockHeader(Span<byte> header, int packedLength, int plainLength, uint dictionaryBytes)
    {
        header[..BlockHeaderLength].Clear();
        header[0] = (BlockHeaderLength / 4) - 1;
        header[1] = 0xC0;
        int at = 2;
        at += WriteNumber(header[at..], packedLength);
        at += WriteNumber(header[at..], plainLength);
        header[at] = 0x21;
        header[at + 1] = 1;
        header[at + 2] = (byte)(2 * (BitOperations.Log2(dictionaryBytes) - 12));
        uint crc = Crc32.Of(header[..(BlockHeaderLength - 4)]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(BlockHeaderLength - 4)..], crc);
    }

    /// <summary>The index and the stream footer.</summary>
    public static byte[] End(IReadOnlyList<BlockLengths> blocks)
    {
        var end = new byte[1 + 9 + (18L * blocks.Count) + 3 + 4 + 12];
        int at = 1 + WriteNumber(end.AsSpan(1), blocks.Count);
        foreach (BlockLengths block in blocks)
        {
            at += WriteNumber(end.AsSpan(at), block.Unpadded);
            at += WriteNumber(end.AsSpan(at), block.Plain);
        }
        at = (int)Alignment.Up(at, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(at), Crc32.Of(end.AsSpan(0, at)));
        Span<byte> footer = end.AsSpan(at + 4);
        BinaryPrimitives.WriteInt32LittleEndian(footer[4..], at / 4);
        StreamFlags.CopyTo(footer[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Crc32.Of(footer.Slice(4, 6)));
        FooterMagic.CopyTo(footer[10..]);
        return end[..(at + 4 + 12)];
    }

    private static int WriteNumber(Span<byte> target, long number)
    {
        int length = 0;
        for (; number >= 0x80; number >>= 7)
            target[length++] = (byte)(number & 0x7F | 0x80);
        target[length] = (byte)number;
        return length + 1;
    }
}
