// Which blocks of a file hold something: what its content says of itself or, if asked for, what reading it tells.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Finds the holes of contents.</summary>
internal static class HoleFinder
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The runs of blocks that are no holes, ascending, their places not known yet.</summary>
    /// <exception cref="ArgumentException">The content's ranges are not ascending or not within it.</exception>
    public static List<BlockRun> DataBlocks(FileContent content, Ext4Options options)
    {
        var runs = new List<BlockRun>();
        long end = 0;
        foreach (ContentRange range in content.DataRanges())
        {
            if (range.Start < end || range.Length <= 0 || range.Length > content.Length - range.Start)
                throw new ArgumentException($"cannot use the ranges of a content of {content.Length} bytes: "
                    + $"{range.Length} bytes at {range.Start} come after {end}");
            end = range.Start + range.Length;
            Add(runs, range.Start / options.BlockSize, Alignment.UnitsFor(end, options.BlockSize));
        }
        return options.DetectZeroBlocks ? WithoutZeros(runs, content, options.BlockSize) : runs;
    }

    private static void Add(List<BlockRun> runs, long first, long end)
    {
        if (runs.Count > 0 && runs[^1].LogicalEnd >= first)
            runs[^1] = runs[^1] with { Count = Math.Max(runs[^1].LogicalEnd, end) - runs[^1].Logical };
        else
            runs.Add(new(first, 0, end - first));
    }

    private static List<BlockRun> WithoutZeros(List<BlockRun> runs, FileContent content, int blockSize)
    {
        var kept = new List<BlockRun>();
        var buffer = new byte[BufferBytes];
        using var reader = new ContentReader(content);
        foreach (BlockRun run in runs)
        {
            for (long block = run.Logical; block < run.LogicalEnd;)
            {
                int wanted = (int)Math.Min((run.LogicalEnd - block) * blockSize, buffer.Length);
                reader.Read(block * blockSize, buffer.AsSpan(0, wanted));
                for (int at = 0; at < wanted; at += blockSize, block++)
                {
                    if (buffer.AsSpan(at, blockSize).ContainsAnyExcept((byte)0))
                        Add(kept, block, block + 1);
                }
            }
        }
        return kept;
    }
}
