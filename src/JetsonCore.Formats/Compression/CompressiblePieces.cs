// Which parts of a block are worth compressing. Bytes that are spread as evenly as noise (snaps, packages, initial RAM
// disks: they are compressed already) would cost a compressor most of its time for nothing.
//
// A piece counts as noise if the entropy of its bytes is nearly eight bits. Noise that repeats within the block still
// compresses, by reference to its first copy. So places chosen by content (one of 64 eight-byte words, by its hash) are
// remembered, and a block in which noise comes back is compressed as a whole.
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace JetsonCore.Formats.Compression;

internal sealed class CompressiblePieces
{
    /// <summary>The length of a piece: the longest that one stored chunk of LZMA2 holds.</summary>
    public const int PieceLength = 64 << 10;

    // Measured, in bits a byte of 64 KiB: noise 7.997, files of xz and zstd above 7.99, of gzip 7.97 to 7.99.
    private const double NoiseEntropyMin = 7.96;
    private const int SampleShift = 64 - 6, SlotBits = 15;

    private readonly ulong[] _samples = new ulong[1 << SlotBits];
    private readonly int[] _counts = new int[4 * 256];

    /// <summary>Says of each piece of a block whether it is worth compressing.</summary>
    public bool[] Find(ReadOnlySpan<byte> block)
    {
        Array.Clear(_samples);
        var pieces = new bool[(block.Length + PieceLength - 1) / PieceLength];
        int sampled = 0, repeated = 0;
        for (int index = 0; index < pieces.Length; index++)
        {
            int start = index * PieceLength;
            ReadOnlySpan<byte> piece = block.Slice(start, Math.Min(PieceLength, block.Length - start));
            pieces[index] = !IsNoise(piece);
            if (!pieces[index])
                Sample(piece, ref sampled, ref repeated);
        }
        if (repeated > sampled / 32)
            Array.Fill(pieces, true);
        return pieces;
    }

    // A piece shorter than this cannot show an entropy that high, and costs little.
    private bool IsNoise(ReadOnlySpan<byte> piece)
    {
        if (piece.Length < PieceLength / 4)
            return false;
        Array.Clear(_counts);
        Span<int> counts = _counts;
        // Four tables: a counter is not needed again before its last change has arrived.
        foreach (uint word in MemoryMarshal.Cast<byte, uint>(piece))
        {
            counts[(int)(word & 0xFF)]++;
            counts[(int)(256 + (word >> 8 & 0xFF))]++;
            counts[(int)(512 + (word >> 16 & 0xFF))]++;
            counts[(int)(768 + (word >> 24))]++;
        }
        double sum = 0, total = piece.Length & ~3;
        for (int value = 0; value < 256; value++)
        {
            int count = counts[value] + counts[256 + value] + counts[512 + value] + counts[768 + value];
            if (count > 0)
                sum += count * Math.Log2(count);
        }
        return Math.Log2(total) - (sum / total) >= NoiseEntropyMin;
    }

    private void Sample(ReadOnlySpan<byte> piece, ref int sampled, ref int repeated)
    {
        for (int at = 0; at + 8 <= piece.Length; at++)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(piece[at..]);
            ulong hash = unchecked(word * 0x9E3779B97F4A7C15);
            if (hash >> SampleShift != 0)
                continue;
            ref ulong slot = ref _samples[(int)(BitOperations.RotateLeft(hash, 6) >> (64 - SlotBits))];
            sampled++;
            repeated += slot == word ? 1 : 0;
            slot = word;
        }
    }
}
