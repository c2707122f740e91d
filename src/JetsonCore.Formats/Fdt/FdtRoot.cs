// The root node of a flattened device tree: its properties and the names of the nodes in it.
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fdt;

/// <summary>What a device tree, or a FIT image, says of itself at its root.</summary>
/// <param name="Properties">Values by names.</param>
/// <param name="Nodes">The names of the nodes in the root, in their order.</param>
public sealed record FdtRoot(IReadOnlyDictionary<string, byte[]> Properties, IReadOnlyList<string> Nodes)
{
    private const int NodesMax = 4096;

    /// <summary>The texts of a property that is a list of them; none where it is missing.</summary>
    public IReadOnlyList<string> Texts(string name) => Properties.TryGetValue(name, out byte[]? value)
        ? Encoding.UTF8.GetString(value).Split('\0', StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>Reads a tree's root.</summary>
    /// <exception cref="MalformedDataException">The tree is damaged.</exception>
    public static FdtRoot Read(Stream tree)
    {
        FdtNode root = FdtNode.Read(tree);
        var properties = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string name, ReadOnlyMemory<byte> value) in root.Properties)
            properties[name] = value.ToArray();
        return new(properties, [.. root.Nodes.Take(NodesMax).Select(node => node.Name)]);
    }
}
