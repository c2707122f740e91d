// Turns an image into an Android sparse image: blocks of one repeated word become fill chunks, the rest raw chunks.
// Zeros are filled too, unless the caller says that the target is blank: "don't care" leaves what a flash held before.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.AndroidSparse;

/// <summary>How an Android sparse image shall be made.</summary>
public sealed record AndroidSparseOptions
{
    /// <summary>Bytes of a block: a multiple of 4.</summary>
    public int BlockSize { get; init; } = 4096;

    /// <summary>Whether blocks of zeros become "don't care" chunks: only for targets that are blank.</summary>
    public bool ZerosAreDontCare { get; init; }

    /// <summary>
    /// Whether all blocks of the content's data ranges are raw chunks and all between them "don't care": for flash
    /// tools that know no other chunks, with an image whose holes may hold anything.
    /// </summary>
    public bool RawAndHolesOnly { get; init; }

    /// <summary>Whether a checksum of the image is added, in a chunk at the end and in the header.</summary>
    public bool Checksum { get; init; }
}

/// <summary>Writes Android sparse images.</summary>
public static class AndroidSparseWriter
{
    private const int CopyBufferLength = 1 << 20;

    /// <summary>Writes an image; a last block that is not whole is filled up with zeros.</summary>
    /// <param name="image">The image; its holes are not read.</param>
    /// <param name="output">A seekable, empty stream.</param>
    /// <param name="options">Block size and what becomes of zeros.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <exception cref="ArgumentException">The block size is not possible, or there are too many blocks.</exception>
    /// <exception cref="MalformedDataException">The image ends before its length.</exception>
    public static void Write(
        FileContent image, Stream output, AndroidSparseOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        if (options.BlockSize is <= 0 or > SparseHeader.BlockSizeMax || options.BlockSize % 4 != 0)
            throw new ArgumentException($"cannot use blocks of {options.BlockSize} bytes: they are no multiple of 4");
        long blockCount = Alignment.UnitsFor(image.Length, options.BlockSize);
        if (blockCount > uint.MaxValue)
            throw new ArgumentException($"cannot number {blockCount} blocks: {uint.MaxValue} are the most");
        output.Position = SparseHeader.Size;
        var chunks = new SparseChunkWriter(output, options);
        using (Stream source = image.Open())
        {
            long nextBlock = 0;
            foreach (ContentRange range in image.DataRanges(options.BlockSize))
            {
                chunks.AddZeros((range.Start / options.BlockSize) - nextBlock);
                CopyBlocks(source, range, chunks, cancellation);
                nextBlock = Alignment.UnitsFor(range.Start + range.Length, options.BlockSize);
            }
            chunks.AddZeros(blockCount - nextBlock);
        }
        chunks.Finish();
        Span<byte> header = stackalloc byte[SparseHeader.Size];
        new SparseHeader
        {
            BlockSize = options.BlockSize,
            BlockCount = (uint)blockCount,
            ChunkCount = chunks.Count,
            Checksum = chunks.Checksum,
        }.Encode(header);
        output.Position = 0;
        output.Write(header);
        output.Position = output.Length;
    }

    private static void CopyBlocks(
        Stream source, ContentRange range, SparseChunkWriter chunks, CancellationToken cancellation)
    {
        int blockSize = chunks.BlockSize;
        var buffer = new byte[Math.Max(1, CopyBufferLength / blockSize) * blockSize];
        source.Position = range.Start;
        for (long done = 0; done < range.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(buffer.Length, range.Length - done);
            int read = source.ReadAtLeast(buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            if (read < wanted)
                throw new MalformedDataException(range.Start + done + read, "the image ends before its length");
            int whole = (int)Alignment.UnitsFor(read, blockSize) * blockSize;
            buffer.AsSpan(read..whole).Clear();     // the last block of the image
            for (int at = 0; at < whole; at += blockSize)
                chunks.AddBlock(buffer.AsSpan(at, blockSize));
            done += read;
        }
    }
}
