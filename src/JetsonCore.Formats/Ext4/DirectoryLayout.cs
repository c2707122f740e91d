// Lays out a directory's entries in blocks. What fits one block, or may have no index, is linear, in ordinal order.
// Everything else is a hash tree of one or two levels, whose blocks are, in this order:
//
//   root    "." and ".." (whose length hides the rest)
//           0x18: 4 zero, 1 hash version, 1 length 8, 1 levels below the root, 1 zero, then the index:
//           2 entries possible, 2 entries, 4 first block; from the second on: 4 smallest hash, 4 block
//   nodes   (two levels only) a free entry of 8 bytes that spans the block, then the index as above
//   leaves  entries as in a linear block, sorted by hash
//
// A leaf whose first entry has the hash of the last one before it is listed with the hash's lowest bit set. With
// metadata_csum an index ends with 4 zero bytes and a CRC-32C.
// Spec: Linux Documentation/filesystems/ext4/directory.rst.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>One directory, arranged.</summary>
internal sealed class DirectoryLayout
{
    private const int DotLength = 12, RootIndexOffset = 0x20, NodeIndexOffset = 0x8, IndexEntryLength = 8;
    private const int RootVersionOffset = 0x1C, RootLengthOffset = 0x1D, RootLevelsOffset = 0x1E, IndexTailLength = 8;

    // New names find room in their leaf before it has to be split: a fifth of a block, the measure of e2fsck -D.
    private const int LeafFillPercent = 80;

    private readonly PlannedDirectory _directory;
    private readonly Ext4Options _options;
    private readonly List<Leaf> _leaves = [];
    private readonly PlannedEntry[] _entries;
    private readonly uint[] _hashes = [];

    public DirectoryLayout(PlannedDirectory directory, Ext4Options options)
    {
        (_directory, _options) = (directory, options);
        _entries = [.. directory.Entries];
        Pack(_entries, 2 * DotLength, Usable);
        if (_leaves.Count == 1 || !options.Has(Ext4Features.DirIndex))
            return;
        Leaf[] linear = [.. _leaves];
        (PlannedEntry[] entries, uint[] hashes) = SortByHash();
        Pack(entries, 0, Usable * LeafFillPercent / 100);
        NodeCount = _leaves.Count > RootCapacity ? (int)Alignment.UnitsFor(_leaves.Count, NodeCapacity) : 0;
        IsIndexed = NodeCount <= RootCapacity;
        if (IsIndexed)
        {
            (_entries, _hashes) = (entries, hashes);
            return;
        }
        _leaves = [.. linear];      // larger than two levels reach: the kernel would refuse new names, not old ones
        NodeCount = 0;
    }

    /// <summary>Whether it is a hash tree.</summary>
    public bool IsIndexed { get; }

    /// <summary>Blocks of the directory.</summary>
    public int BlockCount => IsIndexed ? 1 + NodeCount + _leaves.Count : Math.Max(_leaves.Count, _directory.BlocksMin);

    private int NodeCount { get; }

    private int BlockSize => _options.BlockSize;

    private bool Sealed => _options.Has(Ext4Features.MetadataCsum);

    private int Usable => BlockSize - (Sealed ? DirectoryEntryFormat.TailLength : 0);

    private int RootCapacity => (BlockSize - RootIndexOffset - (Sealed ? IndexTailLength : 0)) / IndexEntryLength;

    private int NodeCapacity => (BlockSize - NodeIndexOffset - (Sealed ? IndexTailLength : 0)) / IndexEntryLength;

    /// <summary>Writes all blocks.</summary>
    /// <param name="checksum">The file system's checksums.</param>
    /// <param name="write">Takes the blocks, from the first to the last.</param>
    public void Write(MetadataChecksum checksum, Action<byte[]> write)
    {
        uint seed = checksum.FileSeed(_directory.Number, generation: 0);
        if (IsIndexed)
            WriteIndex(seed, write);
        var block = new byte[BlockSize];
        for (int index = 0; index < _leaves.Count || (!IsIndexed && index < BlockCount); index++)
        {
            Array.Clear(block);
            Leaf leaf = index < _leaves.Count ? _leaves[index] : default;
            WriteLeaf(block, leaf, withDots: index == 0 && !IsIndexed);
            if (Sealed)
                DirectoryEntryFormat.Seal(block, seed);
            write(block);
        }
    }

    /// <summary>The entries by hash; names of equal hash stay in ordinal order.</summary>
    private (PlannedEntry[] Entries, uint[] Hashes) SortByHash()
    {
        var hash = new DirectoryHash(_options.HashSeed);
        var order = new (uint Major, uint Minor, int Index)[_entries.Length];
        for (int index = 0; index < order.Length; index++)
        {
            (uint major, uint minor) = hash.Of(_entries[index].Name);
            order[index] = (major, minor, index);
        }
        Array.Sort(order);
        return (Array.ConvertAll(order, at => _entries[at.Index]), Array.ConvertAll(order, at => at.Major));
    }

    private void Pack(PlannedEntry[] entries, int usedInFirst, int fill)
    {
        _leaves.Clear();
        int first = 0, used = usedInFirst;
        for (int index = 0; index < entries.Length; index++)
        {
            int length = DirectoryEntryFormat.LengthFor(entries[index].Name.Length);
            if (used + length > fill && used > 0)
            {
                _leaves.Add(new(first, index - first));
                (first, used) = (index, 0);
            }
            used += length;
        }
        _leaves.Add(new(first, entries.Length - first));
    }

    private void WriteLeaf(Span<byte> block, Leaf leaf, bool withDots)
    {
        int at = 0, lastAt = 0;
        if (withDots)
        {
            WriteDots(block);
            (at, lastAt) = (2 * DotLength, DotLength);
        }
        for (int index = leaf.First; index < leaf.First + leaf.Count; index++)
        {
            PlannedEntry entry = _entries[index];
            int length = DirectoryEntryFormat.LengthFor(entry.Name.Length);
            DirectoryEntryFormat.Write(block[at..], length, entry.Name, Target(entry.Target));
            (at, lastAt) = (at + length, at);
        }
        WriteUInt16LittleEndian(block[(lastAt + 4)..], (ushort)(Usable - lastAt));
    }

    private void WriteDots(Span<byte> block)
    {
        DirectoryEntryFormat.Write(block, DotLength, "."u8, Target(_directory));
        DirectoryEntryFormat.Write(block[DotLength..], DotLength, ".."u8, Target(_directory.Parent ?? _directory));
    }

    private DirectoryTarget Target(PlannedInode inode) => new(inode.Number,
        _options.Has(Ext4Features.FileType) ? DirectoryEntryFormat.KindCode(inode.Kind) : (byte)0);

    private void WriteIndex(uint seed, Action<byte[]> write)
    {
        IndexEntry[] leaves = [.. _leaves.Select((leaf, at) => new IndexEntry(HashFrom(leaf), 1 + NodeCount + at))];
        IndexEntry[][] nodes = NodeCount == 0 ? [] : [.. leaves.Chunk(NodeCapacity)];
        var root = new byte[BlockSize];
        WriteDots(root);
        WriteUInt16LittleEndian(root.AsSpan(DotLength + 4), (ushort)(BlockSize - DotLength));
        root[RootVersionOffset] = Superblock.HalfMd4;
        root[RootLengthOffset] = IndexEntryLength;
        root[RootLevelsOffset] = (byte)(NodeCount == 0 ? 0 : 1);
        IndexEntry[] top = NodeCount == 0
            ? leaves
            : [.. nodes.Select((node, index) => new IndexEntry(node[0].Hash, 1 + index))];
        WriteEntries(root, RootIndexOffset, top, seed);
        write(root);
        foreach (IndexEntry[] entries in nodes)
        {
            var node = new byte[BlockSize];
            WriteUInt16LittleEndian(node.AsSpan(4), (ushort)BlockSize);
            WriteEntries(node, NodeIndexOffset, entries, seed);
            write(node);
        }
    }

    private void WriteEntries(Span<byte> block, int offset, IndexEntry[] entries, uint seed)
    {
        int capacity = offset == RootIndexOffset ? RootCapacity : NodeCapacity;
        for (int index = 0; index < entries.Length; index++)
        {
            Span<byte> at = block[(offset + index * IndexEntryLength)..];
            WriteUInt32LittleEndian(at, entries[index].Hash);
            WriteUInt32LittleEndian(at[4..], (uint)entries[index].Block);
        }
        WriteUInt16LittleEndian(block[offset..], (ushort)capacity);         // in place of the first one's hash
        WriteUInt16LittleEndian(block[(offset + 2)..], (ushort)entries.Length);
        if (!Sealed)
            return;
        uint crc = Crc32C.Append(seed, block[..(offset + entries.Length * IndexEntryLength)]);
        crc = Crc32C.Append(crc, new byte[IndexTailLength]);                // the reserved word and the empty field
        WriteUInt32LittleEndian(block[(offset + capacity * IndexEntryLength + 4)..], crc);
    }

    private uint HashFrom(Leaf leaf)
    {
        uint hash = _hashes[leaf.First];
        return leaf.First > 0 && _hashes[leaf.First - 1] == hash ? hash | 1 : hash;
    }

    /// <summary>The entries of one block.</summary>
    private readonly record struct Leaf(int First, int Count);

    /// <summary>A line of an index: from this hash on, that block.</summary>
    private readonly record struct IndexEntry(uint Hash, int Block);
}
