// A partition as an Android sparse image for NVIDIA's boot loader: raw chunks for all blocks that the file system uses,
// also where they are zeros, "don't care" for the free ones. No fill chunks: whether R24's boot loader knows them is
// not known. A hole keeps what the eMMC held, so blocks in use may not be holes.
using JetsonCore.Content;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.Image;

namespace JetsonCore.Flash;

internal sealed class SparseForm
{
    private const int BlockSize = 4096;
    private const long RawChunkBytesMax = 64 << 20, HeaderLength = 28, ChunkHeaderLength = 12;

    private readonly FileContent _content;

    public SparseForm(PartitionFile partition, FileContent image)
    {
        IReadOnlyList<ContentRange> used = partition.Content is Ext4Content ? UsedBlocks(image)
            : image.Length > 0 ? [new(0, image.Length)] : [];
        _content = new(image.Length, image.Open, () => used);
        Length = HeaderLength;
        long at = 0;
        foreach (ContentRange range in _content.DataRanges(BlockSize))
        {
            long bytes = Alignment.UnitsFor(range.Length, BlockSize) * BlockSize;
            Length += (range.Start > at ? ChunkHeaderLength : 0)
                + Alignment.UnitsFor(bytes, RawChunkBytesMax) * ChunkHeaderLength + bytes;
            at = range.Start + bytes;
        }
        Length += at < image.Length ? ChunkHeaderLength : 0;
    }

    /// <summary>Bytes of the sparse image.</summary>
    public long Length { get; }

    /// <summary>Writes it.</summary>
    public void Write(Stream output, CancellationToken cancellation) => AndroidSparseWriter.Write(
        _content, output, new() { BlockSize = BlockSize, RawAndHolesOnly = true }, cancellation);

    private static IReadOnlyList<ContentRange> UsedBlocks(FileContent image)
    {
        using Stream stream = image.Open();
        return Ext4UsedBlocks.Of(stream);
    }
}
