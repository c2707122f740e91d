// A file system as text, for people and for golden files.
using System.Globalization;

namespace JetsonCore.Formats.Ext4;

/// <summary>Describes ext2, ext3 and ext4 file systems.</summary>
public static class Ext4Inspector
{
    private const int GroupsShown = 16;

    /// <summary>Writes what the superblock and the first groups say as lines of text.</summary>
    /// <exception cref="Binary.MalformedDataException">A group descriptor is broken.</exception>
    public static void Describe(Ext4Reader reader, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        Superblock superblock = reader.Superblock;
        string state = reader.NeedsRecovery
            ? "journal to be played back, as is done here"
            : reader.IsClean ? "clean" : "not clean";
        writer.WriteLine($"{Name(superblock)}, label \"{superblock.Label}\", {state}");
        writer.WriteLine($"uuid {superblock.Uuid}, hash seed {superblock.HashSeed}");
        writer.WriteLine($"features {Ext4FeatureNames.Describe(superblock.Features)}");
        writer.WriteLine($"made {Time(superblock.CreationTime)}, written {Time(superblock.WriteTime)}");
        writer.WriteLine($"{superblock.BlockCount} blocks of {superblock.BlockSize} bytes, "
            + $"{superblock.FreeBlocks} free, {superblock.ReservedBlocks} of them for root only");
        writer.WriteLine($"{superblock.InodeCount} inodes of {superblock.InodeSize} bytes, "
            + $"{superblock.FreeInodes} free");
        writer.WriteLine($"{superblock.GroupCount} groups of {superblock.BlocksPerGroup} blocks and "
            + $"{superblock.InodesPerGroup} inodes, {superblock.ReservedDescriptorBlocks} blocks kept for descriptors");
        for (uint group = 0; group < Math.Min(GroupsShown, superblock.GroupCount); group++)
            DescribeGroup(group, reader.ReadGroup(group), superblock, writer);
        if (superblock.GroupCount > GroupsShown)
            writer.WriteLine($"and {superblock.GroupCount - GroupsShown} groups more");
    }

    private static void DescribeGroup(uint group, GroupDescriptor descriptor, Superblock superblock, TextWriter writer)
    {
        long first = superblock.FirstDataBlock + (long)group * superblock.BlocksPerGroup;
        long last = Math.Min(first + superblock.BlocksPerGroup, superblock.BlockCount) - 1;
        writer.WriteLine($"group {group}: blocks {first} to {last}, bitmaps {descriptor.BlockBitmap} and "
            + $"{descriptor.InodeBitmap}, inodes from {descriptor.InodeTable}; {descriptor.FreeBlocks} blocks and "
            + $"{descriptor.FreeInodes} inodes free, {descriptor.Directories} directories");
    }

    private static string Name(Superblock superblock) =>
        superblock.Has(Ext4Features.Extents) ? "ext4" : superblock.Has(Ext4Features.HasJournal) ? "ext3" : "ext2";

    /// <summary>40 bits of seconds reach further than the calendar.</summary>
    private static string Time(long unixSeconds) => unixSeconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTime.UnixEpoch.AddSeconds(unixSeconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{unixSeconds} s after 1970");
}
