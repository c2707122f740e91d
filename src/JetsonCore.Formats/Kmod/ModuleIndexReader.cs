// Reads kmod's index files (modules.dep.bin …) back: for the layout see ModuleIndex. Nodes may lie anywhere, so how
// many are visited is bounded by the file's length: a damaged file could have them in a circle.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Kmod;

/// <summary>Reads kmod's index files.</summary>
public static class ModuleIndexReader
{
    private const int LengthMax = 16 << 20, KeyMax = 4096;

    /// <summary>All values with their keys, in the order of keys.</summary>
    /// <exception cref="MalformedDataException">It is no index, damaged or too large.</exception>
    public static IReadOnlyList<(string Key, string Value)> Read(FileContent file)
    {
        ArgumentNullException.ThrowIfNull(file);
        byte[] bytes = file.ReadAll(LengthMax);
        if (bytes.Length < ModuleIndex.HeaderSize || Number(bytes, 0) != ModuleIndex.Magic)
            throw new MalformedDataException(0, "it does not begin as an index of kmod's");
        if (Number(bytes, 4) >> 16 != ModuleIndex.Version >> 16)
            throw new MalformedDataException(4, $"an index of version {Number(bytes, 4) >> 16}, not 2");
        return new Walk(bytes).All();
    }

    private static uint Number(byte[] bytes, long offset) =>
        offset + sizeof(uint) <= bytes.Length
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan((int)offset))
            : throw new MalformedDataException(offset, "a number lies behind the end of the file");

    private sealed class Walk(byte[] bytes)
    {
        private readonly List<(string Key, string Value)> _entries = [];
        private readonly Stack<(uint Offset, byte[] Key)> _ahead = new();
        private long _left = bytes.Length;

        public List<(string Key, string Value)> All()
        {
            _ahead.Push((Number(bytes, ModuleIndex.RootOffset), []));
            while (_ahead.TryPop(out (uint Offset, byte[] Key) node))
                Visit(node.Offset, node.Key);
            return _entries;
        }

        private void Visit(uint node, byte[] before)
        {
            int at = (int)(node & ModuleIndex.OffsetMask);
            if (at < ModuleIndex.HeaderSize || at >= bytes.Length)
                throw new MalformedDataException(at, "a node lies outside of the file");
            byte[] prefix = (node & ModuleIndex.PrefixFlag) != 0 ? Text(ref at) : [];
            byte[] key = [.. before, .. prefix];
            // Each visit costs at least a byte, and its key: in a file that is in order no byte is met twice.
            _left -= 1 + prefix.Length;
            if (_left < 0 || key.Length > KeyMax)
                throw new MalformedDataException(at, "nodes lead back to themselves");
            uint[] children = (node & ModuleIndex.ChildrenFlag) != 0 ? Children(ref at) : [];
            byte first = children.Length > 0 ? bytes[at - (children.Length * sizeof(uint)) - 2] : (byte)0;
            if ((node & ModuleIndex.ValuesFlag) != 0)
                AddValues(key, at);
            for (int index = children.Length - 1; index >= 0; index--)
            {
                if (children[index] != 0)
                    _ahead.Push((children[index], [.. key, (byte)(first + index)]));
            }
        }

        private uint[] Children(ref int at)
        {
            if (at + 2 > bytes.Length || bytes[at] > bytes[at + 1])
                throw new MalformedDataException(at, "a node has no range of children");
            var children = new uint[bytes[at + 1] - bytes[at] + 1];
            at += 2;
            for (int index = 0; index < children.Length; index++, at += sizeof(uint))
                children[index] = Number(bytes, at);
            return children;
        }

        private void AddValues(byte[] key, int at)
        {
            uint count = Number(bytes, at);
            at += sizeof(uint);
            for (; count > 0; count--)
            {
                _ = Number(bytes, at);              // its priority
                at += sizeof(uint);
                byte[] value = Text(ref at);
                if ((_left -= value.Length + 1) < 0)
                    throw new MalformedDataException(at, "nodes lead back to themselves");
                _entries.Add((NodeName.Decode(key), NodeName.Decode(value)));
            }
        }

        private byte[] Text(ref int at)
        {
            int length = bytes.AsSpan(at).IndexOf((byte)0);
            if (length < 0)
                throw new MalformedDataException(at, "a text does not end");
            byte[] text = bytes[at..(at + length)];
            at += length + 1;
            return text;
        }
    }
}
