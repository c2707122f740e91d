// Reads extended attributes from the rest of an inode and from a block: see ExtendedAttributes.cs for the bytes. With
// ea_inode a large value lies in an inode of its own.
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads the attributes of files.</summary>
/// <param name="volume">The file system.</param>
internal sealed class AttributeReader(Ext4Volume volume)
{
    private const string InlineDataName = "system.data";
    private const int ValueMax = 65536;

    private static readonly FileAttributes None = new(Trees.FileMetadata.File.ExtendedAttributes, []);

    /// <summary>
    /// All attributes of a file by full name, and what of its inline data did not fit the inode's map.
    /// </summary>
    /// <exception cref="MalformedDataException">They are broken.</exception>
    public FileAttributes Read(Inode inode)
    {
        ReadOnlySpan<byte> tail = inode.Tail.Span;
        bool hasInline = tail.Length > ExtendedAttributes.InodeHeader
            && ReadUInt32LittleEndian(tail) == ExtendedAttributes.Magic;
        if (!hasInline && inode.AttributeBlock == 0)
            return None;
        var found = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<byte>>(StringComparer.Ordinal);
        if (hasInline)
            ReadEntries(inode, tail[ExtendedAttributes.InodeHeader..], 0, found);
        if (inode.AttributeBlock != 0)
            ReadEntries(inode, ReadBlock(inode), AttributeBlock.HeaderLength, found);
        found.TryGetValue(InlineDataName, out ImmutableArray<byte> inline);
        found.Remove(InlineDataName);
        return new(found.ToImmutable(), inline.IsDefault ? [] : inline);
    }

    private byte[] ReadBlock(Inode inode)
    {
        var block = new byte[volume.BlockSize];
        volume.ReadBlocks(inode.AttributeBlock, block);
        if (ReadUInt32LittleEndian(block) != ExtendedAttributes.Magic)
            throw Broken(inode, "have no magic");
        uint stored = ReadUInt32LittleEndian(block.AsSpan(AttributeBlock.ChecksumOffset));
        if (volume.Checksum.Enabled && stored != volume.Checksum.OfAttributeBlock(inode.AttributeBlock, block))
            throw Broken(inode, "have a wrong checksum");
        return block;
    }

    private void ReadEntries(Inode inode, ReadOnlySpan<byte> area, int at,
        ImmutableSortedDictionary<string, ImmutableArray<byte>>.Builder found)
    {
        while (at + ExtendedAttributes.EndLength <= area.Length && ReadUInt32LittleEndian(area[at..]) != 0)
        {
            if (at + ExtendedAttributes.EntryHeader > area.Length)
                throw Broken(inode, "end within an entry");
            ReadOnlySpan<byte> entry = area[at..];
            int length = ExtendedAttributes.EntryHeader + (int)Alignment.Up(entry[0], 4);
            if (length > entry.Length)
                throw Broken(inode, "end within a name");
            string? name = AttributeName.Join(entry[1],
                NodeName.Decode(entry.Slice(ExtendedAttributes.EntryHeader, entry[0])));
            // Names of kinds that Linux has no word for (one is fs-verity's) nobody can ask for.
            if (name is not null && !found.TryAdd(name, ReadValue(inode, area, entry)))
                throw Broken(inode, $"have \"{name}\" twice");
            at += length;
        }
    }

    private ImmutableArray<byte> ReadValue(Inode inode, ReadOnlySpan<byte> area, ReadOnlySpan<byte> entry)
    {
        int place = ReadUInt16LittleEndian(entry[2..]);
        uint valueInode = ReadUInt32LittleEndian(entry[4..]);
        uint length = ReadUInt32LittleEndian(entry[8..]);
        if (length > ValueMax)
            throw Broken(inode, $"have a value of {length} bytes");
        if (valueInode != 0)
            return ReadFromInode(inode, valueInode, (int)length);
        if (place > area.Length || length > area.Length - place)
            throw Broken(inode, $"have a value of {length} bytes at {place} of {area.Length}");
        ReadOnlySpan<byte> value = area.Slice(place, (int)length);
        return PosixAcl.IsAcl(entry[1]) ? [.. PosixAcl.FromDisk(value)] : [.. value];
    }

    private ImmutableArray<byte> ReadFromInode(Inode owner, uint number, int length)
    {
        Inode inode = volume.ReadInode(number);
        if ((inode.Flags & Inode.EaInodeFlag) == 0 || inode.Kind != Inode.RegularFile || inode.Size < length)
            throw Broken(owner, $"name inode {number} that holds no value of {length} bytes");
        var value = new byte[length];
        using var stream = new Ext4FileStream(volume, FileMap.Of(volume, inode), inode.Size);
        stream.ReadExactly(value);
        return [.. value];
    }

    private static MalformedDataException Broken(Inode inode, string what) =>
        new(inode.Offset, $"extended attributes of inode {inode.Number} {what}");
}

/// <summary>What was found beside a file's map.</summary>
/// <param name="Attributes">By full name.</param>
/// <param name="InlineRest">The part of inline data behind the first 60 bytes.</param>
internal sealed record FileAttributes(
    ImmutableSortedDictionary<string, ImmutableArray<byte>> Attributes, ImmutableArray<byte> InlineRest);
