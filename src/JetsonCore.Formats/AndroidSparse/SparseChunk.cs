// One chunk of an Android sparse image, placed in the image and in the file.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.AndroidSparse;

/// <summary>A chunk that stands for part of the image.</summary>
/// <param name="Type">Raw, fill or don't care.</param>
/// <param name="Start">First byte in the image.</param>
/// <param name="Length">Length in the image, in bytes.</param>
/// <param name="DataOffset">Where its bytes or its word lie in the file.</param>
internal sealed record SparseChunk(SparseChunkType Type, long Start, long Length, long DataOffset)
{
    private const int WordLength = 4;

    /// <summary>Reads bytes of the image that lie in this chunk.</summary>
    public void Read(Stream sparse, long within, Span<byte> target)
    {
        switch (Type)
        {
            case SparseChunkType.Raw:
                sparse.ReadExactlyAt(DataOffset + within, target);
                break;
            case SparseChunkType.Fill:
                Span<byte> word = stackalloc byte[WordLength];
                sparse.ReadExactlyAt(DataOffset, word);
                Repeat(word, (int)(within % WordLength), target);
                break;
            default:
                target.Clear();
                break;
        }
    }

    /// <summary>Fills with a word, begun at one of its bytes; what is there already is doubled.</summary>
    private static void Repeat(ReadOnlySpan<byte> word, int first, Span<byte> target)
    {
        int done = Math.Min(WordLength, target.Length);
        for (int index = 0; index < done; index++)
            target[index] = word[(first + index) % WordLength];
        while (done < target.Length)
        {
            int count = Math.Min(done, target.Length - done);
            target[..count].CopyTo(target[done..]);
            done += count;
        }
    }
}
