// Which blocks of an ext4 image are in use, by its block bitmaps: what a copy must bring along, also where it is zeros
// (inode tables, journals). The rest may hold anything.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Finds the used blocks of file systems.</summary>
public static class Ext4UsedBlocks
{
    private const ushort BlocksUninitialized = 2;       // the bitmap is not there: the whole group is taken

    /// <summary>The runs of used blocks, ascending and apart, and what is in front of and behind the system.</summary>
    /// <param name="image">A seekable stream over the image.</param>
    /// <exception cref="MalformedDataException">It is no ext4 image, or damaged.</exception>
    public static IReadOnlyList<ContentRange> Of(Stream image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Ext4Volume volume = Ext4Volume.Open(image);
        Superblock superblock = volume.Superblock;
        if (superblock.Has(Ext4Features.BigAlloc))
            throw new MalformedDataException(Superblock.Start, "clusters of blocks are not supported");
        int blockSize = volume.BlockSize;
        var ranges = new List<ContentRange>();
        if (superblock.FirstDataBlock > 0)
            Add(ranges, 0, (long)superblock.FirstDataBlock * blockSize);
        var bitmap = new byte[blockSize];
        for (uint group = 0; group < superblock.GroupCount; group++)
        {
            long first = superblock.FirstDataBlock + (long)group * superblock.BlocksPerGroup;
            long count = Math.Min(superblock.BlocksPerGroup, superblock.BlockCount - first);
            GroupDescriptor descriptor = volume.ReadDescriptor(group);
            if ((descriptor.Flags & BlocksUninitialized) != 0)
            {
                Add(ranges, first * blockSize, count * blockSize);
                continue;
            }
            volume.ReadBlocks(descriptor.BlockBitmap, bitmap);
            for (int bit = 0; bit < count; bit++)
            {
                if ((bitmap[bit / 8] & (1 << (bit % 8))) != 0)
                    Add(ranges, (first + bit) * blockSize, blockSize);
            }
        }
        long end = superblock.BlockCount * blockSize;
        if (image.Length > end)
            Add(ranges, end, image.Length - end);
        return ranges;
    }

    private static void Add(List<ContentRange> ranges, long start, long length)
    {
        if (ranges.Count > 0 && ranges[^1].Start + ranges[^1].Length == start)
            ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + length };
        else
            ranges.Add(new(start, length));
    }
}
