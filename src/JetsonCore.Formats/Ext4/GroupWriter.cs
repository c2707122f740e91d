// Writes what the file system knows of itself: bitmaps, group descriptors, superblocks and their copies.
//
// Bitmaps have a bit for each block or inode, the first in the lowest bit of the first byte; bits behind the last block
// or inode of a group are set. A group without files has the flag "inodes uninitialized" where descriptors have
// checksums: its inode bitmap is not looked at. All inode tables are zeroed from the start.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes bitmaps, descriptors and superblocks.</summary>
/// <param name="plan">What is decided.</param>
/// <param name="journalMap">The map of the journal's inode.</param>
/// <param name="sink">Takes the blocks.</param>
internal sealed class GroupWriter(Ext4Plan plan, byte[] journalMap, BlockSink sink)
{
    private const int Kibi = 1024;

    private readonly Geometry _geometry = plan.Geometry;
    private readonly Ext4Options _options = plan.Options;
    private readonly MetadataChecksum _checksum = new(plan.Options.Features, plan.Options.Uuid);
    private int _metadataIndex;

    public void Write(CancellationToken cancellation)
    {
        var descriptors = new byte[_geometry.DescriptorBlocks * _options.BlockSize];
        int[] directories = DirectoriesPerGroup();
        for (int group = 0; group < _geometry.GroupCount; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            GroupDescriptor descriptor = WriteBitmaps(group, directories[group]);
            int size = _geometry.DescriptorSize;
            descriptor.Write(descriptors.AsSpan(group * size, size), (uint)group, _checksum);
        }
        Superblock superblock = MakeSuperblock();
        for (int group = 0; group < _geometry.GroupCount; group++)
        {
            if (!_geometry.HasSuperblock(group))
                continue;
            WriteSuperblock(superblock, group);
            sink.Write(_geometry.GroupStart(group) + 1, descriptors);
        }
        sink.Flush();
    }

    private int[] DirectoriesPerGroup()
    {
        var counts = new int[_geometry.GroupCount];
        foreach (PlannedInode inode in plan.Tree.Inodes.Append(plan.Tree.Root))
        {
            if (inode is PlannedDirectory)
                counts[(inode.Number - 1) / (uint)_geometry.InodesPerGroup]++;
        }
        return counts;
    }

    private GroupDescriptor WriteBitmaps(int group, int directories)
    {
        var blocks = new byte[_options.BlockSize];
        int usedBlocks = MarkBlocks(group, blocks);
        sink.Write(_geometry.BlockBitmap(group), blocks);
        long before = (long)group * _geometry.InodesPerGroup;
        int usedInodes = (int)Math.Clamp(plan.Tree.LastNumber - before, 0, _geometry.InodesPerGroup);
        bool skipInodes = usedInodes == 0 && _checksum.CoversDescriptors;
        var inodes = new byte[_options.BlockSize];
        Mark(inodes, 0, usedInodes);
        Mark(inodes, _geometry.InodesPerGroup, _geometry.BlocksPerGroup);
        if (!skipInodes)
            sink.Write(_geometry.InodeBitmap(group), inodes);
        return new()
        {
            BlockBitmap = _geometry.BlockBitmap(group),
            InodeBitmap = _geometry.InodeBitmap(group),
            InodeTable = _geometry.InodeTable(group),
            FreeBlocks = _geometry.GroupBlocks(group) - usedBlocks,
            FreeInodes = _geometry.InodesPerGroup - usedInodes,
            Directories = directories,
            Flags = (ushort)(!_checksum.CoversDescriptors ? 0
                : GroupDescriptor.InodeTableZeroed | (skipInodes ? GroupDescriptor.InodesUninitialized : 0)),
            UnusedInodes = _geometry.InodesPerGroup - usedInodes,
            BlockBitmapChecksum = _checksum.Enabled ? Crc32C.Append(_checksum.Seed, blocks) : 0,
            InodeBitmapChecksum = _checksum.Enabled && !skipInodes
                ? Crc32C.Append(_checksum.Seed, inodes.AsSpan(0, _geometry.InodesPerGroup / 8))
                : 0,
        };
    }

    /// <summary>
    /// Sets the bits of a group's blocks in use and of those that it does not have; counts the former.
    /// </summary>
    private int MarkBlocks(int group, byte[] bitmap)
    {
        long start = _geometry.GroupStart(group), end = start + _geometry.GroupBlocks(group);
        long contentEnd = Math.Clamp(plan.AllocationEnd, start, end);
        Mark(bitmap, 0, (int)(contentEnd - start));
        long used = contentEnd - start;
        while (_metadataIndex < _geometry.Metadata.Count && _geometry.Metadata[_metadataIndex].End <= start)
            _metadataIndex++;
        foreach (BlockRange range in _geometry.Metadata.Skip(_metadataIndex).TakeWhile(range => range.Start < end))
        {
            long from = Math.Max(range.Start, contentEnd), to = Math.Min(range.End, end);
            if (from >= to)
                continue;
            Mark(bitmap, (int)(from - start), (int)(to - start));
            used += to - from;
        }
        Mark(bitmap, (int)(end - start), _geometry.BlocksPerGroup);
        return (int)used;
    }

    private static void Mark(byte[] bitmap, int from, int to)
    {
        for (; from < to && from % 8 != 0; from++)
            bitmap[from / 8] |= (byte)(1 << (from % 8));
        for (; to - from >= 8; from += 8)
            bitmap[from / 8] = byte.MaxValue;
        for (; from < to; from++)
            bitmap[from / 8] |= (byte)(1 << (from % 8));
    }

    private Superblock MakeSuperblock() => new()
    {
        InodeCount = (uint)_geometry.InodeCount,
        BlockCount = _geometry.BlockCount,
        ReservedBlocks = plan.ReservedBlocks,
        FreeBlocks = plan.FreeBlocks,
        FreeInodes = (uint)plan.FreeInodes,
        FirstDataBlock = (uint)_geometry.FirstDataBlock,
        BlockSize = _options.BlockSize,
        BlocksPerGroup = (uint)_geometry.BlocksPerGroup,
        InodesPerGroup = (uint)_geometry.InodesPerGroup,
        State = Superblock.StateClean,
        Revision = Superblock.RevisionDynamic,
        InodeSize = _options.InodeSize,
        Features = _options.Features,
        Uuid = _options.Uuid,
        Label = _options.Label,
        ReservedDescriptorBlocks = _geometry.ReservedDescriptorBlocks,
        HashSeed = _options.HashSeed,
        HashVersion = Superblock.HalfMd4,
        DescriptorSize = _geometry.DescriptorSize,
        CreationTime = _options.CreationTime.UnixSeconds,
        WriteTime = _options.CreationTime.UnixSeconds,
        JournalBackup = JournalBackup(),
        Flags = Superblock.SignedHash,
        LogGroupsPerFlex = _geometry.LogGroupsPerFlex,
        KibibytesWritten = (ulong)(plan.UsedBlocks * _options.BlockSize / Kibi),
        Overhead = (uint)(_geometry.MetadataBlocks + (plan.Journal?.Runs.Sum(run => run.Count) ?? 0)),
    };

    private byte[] JournalBackup()
    {
        var backup = new byte[Superblock.JournalBackupLength];
        if (plan.Journal is not { } journal)
            return backup;
        journalMap.CopyTo(backup);
        WriteUInt32LittleEndian(backup.AsSpan(Inode.MapLength), (uint)(journal.Size >> 32));
        WriteUInt32LittleEndian(backup.AsSpan(Inode.MapLength + 4), (uint)(journal.Size & uint.MaxValue));
        return backup;
    }

    private void WriteSuperblock(Superblock superblock, int group)
    {
        var block = new byte[_options.BlockSize];
        int at = group == 0 && _options.BlockSize > Superblock.Start ? Superblock.Start : 0;
        superblock.Write(block.AsSpan(at, Superblock.Size), group);
        sink.Write(_geometry.GroupStart(group), block);
    }
}
