// Writes the inode tables, and with each inode the blocks of its extent tree or block map, which end in the inode.
//
//   inode  1  bad blocks: none     2  root      7  resize_inode: blocks kept for group descriptors
//          8  journal             11  lost+found     others below 11: unused, all zero
//
// Inode 7 is a block map: its double indirect block lists the blocks behind the descriptors of group 0; each of these
// lists the blocks of the same meaning in the groups with a copy of the superblock.
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes inodes and what maps files.</summary>
/// <param name="plan">What is decided.</param>
/// <param name="tables">Takes the inode tables.</param>
/// <param name="maps">
/// Takes the blocks of maps, which lie elsewhere: two sinks write each their own in one piece.
/// </param>
internal sealed class InodeWriter(Ext4Plan plan, BlockSink tables, BlockSink maps)
{
    private const int DoubleIndirectSlot = IndirectMap.DirectCount + 1;

    private readonly Ext4Options _options = plan.Options;
    private readonly Geometry _geometry = plan.Geometry;
    private readonly MetadataChecksum _checksum = new(plan.Options.Features, plan.Options.Uuid);

    private byte[] _journalMap = new byte[Inode.MapLength];

    /// <summary>Writes all inodes; returns the journal's map, of which the superblock keeps a copy.</summary>
    public byte[] Write(CancellationToken cancellation)
    {
        var block = new byte[_options.BlockSize];
        int perBlock = _options.BlockSize / _options.InodeSize;
        uint number = 1;
        for (int group = 0; group < _geometry.GroupCount && number <= plan.Tree.LastNumber; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            uint groupEnd = (uint)Math.Min((long)(group + 1) * _geometry.InodesPerGroup, plan.Tree.LastNumber);
            for (long at = _geometry.InodeTable(group); number <= groupEnd; at++)
            {
                Array.Clear(block);
                for (int index = 0; index < perBlock && number <= groupEnd; index++, number++)
                    Write(number, block.AsSpan(index * _options.InodeSize, _options.InodeSize));
                tables.Write(at, block);
            }
        }
        tables.Flush();
        maps.Flush();
        return _journalMap;
    }

    private PlannedInode? Find(uint number) => number switch
    {
        Inode.Root => plan.Tree.Root,
        Inode.Resize => plan.Resize,
        Inode.Journal => plan.Journal,
        >= Inode.FirstOrdinary => plan.Tree.Inodes[(int)(number - Inode.FirstOrdinary)],
        _ => null,
    };

    private void Write(uint number, Span<byte> bytes)
    {
        if (number == Inode.BadBlocks)
        {
            Record(new(number, kind: 0, FileMetadata.File with
            {
                Permissions = 0,
                ModificationTime = _options.CreationTime,
            }), new byte[Inode.MapLength], 0).Write(bytes, _checksum);
        }
        else if (number == Inode.Resize && plan.Resize is { } resize)
        {
            Record(resize, WriteResizeMap(resize), ResizeBlocks()).Write(bytes, _checksum);
        }
        else if (Find(number) is { } inode)
        {
            byte[] map = inode.MapContent ?? WriteMap(inode);
            Record(inode, map, inode.BlockCount).Write(bytes, _checksum);
            if (number == Inode.Journal)
                _journalMap = map;
        }
    }

    private Inode Record(PlannedInode inode, byte[] map, long blocks)
    {
        FileMetadata metadata = inode.Metadata;
        var tail = new byte[ExtendedAttributes.RoomInInode(_options)];
        if (metadata.ExtendedAttributes.Count > 0)
            new ExtendedAttributes(metadata, tail.Length).WriteToInode(tail);
        return new()
        {
            Number = inode.Number,
            Mode = inode.Kind | metadata.Permissions,
            UserId = metadata.UserId,
            GroupId = metadata.GroupId,
            Size = inode.Size,
            ModificationTime = metadata.ModificationTime,
            CreationTime = _options.CreationTime,
            Links = inode.Links,
            Sectors = (ulong)blocks * (ulong)(_options.BlockSize / Inode.SectorSize),
            Flags = inode.Flags,
            AttributeBlock = inode.AttributeBlock,
            Map = map,
            Tail = tail,
        };
    }

    private byte[] WriteMap(PlannedInode inode)
    {
        IEnumerable<long> mapBlocks = inode.MapBlocks.SelectMany(Numbers);
        if ((inode.Flags & Inode.ExtentsFlag) == 0)
            return IndirectMap.Write(inode.Runs, mapBlocks, maps);
        uint? seed = _checksum.Enabled ? _checksum.FileSeed(inode.Number, generation: 0) : null;
        return ExtentMap.Write(inode.Runs, mapBlocks, seed, maps);
    }

    private byte[] WriteResizeMap(PlannedInode resize)
    {
        int perBlock = _options.BlockSize / sizeof(uint);
        var list = new byte[_options.BlockSize];
        int[] copies = [.. Enumerable.Range(1, _geometry.GroupCount - 1).Where(_geometry.HasSuperblock)];
        for (int index = 0; index < _geometry.ReservedDescriptorBlocks; index++)
        {
            long reserved = _geometry.FirstDataBlock + 1 + _geometry.DescriptorBlocks + index;
            int slot = (_geometry.DescriptorBlocks + index) % perBlock;
            WriteUInt32LittleEndian(list.AsSpan(slot * sizeof(uint)), (uint)reserved);
            var block = new byte[_options.BlockSize];
            for (int copy = 0; copy < copies.Length; copy++)
            {
                long twin = reserved + (long)copies[copy] * _geometry.BlocksPerGroup;
                WriteUInt32LittleEndian(block.AsSpan(copy * sizeof(uint)), (uint)twin);
            }
            maps.Write(reserved, block);
        }
        long doubleIndirect = resize.MapBlocks[0].Start;
        maps.Write(doubleIndirect, list);
        var map = new byte[Inode.MapLength];
        WriteUInt32LittleEndian(map.AsSpan(DoubleIndirectSlot * sizeof(uint)), (uint)doubleIndirect);
        return map;
    }

    private long ResizeBlocks()
    {
        int superblocks = Enumerable.Range(0, _geometry.GroupCount).Count(_geometry.HasSuperblock);
        return 1 + (long)_geometry.ReservedDescriptorBlocks * superblocks;
    }

    private static IEnumerable<long> Numbers(BlockRange range)
    {
        for (long number = range.Start; number < range.End; number++)
            yield return number;
    }
}
