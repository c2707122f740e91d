// How ext4 maps a file: a tree of extents whose root is in the inode. Every node is a header, then entries:
//
//   header  0 2 magic 0xF30A   2 2 entries   4 2 entries possible   6 2 depth (0: leaf)   8 4 generation
//   index   0 4 first index    4 4 node's block   8 2 upper 16 bits   10 2 unused
//   extent  0 4 first index    4 2 length         6 2 upper 16 bits of the block   8 4 block
//
// The root has room for 4 entries, a block for (block size - 12) / 12; with metadata_csum a CRC-32C follows the last
// possible entry. Linux makes trees of a depth of at most 5, other programs deeper ones. An extent has at most 32768
// blocks; a length above means so many less, unwritten, read as zeros.
// Spec: Linux Documentation/filesystems/ext4/ifork.rst.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes extent trees, filled to the brim: nothing is to be inserted while an image is made.</summary>
internal static class ExtentMap
{
    public const ushort Magic = 0xF30A;
    public const int EntryLength = 12, HeaderLength = 12, LengthMax = 32768, DepthMax = 32;
    public const int RootEntries = (Inode.MapLength - HeaderLength) / EntryLength;

    /// <summary>Blocks of the tree itself, without the root.</summary>
    public static long BlocksFor(IReadOnlyList<BlockRun> runs, int blockSize)
    {
        long blocks = 0;
        long level = runs.Sum(run => Alignment.UnitsFor(run.Count, LengthMax));
        while (level > RootEntries)
        {
            level = Alignment.UnitsFor(level, EntriesPerBlock(blockSize));
            blocks += level;
        }
        return blocks;
    }

    /// <summary>Writes the tree's blocks and returns the root for the inode.</summary>
    /// <param name="runs">The file's blocks.</param>
    /// <param name="treeBlocks">As many blocks as <see cref="BlocksFor"/> says.</param>
    /// <param name="fileSeed">The seed of the file's checksums; null without them.</param>
    /// <param name="sink">Takes the blocks.</param>
    public static byte[] Write(
        IReadOnlyList<BlockRun> runs, IEnumerable<long> treeBlocks, uint? fileSeed, BlockSink sink)
    {
        using IEnumerator<long> blocks = treeBlocks.GetEnumerator();
        List<BlockRun> entries = Extents(runs);
        int depth = 0;
        while (entries.Count > RootEntries)
        {
            var parents = new List<BlockRun>();
            foreach (BlockRun[] part in entries.Chunk(EntriesPerBlock(sink.BlockSize)))
            {
                blocks.MoveNext();
                var node = new byte[sink.BlockSize];
                WriteNode(node, part, depth, EntriesPerBlock(sink.BlockSize));
                if (fileSeed is { } seed)
                {
                    int tail = HeaderLength + EntriesPerBlock(sink.BlockSize) * EntryLength;
                    WriteUInt32LittleEndian(node.AsSpan(tail), Crc32C.Append(seed, node.AsSpan(0, tail)));
                }
                sink.Write(blocks.Current, node);
                parents.Add(new(part[0].Logical, blocks.Current, 0));
            }
            entries = parents;
            depth++;
        }
        var root = new byte[Inode.MapLength];
        WriteNode(root, entries, depth, RootEntries);
        return root;
    }

    /// <summary>Entries of a node outside the inode.</summary>
    public static int EntriesPerBlock(int blockSize) => (blockSize - HeaderLength) / EntryLength;

    private static List<BlockRun> Extents(IReadOnlyList<BlockRun> runs)
    {
        var extents = new List<BlockRun>(runs.Count);
        foreach (BlockRun run in runs)
        {
            for (long done = 0; done < run.Count; done += LengthMax)
                extents.Add(new(run.Logical + done, run.Physical + done, Math.Min(LengthMax, run.Count - done)));
        }
        return extents;
    }

    private static void WriteNode(Span<byte> node, IReadOnlyList<BlockRun> entries, int depth, int capacity)
    {
        WriteUInt16LittleEndian(node, Magic);
        WriteUInt16LittleEndian(node[2..], (ushort)entries.Count);
        WriteUInt16LittleEndian(node[4..], (ushort)capacity);
        WriteUInt16LittleEndian(node[6..], (ushort)depth);
        Span<byte> at = node[HeaderLength..];
        foreach (BlockRun entry in entries)
        {
            WriteUInt32LittleEndian(at, (uint)entry.Logical);
            uint low = (uint)(entry.Physical & uint.MaxValue);
            ushort high = (ushort)(entry.Physical >> 32);
            if (depth == 0)
            {
                WriteUInt16LittleEndian(at[4..], (ushort)entry.Count);
                WriteUInt16LittleEndian(at[6..], high);
                WriteUInt32LittleEndian(at[8..], low);
            }
            else
            {
                WriteUInt32LittleEndian(at[4..], low);
                WriteUInt16LittleEndian(at[8..], high);
            }
            at = at[EntryLength..];
        }
    }
}
