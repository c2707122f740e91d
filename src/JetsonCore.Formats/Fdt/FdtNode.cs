// The nodes of a flattened device tree. The structure block is a row of big-endian words:
//
//   1 begin of a node, its name with NUL, filled to a multiple of 4     2 end of a node     4 nothing     9 the end
//   3 property: 4 length of the value, 4 place of the name in the strings block, the value, filled to a multiple of 4
//
// Spec: Devicetree Specification 0.4, 5.4 "Structure Block"; 2.2.3 "Path Names"; libfdt lets a path leave the unit
// address out, and begin with an alias.
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fdt;

/// <summary>A node of a device tree.</summary>
/// <param name="Name">Its name with the unit address; empty for the root.</param>
public sealed record FdtNode(string Name)
{
    private const uint BeginNode = 1, EndNode = 2, Property = 3, Nothing = 4, End = 9;
    private const int BlockBytesMax = 16 << 20, DepthMax = 256;

    private readonly List<KeyValuePair<string, ReadOnlyMemory<byte>>> _properties = [];
    private readonly List<FdtNode> _nodes = [];

    /// <summary>Names and values, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Properties => _properties;

    /// <summary>The nodes in it, in their order.</summary>
    public IReadOnlyList<FdtNode> Nodes => _nodes;

    /// <summary>Reads a tree.</summary>
    /// <returns>Its root.</returns>
    /// <exception cref="MalformedDataException">The tree is damaged.</exception>
    public static FdtNode Read(Stream tree)
    {
        FdtHeader header = FdtHeader.Read(tree);
        if (header.StructureSize > BlockBytesMax || header.StringsSize > BlockBytesMax)
            throw new MalformedDataException(8, $"a block of more than {BlockBytesMax} bytes");
        byte[] structure = tree.ReadBytesAt(header.StructureOffset, (int)header.StructureSize);
        byte[] strings = tree.ReadBytesAt(header.StringsOffset, (int)header.StringsSize);
        FdtNode? root = null;
        var open = new Stack<FdtNode>();
        var cursor = new SpanCursor(structure, header.StructureOffset);
        while (true)
        {
            uint token = cursor.ReadUInt32BigEndian();
            switch (token)
            {
                case BeginNode when open.Count < DepthMax && (open.Count > 0 || root is null):
                    var node = new FdtNode(ReadName(ref cursor, structure));
                    root ??= node;
                    if (open.TryPeek(out FdtNode? outer))
                        outer._nodes.Add(node);
                    open.Push(node);
                    break;
                case Property when open.Count > 0:
                    open.Peek()._properties.Add(ReadProperty(ref cursor, structure, strings));
                    break;
                case EndNode when open.Count > 0:
                    open.Pop();
                    break;
                case Nothing:
                    break;
                case End when open.Count == 0:
                    return root ?? new("");
                default:
                    throw new MalformedDataException(cursor.Offset - 4, $"token {token} at depth {open.Count}");
            }
        }
    }

    /// <summary>The value of a property, or null.</summary>
    public ReadOnlyMemory<byte>? Value(string name)
    {
        foreach ((string there, ReadOnlyMemory<byte> value) in _properties)
        {
            if (there == name)
                return value;
        }
        return null;
    }

    /// <summary>The node at a path from here, or null.</summary>
    /// <param name="path">Names with slashes between; a unit address may be left out.</param>
    public FdtNode? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FdtNode? node = this;
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isWhole = step.Contains('@', StringComparison.Ordinal);
            node = node._nodes.FirstOrDefault(inner => inner.Name == step
                || (!isWhole && inner.Name.StartsWith($"{step}@", StringComparison.Ordinal)));
            if (node is null)
                return null;
        }
        return node;
    }

    private static string ReadName(ref SpanCursor cursor, byte[] structure)
    {
        int length = structure.AsSpan(cursor.Position).IndexOf((byte)0);
        if (length < 0)
            throw new MalformedDataException(cursor.Offset, "a node's name does not end");
        string name = Encoding.UTF8.GetString(cursor.Take(length));
        cursor.Skip((int)Alignment.Up(length + 1, 4) - length);
        return name;
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>> ReadProperty(
        ref SpanCursor cursor, byte[] structure, byte[] strings)
    {
        uint length = cursor.ReadUInt32BigEndian(), place = cursor.ReadUInt32BigEndian();
        if (length > BlockBytesMax)
            throw new MalformedDataException(cursor.Offset - 8, $"a property of {length} bytes");
        int start = cursor.Position;
        cursor.Take((int)length);
        cursor.Skip((int)(Alignment.Up(length, 4) - length));
        int end = place < strings.Length ? strings.AsSpan((int)place).IndexOf((byte)0) : -1;
        if (end < 0)
            throw new MalformedDataException(cursor.Offset, $"a property's name at {place} of {strings.Length}");
        return new(Encoding.UTF8.GetString(strings, (int)place, end), structure.AsMemory(start, (int)length));
    }
}
