// What lies at a byte of a file system: for a comparison that has found no other difference than this byte.
using System.Globalization;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Ext4;

internal static class Ext4Structures
{
    public static string At(Ext4Volume volume, long offset)
    {
        Superblock superblock = volume.Superblock;
        if (offset < Superblock.Start)
            return "boot block";
        if (offset < Superblock.Start + Superblock.Size)
            return string.Create(CultureInfo.InvariantCulture, $"superblock, byte 0x{offset - Superblock.Start:x}");
        long block = offset / superblock.BlockSize;
        if (block >= superblock.BlockCount)
            return "behind the end of the file system";
        long descriptors = Alignment.UnitsFor(superblock.GroupCount * superblock.DescriptorSize, superblock.BlockSize);
        if (block > superblock.FirstDataBlock && block <= superblock.FirstDataBlock + descriptors)
            return "group descriptors";
        // Groups may keep their tables in another one's blocks.
        for (uint group = 0; group < superblock.GroupCount; group++)
        {
            if (InGroup(volume, group, offset) is { } structure)
                return structure;
        }
        uint home = (uint)((block - superblock.FirstDataBlock) / superblock.BlocksPerGroup);
        long bit = (block - superblock.FirstDataBlock) % superblock.BlocksPerGroup * superblock.BlockSize
            / Math.Max(superblock.ClusterSize, superblock.BlockSize);
        var bitmap = new byte[superblock.BlockSize];
        volume.ReadBlocks(volume.ReadDescriptor(home).BlockBitmap, bitmap);
        bool isUsed = bit / 8 < bitmap.Length && (bitmap[bit / 8] & (1 << (int)(bit % 8))) != 0;
        return string.Create(
            CultureInfo.InvariantCulture, $"block {block}, {(isUsed ? "in use" : "which is free")}");
    }

    private static string? InGroup(Ext4Volume volume, uint group, long offset)
    {
        Superblock superblock = volume.Superblock;
        GroupDescriptor descriptor = volume.ReadDescriptor(group);
        long block = offset / superblock.BlockSize;
        if (block == descriptor.BlockBitmap)
            return string.Create(CultureInfo.InvariantCulture, $"block bitmap of group {group}");
        if (block == descriptor.InodeBitmap)
            return string.Create(CultureInfo.InvariantCulture, $"inode bitmap of group {group}");
        long index = (offset - descriptor.InodeTable * superblock.BlockSize) / superblock.InodeSize;
        if (block < descriptor.InodeTable || index >= superblock.InodesPerGroup)
            return null;
        long inode = ((long)group * superblock.InodesPerGroup) + index + 1;
        return string.Create(CultureInfo.InvariantCulture, $"inode {inode}");
    }
}
