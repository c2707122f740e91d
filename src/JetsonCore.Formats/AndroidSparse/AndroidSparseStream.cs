// An Android sparse image seen as the image that it stands for: seekable, so that partitions and files in it can be
// read without unpacking it. Opening reads the chunk headers only; checksums are verified by AndroidSparseReader.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.AndroidSparse;

/// <summary>A read-only view of the image inside an Android sparse image.</summary>
public sealed class AndroidSparseStream : SeekableReadStream
{
    private readonly Stream _sparse;
    private readonly List<SparseChunk> _chunks;
    private int _current;

    internal AndroidSparseStream(Stream sparse, List<SparseChunk> chunks, long length)
    {
        (_sparse, _chunks) = (sparse, chunks);
        Length = length;
    }

    /// <summary>
    /// Whether the lengths of "don't care" chunks count what they skip: NVIDIA's dialect, which AOSP's simg2img
    /// refuses.
    /// </summary>
    public bool CountsSkippedBytes { get; internal init; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        SparseChunk chunk = FindChunk();
        long within = Position - chunk.Start;
        int count = (int)Math.Min(buffer.Length, chunk.Length - within);
        chunk.Read(_sparse, within, buffer[..count]);
        Position += count;
        return count;
    }

    private SparseChunk FindChunk()
    {
        SparseChunk chunk = _chunks[_current];
        if (Position >= chunk.Start && Position < chunk.Start + chunk.Length)
            return chunk;
        (int low, int high) = (0, _chunks.Count - 1);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _chunks[middle].Start <= Position ? (middle, high) : (low, middle - 1);
        }
        _current = low;
        return _chunks[low];
    }
}
