// The directory table: for each directory its entries in the order of their bytes, in runs under a common header.
//
//   header:  entries - 1 (4)   position of the metadata block of their inodes (4)   base inode number (4)
//   entry:   offset of the inode in that block (2)  number - base (2, signed)  type (2)  name length - 1 (2)  name
//
// A run ends where the block changes, after 256 entries, or where a number differs by more than 16 bits hold. Runs are
// kept within 8 KiB, so that the index of a long directory has an entry for each of the metadata blocks it spans.
//
// Spec: Linux fs/squashfs/squashfs_fs.h (squashfs_dir_header, squashfs_dir_entry, squashfs_dir_index), namei.c.
namespace JetsonCore.Formats.SquashFs;

/// <summary>A listing in the directory table.</summary>
/// <param name="Reference">Where it begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Index">Where its later metadata blocks begin, for a search by name.</param>
internal sealed record StoredListing(ulong Reference, uint Length, IReadOnlyList<ListingIndexEntry> Index);

/// <summary>A point from which a listing can be read.</summary>
/// <param name="Offset">Bytes from the listing's beginning.</param>
/// <param name="BlockStart">The metadata block, as a position in the directory table.</param>
/// <param name="Name">The first name there.</param>
internal sealed record ListingIndexEntry(uint Offset, uint BlockStart, byte[] Name);

internal sealed class DirectoryTableWriter(MetadataWriter table)
{
    private const int HeaderSize = 12, EntrySize = 8;

    private readonly RecordBuilder _record = new();

    /// <summary>Writes the entries of a directory, whose inodes have been written.</summary>
    public StoredListing Write(IReadOnlyList<NamedInode> entries)
    {
        ulong reference = table.Reference;
        uint length = 0;
        ulong indexedBlock = reference >> 16;
        var index = new List<ListingIndexEntry>();
        for (int first = 0; first < entries.Count;)
        {
            ulong block = table.Reference >> 16;
            if (block != indexedBlock)
                index.Add(new(length, checked((uint)block), entries[first].Name));
            indexedBlock = block;
            int count = RunLength(entries, first);
            length += WriteRun(entries, first, count);
            first += count;
        }
        return new(reference, length, index);
    }

    private static int RunLength(IReadOnlyList<NamedInode> entries, int first)
    {
        PlannedInode start = entries[first].Inode;
        int bytes = HeaderSize;
        int count = 0;
        while (first + count < entries.Count && count < SquashFsFormat.DirectoryRunMost)
        {
            NamedInode next = entries[first + count];
            long difference = (long)next.Inode.Number - start.Number;
            bytes += EntrySize + next.Name.Length;
            bool belongs = ReferenceOf(next) >> 16 == ReferenceOf(entries[first]) >> 16
                && difference is >= short.MinValue and <= short.MaxValue
                && bytes <= SquashFsFormat.MetadataBlockSize;
            if (!belongs)
                break;
            count++;
        }
        return count;
    }

    private uint WriteRun(IReadOnlyList<NamedInode> entries, int first, int count)
    {
        NamedInode start = entries[first];
        _record.Clear();
        _record.UInt32((uint)count - 1).UInt32(checked((uint)(ReferenceOf(start) >> 16))).UInt32(start.Inode.Number);
        for (int index = first; index < first + count; index++)
        {
            NamedInode entry = entries[index];
            _record.UInt16((uint)(ReferenceOf(entry) & 0xFFFF))
                .Int16((int)((long)entry.Inode.Number - start.Inode.Number))
                .UInt16((uint)entry.Inode.Type)
                .UInt16((uint)entry.Name.Length - 1)
                .Bytes(entry.Name);
        }
        table.Write(_record.Written);
        return (uint)_record.Written.Length;
    }

    private static ulong ReferenceOf(NamedInode entry) =>
        entry.Inode.Reference ?? throw new System.Diagnostics.UnreachableException("an inode is not written yet");
}
