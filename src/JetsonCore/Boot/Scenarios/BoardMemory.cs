// Where a board's RAM is: what the user says, or what the device tree that the boot script loads says in its node
// "memory". Trees whose boot loader fills the node in (Raspberry Pi, Allwinner) say nothing; then the TX1's is taken.
// Spec: Devicetree Specification 0.4, 3.4 "/memory node".
using System.Buffers.Binary;
using JetsonCore.Boot.Commands;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Scenarios;

/// <summary>Finds a board's RAM.</summary>
public static class BoardMemory
{
    /// <summary>The board of a device tree, or null where the tree does not say where RAM is.</summary>
    public static UBootBoard? OfDeviceTree(FileContent tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        try
        {
            using Stream stream = tree.Open();
            FdtNode root = FdtNode.Read(stream);
            if (root.Find("memory")?.Value("reg") is not { } ranges)
                return null;
            int addressWords = Cells(root, "#address-cells", 2), sizeWords = Cells(root, "#size-cells", 1);
            if (ranges.Length < (addressWords + sizeWords) * sizeof(uint))
                return null;
            ulong start = Number(ranges.Span, addressWords);
            ulong size = Number(ranges.Span[(addressWords * sizeof(uint))..], sizeWords);
            return size > 0 && start + size > start ? UBootBoard.WithRam(start, size) : null;
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    /// <summary>The board whose device tree lies below a folder, under the name that the environment gives.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="files">system-boot.</param>
    public static UBootBoard? OfFiles(IReadOnlyDictionary<string, string> environment, DirectoryNode files)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(files);
        string name = environment.GetValueOrDefault("fdtfile") ?? environment.GetValueOrDefault("fdt_file") ?? "";
        if (name.Length == 0)
            return null;
        foreach ((string path, FileNode node) in files.Walk())
        {
            if (node is RegularFileNode file && (path == name || path.EndsWith($"/{name}", StringComparison.Ordinal))
                && OfDeviceTree(file.Content) is { } board)
            {
                return board;
            }
        }
        return null;
    }

    private static int Cells(FdtNode root, string name, int otherwise) =>
        root.Value(name) is { Length: sizeof(uint) } value
            ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(value.Span), 4) : otherwise;

    private static ulong Number(ReadOnlySpan<byte> words, int count)
    {
        ulong value = 0;
        for (int at = 0; at < count; at++)
            value = unchecked((value << 32) | BinaryPrimitives.ReadUInt32BigEndian(words[(at * sizeof(uint))..]));
        return value;
    }
}
