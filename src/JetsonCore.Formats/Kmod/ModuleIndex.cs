// kmod's index files (modules.dep.bin …): a trie from keys to values, written children first.
//
//   file:  0x0 4 magic B007F457 | 0x4 4 version 2.1 | 0x8 4 root node's offset | nodes …        all big-endian
//   node:  [prefix, NUL]                              where bit 31 of its offset is set
//          [first, last, 4 × (last - first + 1)]      bit 29: children by the next character, 0 where there is none
//          [4 count, count × (4 priority, value, NUL)]    bit 30: values, lowest priority number first
//
// A key is the characters on the way: each node's prefix, and the character that leads to a child.
// Source: kmod libkmod/libkmod-index.h.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>A trie that becomes one of kmod's index files.</summary>
internal sealed class ModuleIndex
{
    public const uint Magic = 0xB007F457, Version = 0x00020001;
    public const uint PrefixFlag = 0x80000000, ValuesFlag = 0x40000000, ChildrenFlag = 0x20000000;
    public const uint OffsetMask = 0x0FFFFFFF;
    public const int HeaderSize = 12, RootOffset = 8;

    private readonly Node _root = new([]);

    /// <summary>Adds a value; of several under one key, lower numbers come first, then later additions.</summary>
    /// <exception cref="MalformedDataException">The key is not ASCII.</exception>
    public void Add(string key, string value, uint priority)
    {
        ReadOnlySpan<byte> rest = NodeName.Encode(key);
        if (rest.ContainsAnyInRange((byte)0x80, (byte)0xFF))
            throw new MalformedDataException(0, $"module name or alias \"{key}\" is not ASCII");
        Node node = _root;
        while (true)
        {
            int common = rest.CommonPrefixLength(node.Prefix);
            if (common < node.Prefix.Length)
                node.SplitAt(common);
            rest = rest[common..];
            if (rest.IsEmpty)
                break;
            if (!node.Children.TryGetValue(rest[0], out Node? child))
                node.Children.Add(rest[0], child = new(rest[1..].ToArray()));
            rest = rest[1..];
            node = child;
        }
        int place = node.Values.FindIndex(other => other.Priority >= priority);
        node.Values.Insert(place < 0 ? node.Values.Count : place, (priority, NodeName.Encode(value)));
    }

    public byte[] ToBytes()
    {
        using var file = new MemoryStream();
        file.SetLength(HeaderSize);
        file.Position = HeaderSize;
        uint root = Write(_root, file);
        byte[] bytes = file.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(RootOffset), root);
        return bytes;
    }

    private static uint Write(Node node, MemoryStream file)
    {
        uint[] offsets = [];
        if (node.Children.Count > 0)
        {
            byte first = node.Children.Keys.First(), last = node.Children.Keys.Last();
            offsets = new uint[last - first + 1];
            foreach ((byte character, Node child) in node.Children)
                offsets[character - first] = Write(child, file);
        }
        uint offset = (uint)file.Position;
        if (offset > OffsetMask)
            throw new MalformedDataException(offset, $"module index exceeds {OffsetMask} bytes");
        if (node.Prefix.Length > 0)
        {
            WriteString(node.Prefix, file);
            offset |= PrefixFlag;
        }
        if (offsets.Length > 0)
        {
            file.WriteByte(node.Children.Keys.First());
            file.WriteByte(node.Children.Keys.Last());
            foreach (uint child in offsets)
                WriteNumber(child, file);
            offset |= ChildrenFlag;
        }
        if (node.Values.Count > 0)
        {
            WriteNumber((uint)node.Values.Count, file);
            foreach ((uint priority, byte[] value) in node.Values)
            {
                WriteNumber(priority, file);
                WriteString(value, file);
            }
            offset |= ValuesFlag;
        }
        return offset;
    }

    private static void WriteNumber(uint number, MemoryStream file)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        file.Write(bytes);
    }

    private static void WriteString(byte[] text, MemoryStream file)
    {
        file.Write(text);
        file.WriteByte(0);
    }

    private sealed class Node(byte[] prefix)
    {
        public byte[] Prefix { get; private set; } = prefix;

        public SortedDictionary<byte, Node> Children { get; private set; } = [];

        public List<(uint Priority, byte[] Value)> Values { get; private set; } = [];

        /// <summary>Keeps the prefix up to a place and hands the rest to a new only child.</summary>
        public void SplitAt(int length)
        {
            var rest = new Node(Prefix[(length + 1)..]) { Children = Children, Values = Values };
            Children = new() { [Prefix[length]] = rest };
            Values = [];
            Prefix = Prefix[..length];
        }
    }
}
