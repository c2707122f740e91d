// The inode table. Every inode begins alike; the short form is used wherever it can say everything.
//
//   type (2)  permissions (2)  owner index (2)  group index (2)  mtime (4)  inode number (4)
//
//   1 directory      listing block (4)  links (4)  size (2)  listing offset (2)  parent's number (4)
//   8 extended       links (4)  size (4)  listing block (4)  parent (4)  index entries (2)  listing offset (2)
//                    xattrs (4)  index: offset in the listing (4)  metadata block (4)  name length - 1 (4)  name
//   2 file           first block (4)  fragment (4)  offset in it (4)  size (4)  block sizes (4 each)
//   9 extended       first block (8)  size (8)  sparse bytes (8)  links (4)  fragment (4)  offset (4)  xattrs (4)
//                    block sizes
//   3 symbolic link  links (4)  length (4)  target                      10: … xattrs (4)
//   4, 5 device      links (4)  device (4)                          11, 12: … xattrs (4)
//   6, 7 pipe        links (4)                                      13, 14: … xattrs (4)
//
// Spec: Linux fs/squashfs/squashfs_fs.h (squashfs_*_inode).
using System.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class InodeTableWriter(
    MetadataWriter table, IdTableWriter ids, XattrTableWriter? xattrs, SquashFsOptions options)
{
    private const int TargetMost = ushort.MaxValue;

    private readonly RecordBuilder _record = new();

    /// <summary>Writes the inode of a directory, whose listing has been written.</summary>
    public void WriteDirectory(PlannedInode inode, StoredListing listing, uint parentNumber)
    {
        uint size = listing.Length + SquashFsFormat.DirectorySizeExtra;
        uint block = checked((uint)(listing.Reference >> 16)), offset = (uint)(listing.Reference & 0xFFFF);
        uint xattrIndex = XattrsOf(inode);
        bool extended = size > ushort.MaxValue || listing.Index.Count > 0 || xattrIndex != SquashFsFormat.None;
        Begin(inode, extended);
        if (!extended)
        {
            _record.UInt32(block).UInt32(inode.LinkCount).UInt16(size).UInt16(offset).UInt32(parentNumber);
        }
        else
        {
            int indexCount = Math.Min(listing.Index.Count, ushort.MaxValue);    // beyond it the search reads on
            _record.UInt32(inode.LinkCount).UInt32(size).UInt32(block).UInt32(parentNumber)
                .UInt16((uint)indexCount).UInt16(offset).UInt32(xattrIndex);
            foreach (ListingIndexEntry entry in listing.Index.Take(indexCount))
            {
                _record.UInt32(entry.Offset).UInt32(entry.BlockStart)
                    .UInt32((uint)entry.Name.Length - 1).Bytes(entry.Name);
            }
        }
        End(inode);
    }

    /// <summary>Writes the inode of anything but a directory.</summary>
    public void WriteOther(PlannedInode inode)
    {
        uint xattrIndex = XattrsOf(inode);
        switch (inode.Node)
        {
            case RegularFileNode:
                StoredFile content = inode.Content ?? throw new UnreachableException("the content is not stored");
                WriteFile(inode, content, xattrIndex);
                break;
            case SymbolicLinkNode link:
                Begin(inode, xattrIndex != SquashFsFormat.None);
                byte[] target = NodeName.Encode(link.Target);
                if (target.Length is 0 or > TargetMost)
                    throw new ArgumentException($"cannot link to a path of {target.Length} bytes", nameof(inode));
                _record.UInt32(inode.LinkCount).UInt32((uint)target.Length).Bytes(target);
                AppendXattrs(xattrIndex);
                break;
            case SpecialNode special:
                Begin(inode, xattrIndex != SquashFsFormat.None);
                _record.UInt32(inode.LinkCount);
                if (special.Kind is SpecialKind.BlockDevice or SpecialKind.CharacterDevice)
                    _record.UInt32(DeviceNumber.Encode(special.DeviceMajor, special.DeviceMinor));
                AppendXattrs(xattrIndex);
                break;
            default:
                throw new UnreachableException();
        }
        End(inode);
    }

    private void WriteFile(PlannedInode inode, StoredFile file, uint xattrIndex)
    {
        bool extended = inode.LinkCount > 1 || xattrIndex != SquashFsFormat.None || file.SparseBytes > 0
            || file.Start > uint.MaxValue || file.Length > uint.MaxValue;
        Begin(inode, extended);
        if (extended)
        {
            _record.UInt64((ulong)file.Start).UInt64((ulong)file.Length).UInt64((ulong)file.SparseBytes)
                .UInt32(inode.LinkCount).UInt32(file.FragmentIndex).UInt32(file.FragmentOffset).UInt32(xattrIndex);
        }
        else
        {
            _record.UInt32((uint)file.Start).UInt32(file.FragmentIndex).UInt32(file.FragmentOffset)
                .UInt32((uint)file.Length);
        }
        foreach (uint size in file.BlockSizes)
            _record.UInt32(size);
    }

    private void Begin(PlannedInode inode, bool extended)
    {
        FileMetadata metadata = inode.Node.Metadata;
        uint type = (uint)inode.Type + (extended ? SquashFsFormat.ExtendedOffset : 0u);
        _record.Clear();
        _record.UInt16(type).UInt16(metadata.Permissions)
            .UInt16(ids.IndexOf(options.AllRoot ? 0 : metadata.UserId))
            .UInt16(ids.IndexOf(options.AllRoot ? 0 : metadata.GroupId))
            .UInt32(SquashFsTime.Of(metadata.ModificationTime))
            .UInt32(inode.Number);
    }

    private void End(PlannedInode inode)
    {
        inode.Reference = table.Reference;
        table.Write(_record.Written);
    }

    private uint XattrsOf(PlannedInode inode) => xattrs?.IndexOf(inode.Node.Metadata) ?? SquashFsFormat.None;

    private void AppendXattrs(uint xattrIndex)
    {
        if (xattrIndex != SquashFsFormat.None)
            _record.UInt32(xattrIndex);
    }
}
