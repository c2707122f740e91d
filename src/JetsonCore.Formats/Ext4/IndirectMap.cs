// How ext2 and ext3 map a file: 15 block numbers in the inode. The first 12 are the file's first blocks; number 13 is a
// block full of numbers ("indirect"), number 14 a block full of numbers of such blocks, number 15 one level more. A
// zero anywhere is a hole of all that would hang below it.
// Spec: Linux Documentation/filesystems/ext4/ifork.rst, section "Direct/Indirect Block Addressing".
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes block maps.</summary>
internal sealed class IndirectMap
{
    public const int DirectCount = 12, Levels = 3;

    private readonly IReadOnlyList<BlockRun> _runs;
    private readonly int _blockSize;
    private int _run;

    private IndirectMap(IReadOnlyList<BlockRun> runs, int blockSize) => (_runs, _blockSize) = (runs, blockSize);

    /// <summary>Blocks that a file can have.</summary>
    public static long BlocksMax(int blockSize)
    {
        long perBlock = blockSize / sizeof(uint);
        return DirectCount + perBlock + perBlock * perBlock + perBlock * perBlock * perBlock;
    }

    /// <summary>Blocks full of numbers that a file's map needs.</summary>
    public static long BlocksFor(IReadOnlyList<BlockRun> runs, int blockSize)
    {
        long perBlock = blockSize / sizeof(uint), blocks = 0, first = DirectCount, span = 1;
        for (int level = 1; level <= Levels; level++)
        {
            span *= perBlock;
            for (long unit = perBlock; unit <= span; unit *= perBlock)
                blocks += Touched(runs, new(first, span), unit);
            first += span;
        }
        return blocks;
    }

    /// <summary>Writes the map's blocks and returns the 15 numbers for the inode.</summary>
    /// <param name="runs">The file's blocks.</param>
    /// <param name="mapBlocks">As many blocks as <see cref="BlocksFor"/> says.</param>
    /// <param name="sink">Takes the blocks.</param>
    public static byte[] Write(IReadOnlyList<BlockRun> runs, IEnumerable<long> mapBlocks, BlockSink sink)
    {
        using IEnumerator<long> blocks = mapBlocks.GetEnumerator();
        var map = new IndirectMap(runs, sink.BlockSize);
        var numbers = new byte[Inode.MapLength];
        for (int index = 0; index < DirectCount; index++)
            WriteUInt32LittleEndian(numbers.AsSpan(index * sizeof(uint)), map.Number(index));
        long first = DirectCount, span = 1;
        for (int level = 1; level <= Levels; level++)
        {
            span *= sink.BlockSize / sizeof(uint);
            uint number = map.WriteTree(new(first, span), blocks, sink);
            WriteUInt32LittleEndian(numbers.AsSpan((DirectCount + level - 1) * sizeof(uint)), number);
            first += span;
        }
        return numbers;
    }

    /// <summary>
    /// How many units of <paramref name="unit"/> indices, counted from the start of the part, hold blocks.
    /// </summary>
    private static long Touched(IReadOnlyList<BlockRun> runs, BlockRange part, long unit)
    {
        long count = 0, last = -1;
        foreach (BlockRun run in runs)
        {
            long start = Math.Max(run.Logical, part.Start), end = Math.Min(run.LogicalEnd, part.End);
            if (start >= end)
                continue;
            long firstUnit = Math.Max((start - part.Start) / unit, last + 1);
            long lastUnit = (end - 1 - part.Start) / unit;
            count += Math.Max(0, lastUnit - firstUnit + 1);
            last = Math.Max(last, lastUnit);
        }
        return count;
    }

    private uint WriteTree(BlockRange indices, IEnumerator<long> blocks, BlockSink sink)
    {
        if (Touched(_runs, indices, indices.Count) == 0)
            return 0;
        blocks.MoveNext();
        long own = blocks.Current;
        int perBlock = _blockSize / sizeof(uint);
        long step = indices.Count / perBlock;
        var node = new byte[_blockSize];
        for (int entry = 0; entry < perBlock; entry++)
        {
            long first = indices.Start + entry * step;
            uint number = step == 1 ? Number(first) : WriteTree(new(first, step), blocks, sink);
            WriteUInt32LittleEndian(node.AsSpan(entry * sizeof(uint)), number);
        }
        sink.Write(own, node);
        return (uint)own;
    }

    /// <summary>The block of an index, 0 in a hole; asked for in ascending order.</summary>
    private uint Number(long index)
    {
        while (_run < _runs.Count && _runs[_run].LogicalEnd <= index)
            _run++;
        return _run < _runs.Count && _runs[_run].Logical <= index
            ? (uint)(_runs[_run].Physical + (index - _runs[_run].Logical))
            : 0;
    }
}
