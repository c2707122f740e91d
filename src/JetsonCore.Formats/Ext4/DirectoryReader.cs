// Reads directories: see DirectoryEntryFormat.cs for the bytes. A hash tree needs no care: its blocks of index look
// like free entries to whoever reads all blocks one after the other.
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>A name and the inode behind it.</summary>
internal readonly record struct FoundEntry(string Name, uint InodeNumber);

/// <summary>Reads the entries of one directory.</summary>
/// <param name="volume">The file system.</param>
/// <param name="directory">The directory.</param>
/// <param name="budget">Counts what is read.</param>
internal sealed class DirectoryReader(Ext4Volume volume, Inode directory, ReadBudget budget)
{
    private const int InlineParentLength = 4, LongestLength = 65536;

    private readonly List<FoundEntry> _found = [];

    /// <summary>All entries but "." and "..", in the order of the directory.</summary>
    /// <exception cref="MalformedDataException">An entry is broken, or there are too many.</exception>
    public List<FoundEntry> Read(ImmutableArray<byte> inlineRest)
    {
        if ((directory.Flags & Inode.InlineDataFlag) != 0)
        {
            ReadEntries(directory.Map.Span[InlineParentLength..]);
            ReadEntries(inlineRest.AsSpan());
            return _found;
        }
        if (directory.Size < 0 || directory.Size % volume.BlockSize != 0)
            throw Broken($"has {directory.Size} bytes, which are no whole blocks");
        FileMap map = FileMap.Of(volume, directory);
        long blocks = directory.Size / volume.BlockSize;
        var block = new byte[volume.BlockSize];
        for (long index = 0; index < blocks;)
        {
            BlockRun run = map.Find(index);
            if (run.Physical == 0)
            {
                AddBlock();
                index = run.Count > blocks - index ? blocks : index + run.Count;
                continue;
            }
            for (long end = Math.Min(blocks, run.LogicalEnd); index < end; index++)
            {
                AddBlock();
                volume.ReadBlocks(run.Physical + index - run.Logical, block);
                ReadBlock(block);
            }
        }
        return _found;
    }

    /// <summary>
    /// All directories together have no more blocks than there are: a hostile map may name one again and again.
    /// </summary>
    private void AddBlock() => budget.AddDirectoryBlock(volume.Superblock.BlockCount);

    private void ReadBlock(ReadOnlySpan<byte> block)
    {
        if (volume.Checksum.Enabled)
            CheckTail(block);
        ReadEntries(block);
    }

    /// <summary>Blocks of an index have their checksum elsewhere, and nothing in them that is read here.</summary>
    private void CheckTail(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> tail = block[^DirectoryEntryFormat.TailLength..];
        bool hasTail = ReadUInt32LittleEndian(tail) == 0 && tail[7] == DirectoryEntryFormat.TailKind
            && ReadUInt16LittleEndian(tail[4..]) == DirectoryEntryFormat.TailLength;
        if (!hasTail && (directory.Flags & Inode.IndexFlag) == 0)
            throw Broken("has a block without a checksum");
        uint seed = volume.Checksum.FileSeed(directory.Number, directory.Generation);
        if (hasTail && ReadUInt32LittleEndian(tail[8..])
            != Crc32C.Append(seed, block[..^DirectoryEntryFormat.TailLength]))
            throw Broken("has a block with a wrong checksum");
    }

    private void ReadEntries(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < DirectoryEntryFormat.HeaderLength)
                throw Broken("ends within an entry");
            int length = ReadUInt16LittleEndian(bytes[4..]);
            if (volume.BlockSize == LongestLength && length is 0 or ushort.MaxValue)
                length = LongestLength;
            uint inode = ReadUInt32LittleEndian(bytes);
            int nameLength = bytes[6];
            if (length < DirectoryEntryFormat.HeaderLength || length % 4 != 0 || length > bytes.Length
                || (inode != 0 && nameLength > length - DirectoryEntryFormat.HeaderLength))
                throw Broken($"has an entry of {length} bytes for a name of {nameLength}");
            if (inode != 0)
                Add(inode, bytes.Slice(DirectoryEntryFormat.HeaderLength, nameLength));
            bytes = bytes[length..];
        }
    }

    private void Add(uint inode, ReadOnlySpan<byte> nameBytes)
    {
        if (nameBytes.SequenceEqual("."u8) || nameBytes.SequenceEqual(".."u8))
            return;
        budget.AddEntry(nameBytes.Length);
        string name = NodeName.Decode(nameBytes);
        if (!NodeName.IsValid(name))
            throw Broken($"has the impossible name \"{name}\"");
        _found.Add(new(name, inode));
    }

    private MalformedDataException Broken(string what) =>
        new(directory.Offset, $"directory in inode {directory.Number} {what}");
}
