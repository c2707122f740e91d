// The root node of a flattened device tree: its properties and the names of the nodes in it. The structure block is a
// row of big-endian words:
//
//   1 begin of a node, its name with NUL, filled to a multiple of 4     2 end of a node     4 nothing     9 the end
//   3 property: 4 length of the value, 4 place of the name in the strings block, the value, filled to a multiple of 4
//
// Spec: Devicetree Specification 0.4, 5.4 "Structure Block".
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fdt;

/// <summary>What a device tree, or a FIT image, says of itself at its root.</summary>
/// <param name="Properties">Values by names.</param>
/// <param name="Nodes">The names of the nodes in the root, in their order.</param>
public sealed record FdtRoot(IReadOnlyDictionary<string, byte[]> Properties, IReadOnlyList<string> Nodes)
{
    private const uint BeginNode = 1, EndNode = 2, Property = 3, Nothing = 4, End = 9;
    private const int BlockBytesMax = 16 << 20, NodesMax = 4096, DepthMax = 256;

    /// <summary>The texts of a property that is a list of them; none where it is missing.</summary>
    public IReadOnlyList<string> Texts(string name) => Properties.TryGetValue(name, out byte[]? value)
        ? Encoding.UTF8.GetString(value).Split('\0', StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>Reads a tree's root.</summary>
    /// <exception cref="MalformedDataException">The tree is damaged.</exception>
    public static FdtRoot Read(Stream tree)
    {
        FdtHeader header = FdtHeader.Read(tree);
        if (header.StructureSize > BlockBytesMax || header.StringsSize > BlockBytesMax)
            throw new MalformedDataException(8, $"a block of more than {BlockBytesMax} bytes");
        byte[] structure = tree.ReadBytesAt(header.StructureOffset, (int)header.StructureSize);
        byte[] strings = tree.ReadBytesAt(header.StringsOffset, (int)header.StringsSize);
        var properties = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var nodes = new List<string>();
        var cursor = new SpanCursor(structure, header.StructureOffset);
        for (int depth = 0; ;)
        {
            uint token = cursor.ReadUInt32BigEndian();
            switch (token)
            {
                case BeginNode when depth < DepthMax:
                    string name = NodeName(ref cursor, structure);
                    if (++depth == 2 && nodes.Count < NodesMax)
                        nodes.Add(name);
                    break;
                case Property when depth > 0:
                    ReadProperty(ref cursor, strings, depth == 1 ? properties : null);
                    break;
                case EndNode when depth > 0:
                    depth--;
                    break;
                case Nothing:
                    break;
                case End when depth == 0:
                    return new(properties, nodes);
                default:
                    throw new MalformedDataException(cursor.Offset - 4, $"token {token} at depth {depth}");
            }
        }
    }

    private static string NodeName(ref SpanCursor cursor, byte[] structure)
    {
        int length = structure.AsSpan(cursor.Position).IndexOf((byte)0);
        if (length < 0)
            throw new MalformedDataException(cursor.Offset, "a node's name does not end");
        string name = Encoding.UTF8.GetString(cursor.Take(length));
        cursor.Skip((int)Alignment.Up(length + 1, 4) - length);
        return name;
    }

    private static void ReadProperty(
        ref SpanCursor cursor, byte[] strings, SortedDictionary<string, byte[]>? properties)
    {
        uint length = cursor.ReadUInt32BigEndian(), place = cursor.ReadUInt32BigEndian();
        if (length > BlockBytesMax)
            throw new MalformedDataException(cursor.Offset - 8, $"a property of {length} bytes");
        ReadOnlySpan<byte> value = cursor.Take((int)length);
        cursor.Skip((int)(Alignment.Up(length, 4) - length));
        if (properties is null)
            return;
        int end = place < strings.Length ? strings.AsSpan((int)place).IndexOf((byte)0) : -1;
        if (end < 0)
            throw new MalformedDataException(cursor.Offset, $"a property's name at {place} of {strings.Length}");
        properties[Encoding.UTF8.GetString(strings, (int)place, end)] = value.ToArray();
    }
}
