// Reads Android sparse images that may be damaged or hostile: as a stream over what they stand for, or expanded into an
// image. The file must hold what its headers announce; chunks cost memory only for their headers.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.AndroidSparse;

/// <summary>Reads Android sparse images.</summary>
public static class AndroidSparseReader
{
    private const int CopyBufferLength = 1 << 20;

    /// <summary>Whether a file begins as an Android sparse image does.</summary>
    public static bool IsSparse(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == SparseHeader.Magic;

    /// <summary>Opens the image; checksums are not looked at.</summary>
    /// <param name="sparse">A seekable stream that must stay open.</param>
    /// <param name="limits">Most bytes of the image; null for <see cref="ReadLimits.Default"/>.</param>
    /// <exception cref="MalformedDataException">The headers contradict each other or the file.</exception>
    public static AndroidSparseStream Open(Stream sparse, ReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(sparse);
        var index = new SparseIndex(sparse, limits ?? ReadLimits.Default);
        return new(sparse, index.Chunks, index.Length) { CountsSkippedBytes = index.CountsSkippedBytes };
    }

    /// <summary>Writes the image out and verifies its checksums; zeros and "don't care" stay holes.</summary>
    /// <param name="sparse">A seekable stream.</param>
    /// <param name="image">A seekable stream; becomes as long as the image.</param>
    /// <param name="limits">Most bytes of the image; null for <see cref="ReadLimits.Default"/>.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <exception cref="MalformedDataException">The file is damaged or exceeds a limit.</exception>
    public static void Expand(
        Stream sparse, Stream image, ReadLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sparse);
        ArgumentNullException.ThrowIfNull(image);
        var index = new SparseIndex(sparse, limits ?? ReadLimits.Default);
        image.SetLength(0);
        image.SetLength(index.Length);
        var checksums = new Queue<(long End, uint Crc)>(index.Checksums);
        uint crc = 0;
        var buffer = new byte[CopyBufferLength];
        foreach (SparseChunk chunk in index.Chunks)
        {
            VerifyUpTo(chunk.Start, crc, checksums);
            image.Position = chunk.Start;
            bool isHole = chunk.Type == SparseChunkType.DontCare;
            for (long done = 0; done < chunk.Length && !(isHole && checksums.Count == 0);)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, chunk.Length - done));
                chunk.Read(sparse, done, part);
                if (checksums.Count > 0)
                    crc = Crc32.Append(crc, part);
                if (part.ContainsAnyExcept((byte)0))
                    image.Write(part);
                else
                    image.Position += part.Length;
                done += part.Length;
            }
        }
        VerifyUpTo(index.Length, crc, checksums);
    }

    private static void VerifyUpTo(long end, uint crc, Queue<(long End, uint Crc)> checksums)
    {
        while (checksums.TryPeek(out var expected) && expected.End <= end)
        {
            if (expected.Crc != crc)
                throw new MalformedDataException(expected.End,
                    $"the image's crc32 up to byte {expected.End} is {crc:x8}, {expected.Crc:x8} is stored");
            checksums.Dequeue();
        }
    }
}
