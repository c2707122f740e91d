// LZ4 blocks (lz4_Block_format.md), decoded by K4os.Compression.LZ4.
using JetsonCore.Formats.Binary;
using K4os.Compression.LZ4;

namespace JetsonCore.Formats.Compression;

internal static class Lz4Block
{
    private const int MostPerByte = 255;        // a byte of a match's length stands for that many

    /// <summary>The most bytes that a block of a length can hold.</summary>
    public static long LongestOf(int packedLength) => (long)packedLength * MostPerByte;

    /// <summary>Decodes a block.</summary>
    /// <param name="block">A whole block.</param>
    /// <param name="plain">Where to.</param>
    /// <param name="window">Bytes before the block's, to which it may refer.</param>
    /// <returns>The number of plain bytes.</returns>
    /// <exception cref="MalformedDataException">The block is corrupt, or holds more than fits.</exception>
    public static int Decode(ReadOnlySpan<byte> block, Span<byte> plain, ReadOnlySpan<byte> window)
    {
        int length = block.IsEmpty ? -1 : LZ4Codec.Decode(block, plain, window);
        return length >= 0
            ? length
            : throw new MalformedDataException(0, $"the lz4 block is corrupt, or holds more than {plain.Length} bytes");
    }
}
