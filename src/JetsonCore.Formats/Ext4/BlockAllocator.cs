// Hands out the free blocks of a new file system from the first to the last, without a gap: what is in use is then
// known from one number, and writing goes forward through the image. When they run out it goes on counting, so that
// the number of missing blocks is known in the end.
namespace JetsonCore.Formats.Ext4;

/// <summary>The free blocks, in order.</summary>
internal sealed class BlockAllocator
{
    private readonly IEnumerator<BlockRange> _free;
    private readonly long _blockCount;
    private BlockRange _rest;

    public BlockAllocator(Geometry geometry)
    {
        _free = geometry.Free().GetEnumerator();
        _blockCount = geometry.BlockCount;
        FreeBlocks = _blockCount - geometry.MetadataBlocks;
        End = geometry.FirstDataBlock;
    }

    /// <summary>Blocks not handed out yet; below zero: so many more than there are were handed out.</summary>
    public long FreeBlocks { get; private set; }

    /// <summary>All blocks before this one are in use.</summary>
    public long End { get; private set; }

    /// <summary>The next blocks in a row: <paramref name="count"/>, or fewer if metadata come in between.</summary>
    public BlockRange TakeRow(long count)
    {
        while (_rest.Count == 0)
        {
            _rest = _free.MoveNext() ? _free.Current : new(Math.Max(_blockCount, End), count);
        }
        var taken = new BlockRange(_rest.Start, Math.Min(count, _rest.Count));
        _rest = new(taken.End, _rest.Count - taken.Count);
        FreeBlocks -= taken.Count;
        End = taken.End;
        return taken;
    }

    /// <summary>The next <paramref name="count"/> blocks, in as many rows as it takes.</summary>
    public BlockRange[] Take(long count)
    {
        if (count == 0)
            return [];
        var rows = new List<BlockRange>();
        while (count > 0)
        {
            BlockRange row = TakeRow(count);
            rows.Add(row);
            count -= row.Count;
        }
        return [.. rows];
    }

    /// <summary>Gives the indices of a file's runs their blocks.</summary>
    public BlockRun[] Place(IReadOnlyList<BlockRun> wanted)
    {
        if (wanted is [{ } only] && only.Count <= _rest.Count)
            return [only with { Physical = TakeRow(only.Count).Start }];       // most files: no lists for them
        var placed = new List<BlockRun>(wanted.Count);
        foreach (BlockRun run in wanted)
        {
            for (long done = 0; done < run.Count;)
            {
                BlockRange row = TakeRow(run.Count - done);
                Append(placed, new(run.Logical + done, row.Start, row.Count));
                done += row.Count;
            }
        }
        return [.. placed];
    }

    private static void Append(List<BlockRun> runs, BlockRun next)
    {
        bool continues = runs.Count > 0 && runs[^1].LogicalEnd == next.Logical
            && runs[^1].Physical + runs[^1].Count == next.Physical;
        if (continues)
            runs[^1] = runs[^1] with { Count = runs[^1].Count + next.Count };
        else
            runs.Add(next);
    }
}
