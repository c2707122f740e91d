// Extended attributes: entries from the front, values from the back, in the rest of the inode or in a block of its own.
//
//   in the inode   4 magic 0xEA020000, entries ...                    ... values
//   in a block     4 magic, 4 references (1), 4 blocks (1), 4 hash, 4 checksum, 12 zero, entries ... values
//   entry          0 1 length of the name   1 1 prefix of the name   2 2 place of the value   4 4 its inode (0)
//                  8 4 length of the value   12 4 hash   16 n name, filled to a multiple of 4
//
// Places count from the first entry (inode) or the block's start; four zero bytes end the entries. A block's entries
// are sorted by prefix, length of the name, name. Spec: Linux Documentation/filesystems/ext4/attributes.rst.
using System.Collections.Immutable;
using System.Numerics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Writes the attributes of one file.</summary>
internal sealed class ExtendedAttributes
{
    public const uint Magic = 0xEA020000;
    public const int EntryHeader = 16, InodeHeader = 4, EndLength = 4;

    private readonly List<Attribute> _inInode = [], _inBlock = [];

    /// <summary>
    /// Decides which attributes go into the inode: in order of their names, as many as there is room for.
    /// </summary>
    /// <param name="metadata">The file's.</param>
    /// <param name="inodeRoom">Bytes behind the inode's fields.</param>
    public ExtendedAttributes(FileMetadata metadata, int inodeRoom)
    {
        int room = inodeRoom - InodeHeader - EndLength;
        foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
        {
            Attribute attribute = Attribute.Of(name, value);
            List<Attribute> place = attribute.Length <= room ? _inInode : _inBlock;
            place.Add(attribute);
            if (place == _inInode)
                room -= attribute.Length;
        }
        _inBlock.Sort(Attribute.Compare);
    }

    /// <summary>Bytes that a block needs for the rest; 0: no block is needed.</summary>
    public int BlockLength => _inBlock.Count == 0
        ? 0
        : AttributeBlock.HeaderLength + EndLength + _inBlock.Sum(attribute => attribute.Length);

    /// <summary>Bytes of an inode behind its fields.</summary>
    public static int RoomInInode(Ext4Options options) =>
        Math.Max(0, options.InodeSize - Inode.SizeSmall - Inode.ExtraSize);

    /// <summary>Fills what follows the inode's fields, which is zero.</summary>
    public void WriteToInode(Span<byte> tail)
    {
        if (_inInode.Count == 0)
            return;
        WriteUInt32LittleEndian(tail, Magic);
        WriteEntries(tail[InodeHeader..], 0, _inInode);
    }

    /// <summary>Fills a block, which is zero.</summary>
    public void WriteToBlock(Span<byte> block, long number, MetadataChecksum checksum)
    {
        WriteUInt32LittleEndian(block, Magic);
        WriteUInt32LittleEndian(block[AttributeBlock.ReferencesOffset..], 1);
        WriteUInt32LittleEndian(block[AttributeBlock.BlocksOffset..], 1);
        uint hash = 0;
        foreach (Attribute attribute in _inBlock)
            hash = BitOperations.RotateLeft(hash, 16) ^ attribute.Hash;
        WriteUInt32LittleEndian(block[AttributeBlock.HashOffset..], hash);
        WriteEntries(block, AttributeBlock.HeaderLength, _inBlock);
        if (checksum.Enabled)
            WriteUInt32LittleEndian(block[AttributeBlock.ChecksumOffset..], checksum.OfAttributeBlock(number, block));
    }

    private static void WriteEntries(Span<byte> area, int at, List<Attribute> attributes)
    {
        int valueAt = area.Length;
        foreach (Attribute attribute in attributes)
        {
            valueAt -= attribute.ValueRoom;
            Span<byte> entry = area[at..];
            entry[0] = (byte)attribute.Name.Length;
            entry[1] = attribute.Prefix;
            WriteUInt16LittleEndian(entry[2..], (ushort)(attribute.Value.Length == 0 ? 0 : valueAt));
            WriteUInt32LittleEndian(entry[8..], (uint)attribute.Value.Length);
            WriteUInt32LittleEndian(entry[12..], attribute.Hash);
            attribute.Name.CopyTo(entry[EntryHeader..]);
            attribute.Value.CopyTo(area[valueAt..]);
            at += attribute.EntryLength;
        }
    }

    /// <summary>One attribute as it goes to the disk.</summary>
    private sealed record Attribute(byte Prefix, byte[] Name, byte[] Value, uint Hash)
    {
        public int EntryLength => EntryHeader + (int)Alignment.Up(Name.Length, 4);

        public int ValueRoom => (int)Alignment.Up(Value.Length, 4);

        public int Length => EntryLength + ValueRoom;

        public static Attribute Of(string fullName, ImmutableArray<byte> value)
        {
            (byte prefix, string rest) = AttributeName.Split(fullName);
            byte[] name = NodeName.Encode(rest);
            byte[] stored = PosixAcl.IsAcl(prefix) ? PosixAcl.ToDisk(value.AsSpan()) : [.. value];
            return new(prefix, name, stored, HashOf(name, stored));
        }

        public static int Compare(Attribute one, Attribute other)
        {
            int order = one.Prefix.CompareTo(other.Prefix);
            if (order == 0)
                order = one.Name.Length.CompareTo(other.Name.Length);
            return order != 0 ? order : one.Name.AsSpan().SequenceCompareTo(other.Name);
        }

        private static uint HashOf(byte[] name, byte[] value)
        {
            uint hash = 0;
            foreach (byte character in name)
                hash = BitOperations.RotateLeft(hash, 5) ^ character;
            Span<byte> word = stackalloc byte[4];
            for (int at = 0; at < value.Length; at += 4)
            {
                word.Clear();
                value.AsSpan(at, Math.Min(4, value.Length - at)).CopyTo(word);
                hash = BitOperations.RotateLeft(hash, 16) ^ ReadUInt32LittleEndian(word);
            }
            return hash;
        }
    }
}
