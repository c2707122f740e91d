// Where a file's blocks lie, asked index by index while it is read: no list of them is ever made, so a hostile map
// costs no more memory than a few blocks, and no more time than what is read through it.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>The map of one file.</summary>
/// <param name="volume">The file system.</param>
internal abstract class FileMap(Ext4Volume volume)
{
    private readonly List<(long Block, byte[] Bytes)> _levels = [];

    protected Ext4Volume Volume { get; } = volume;

    /// <summary>The map of a file that has one.</summary>
    public static FileMap Of(Ext4Volume volume, Inode inode) =>
        (inode.Flags & Inode.ExtentsFlag) != 0 ? new ExtentFileMap(volume, inode) : new IndirectFileMap(volume, inode);

    /// <summary>
    /// The run of blocks, or the hole (physical 0), in which an index lies, from this index on. A run ends at the
    /// latest where the map's next entry begins; a hole may go on.
    /// </summary>
    /// <exception cref="MalformedDataException">The map is broken.</exception>
    public abstract BlockRun Find(long index);

    /// <summary>A block of the map itself; one is remembered for each level.</summary>
    /// <param name="level">0 for those that the inode names.</param>
    /// <param name="block">Its number.</param>
    /// <param name="check">Called when it was not remembered.</param>
    protected byte[] ReadNode(int level, long block, Action<byte[]>? check = null)
    {
        while (_levels.Count <= level)
            _levels.Add((-1, []));
        if (_levels[level].Block == block)
            return _levels[level].Bytes;
        var bytes = new byte[Volume.BlockSize];
        Volume.ReadBlocks(block, bytes);
        check?.Invoke(bytes);
        _levels[level] = (block, bytes);
        return bytes;
    }
}

/// <summary>A map of extents: see <see cref="ExtentMap"/> for the bytes.</summary>
internal sealed class ExtentFileMap : FileMap
{
    private readonly Inode _inode;

    public ExtentFileMap(Ext4Volume volume, Inode inode)
        : base(volume)
    {
        _inode = inode;
        CheckNode(inode.Map.Span, depth: -1, ExtentMap.RootEntries);
    }

    public override BlockRun Find(long index)
    {
        ReadOnlySpan<byte> node = _inode.Map.Span;
        long end = 1L << 32;
        if (index >= end)
            return new(index, 0, long.MaxValue - index);
        for (int level = 0; ; level++)
        {
            int depth = ReadUInt16LittleEndian(node[6..]);
            int entry = LastNotAfter(node, index);
            int count = ReadUInt16LittleEndian(node[2..]);
            if (entry + 1 < count)
                end = Math.Min(end, First(node, entry + 1));
            if (entry < 0)
                return Hole(index, end);
            ReadOnlySpan<byte> bytes = Entry(node, entry);
            if (depth == 0)
                return InExtent(bytes, index, end);
            long child = ReadUInt32LittleEndian(bytes[4..]) | (long)ReadUInt16LittleEndian(bytes[8..]) << 32;
            node = ReadNode(level, child, block => CheckBlock(block, child, depth - 1));
        }
    }

    /// <summary>
    /// A hole has at least its own block even if the nodes contradict each other about where it ends.
    /// </summary>
    private static BlockRun Hole(long index, long end) => new(index, 0, Math.Max(1, end - index));

    private static BlockRun InExtent(ReadOnlySpan<byte> bytes, long index, long end)
    {
        (long first, long start, int length, bool isWritten) = Extent(bytes);
        long into = index - first;
        if (into >= length)
            return Hole(index, end);
        return new(index, isWritten ? start + into : 0, length - into);
    }

    private static (long First, long Start, int Length, bool IsWritten) Extent(ReadOnlySpan<byte> bytes)
    {
        int length = ReadUInt16LittleEndian(bytes[4..]);
        bool isWritten = length <= ExtentMap.LengthMax;
        long start = ReadUInt32LittleEndian(bytes[8..]) | (long)ReadUInt16LittleEndian(bytes[6..]) << 32;
        return (ReadUInt32LittleEndian(bytes), start, isWritten ? length : length - ExtentMap.LengthMax, isWritten);
    }

    private static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> node, int entry) =>
        node.Slice(ExtentMap.HeaderLength + entry * ExtentMap.EntryLength, ExtentMap.EntryLength);

    private static long First(ReadOnlySpan<byte> node, int entry) => ReadUInt32LittleEndian(Entry(node, entry));

    private static int LastNotAfter(ReadOnlySpan<byte> node, long index)
    {
        int low = 0, high = ReadUInt16LittleEndian(node[2..]);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (First(node, middle) <= index)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    private void CheckBlock(ReadOnlySpan<byte> block, long number, int depth)
    {
        int capacity = ExtentMap.EntriesPerBlock(Volume.BlockSize);
        CheckNode(block, depth, capacity);
        if (!Volume.Checksum.Enabled)
            return;
        int tail = ExtentMap.HeaderLength + ReadUInt16LittleEndian(block[4..]) * ExtentMap.EntryLength;
        uint seed = Volume.Checksum.FileSeed(_inode.Number, _inode.Generation);
        if (tail > block.Length - sizeof(uint)
            || ReadUInt32LittleEndian(block[tail..]) != Crc32C.Append(seed, block[..tail]))
            throw new MalformedDataException(number * Volume.BlockSize,
                $"checksum of an extent block of inode {_inode.Number} is wrong");
    }

    /// <summary>Checks a node once, so that looking things up in it needs no care.</summary>
    private void CheckNode(ReadOnlySpan<byte> node, int depth, int capacity)
    {
        int count = ReadUInt16LittleEndian(node[2..]), countMax = ReadUInt16LittleEndian(node[4..]);
        int ownDepth = ReadUInt16LittleEndian(node[6..]);
        if (ReadUInt16LittleEndian(node) != ExtentMap.Magic || count > countMax || countMax > capacity
            || (depth < 0 ? ownDepth > ExtentMap.DepthMax : ownDepth != depth))
            throw Broken($"has {count} of {countMax} entries at depth {ownDepth}");
        long end = 0;
        for (int entry = 0; entry < count; entry++)
        {
            long first = First(node, entry);
            if (first < end)
                throw Broken($"has index {first} after {end}");
            end = first + 1;
            if (ownDepth > 0)
                continue;
            (_, long start, int length, _) = Extent(Entry(node, entry));
            end = first + length;
            if (length == 0 || end > 1L << 32 || !Volume.Contains(start, length))
                throw Broken($"maps {first} to {length} blocks from {start}");
        }
    }

    private MalformedDataException Broken(string what) =>
        new(_inode.Offset, $"extent tree of inode {_inode.Number} {what}");
}

/// <summary>A map of direct and indirect blocks: see <see cref="IndirectMap"/> for the bytes.</summary>
internal sealed class IndirectFileMap(Ext4Volume volume, Inode inode) : FileMap(volume)
{
    public override BlockRun Find(long index)
    {
        if (index < IndirectMap.DirectCount)
            return RunIn(inode.Map.Span[..(IndirectMap.DirectCount * sizeof(uint))], (int)index, index);
        long perBlock = Volume.BlockSize / sizeof(uint), first = IndirectMap.DirectCount, span = 1;
        for (int level = 1; level <= IndirectMap.Levels; level++)
        {
            span *= perBlock;
            if (index - first < span)
                return FindBelow(level, index, new(first, span));
            first += span;
        }
        return new(index, 0, long.MaxValue - index);
    }

    private BlockRun FindBelow(int levels, long index, BlockRange part)
    {
        uint number = Number(inode.Map.Span, IndirectMap.DirectCount + levels - 1);
        for (int level = 0; number != 0; level++)
        {
            byte[] node = ReadNode(level, number);
            long step = part.Count / (Volume.BlockSize / sizeof(uint));
            int entry = (int)((index - part.Start) / step);
            if (step == 1)
                return RunIn(node, entry, index);
            number = Number(node, entry);
            part = new(part.Start + entry * step, step);
        }
        return new(index, 0, part.End - index);
    }

    /// <summary>The blocks side by side, or the zeros, from an entry on.</summary>
    private BlockRun RunIn(ReadOnlySpan<byte> numbers, int entry, long index)
    {
        uint first = Number(numbers, entry);
        int count = 1;
        while (entry + count < numbers.Length / sizeof(uint)
            && Number(numbers, entry + count) == (first == 0 ? 0 : (long)first + count))
            count++;
        if (first != 0 && !Volume.Contains(first, count))
            throw new MalformedDataException(inode.Offset, $"block map of inode {inode.Number} names block {first}");
        return new(index, first, count);
    }

    private static uint Number(ReadOnlySpan<byte> numbers, int entry) =>
        ReadUInt32LittleEndian(numbers[(entry * sizeof(uint))..]);
}
