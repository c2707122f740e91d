// fdt get and fdt print: what stands in a device tree.
// Source: U-Boot 2023.01, cmd/fdt.c, measured in QEMU; libfdt for paths and its words for failures.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fdt;

namespace JetsonCore.Boot.Commands;

internal static class FdtReading
{
    private const int LevelMax = 32, TreeMax = FdtBlob.LengthMax, NumberBytesMax = 20;

    /// <summary>fdt get value|name|size|addr VARIABLE PATH …</summary>
    public static int Get(UBootMachine machine, IReadOnlyList<string> words)
    {
        char what = words.Count > 2 && words[2].Length > 0 ? words[2][0] : ' ';
        if (words.Count < 5 || (words.Count < 6 && what != 's'))
            return UBootResult.Usage;
        string variable = words[3], path = words[4];
        if (Open(machine, path) is not { } node)
            return UBootResult.Failure;
        if (what == 's' && words.Count == 5)
        {
            machine.SetVariable(variable, node.Nodes.Count.ToString(CultureInfo.InvariantCulture));
            return UBootResult.Success;
        }
        if (what == 'n')
            return GetName(machine, variable, node, UBootNumbers.Hex(words[5]));
        if (Property(machine, node, words[5]) is not { } value)
            return UBootResult.Failure;
        if (value.IsEmpty)
            return Set(machine, variable, "");
        if (what == 'v')
            return GetValue(machine, variable, value.Span, words.Count == 7 ? words[6] : "0");
        if (what == 's')
            return Set(machine, variable, string.Create(CultureInfo.InvariantCulture, $"0x{value.Length:X8}"));
        if (what != 'a')
            return UBootResult.Usage;
        // A tree of which FdtNode has found the property has it for FdtBlob as well.
        uint size = FdtCommand.SizeAt(machine, machine.WorkingFdt) ?? 0;
        var tree = new FdtBlob(machine.Memory.Read(machine.WorkingFdt, (int)size));
        try
        {
            ulong address = machine.WorkingFdt + (ulong)(tree.ValueOffset(tree.FindNode(path), words[5]) ?? 0);
            return Set(machine, variable, string.Create(CultureInfo.InvariantCulture, $"0x{address:x16}"));
        }
        catch (FdtBlob.FailureException failure)
        {
            machine.Print($"libfdt fdt_path_offset() returned {failure.Message}\n");
            return UBootResult.Failure;
        }
    }

    /// <summary>fdt print|list [PATH [PROPERTY]].</summary>
    public static int Print(UBootMachine machine, IReadOnlyList<string> words)
    {
        string path = words.Count > 2 ? words[2] : "/";
        if (Open(machine, path) is not { } node)
            return UBootResult.Failure;
        if (words.Count <= 3)
        {
            PrintNode(machine, node, 0, words[1].StartsWith('l') ? 1 : LevelMax);
            return UBootResult.Success;
        }
        if (Property(machine, node, words[3]) is not { } value)
            return UBootResult.Failure;
        machine.Print(value.IsEmpty ? $"{path} {words[3]}\n" : $"{words[3]} = {Describe(value.Span)}\n");
        return UBootResult.Success;
    }

    private static void PrintNode(UBootMachine machine, FdtNode node, int level, int depth)
    {
        string indent = new('\t', level);
        if (level <= depth)
            machine.Print($"{indent}{(node.Name.Length == 0 ? "/" : UBootText.FromHost(node.Name))} {{\n");
        foreach ((string name, ReadOnlyMemory<byte> value) in level < depth ? node.Properties : [])
        {
            string shown = value.IsEmpty ? "" : $" = {Describe(value.Span)}";
            machine.Print($"{indent}\t{UBootText.FromHost(name)}{shown};\n");
        }
        foreach (FdtNode inner in node.Nodes)
            PrintNode(machine, inner, level + 1, depth);
        if (level <= depth)
            machine.Print($"{indent}}};\n");
    }

    private static FdtNode? Open(UBootMachine machine, string path)
    {
        if (FdtCommand.SizeAt(machine, machine.WorkingFdt) is not { } size || size > TreeMax)
        {
            machine.Print("libfdt fdt_path_offset() returned FDT_ERR_BADMAGIC\n");
            return null;
        }
        try
        {
            using var bytes = new MemoryStream(machine.Memory.Read(machine.WorkingFdt, (int)size));
            FdtNode root = FdtNode.Read(bytes);
            string failure = "FDT_ERR_NOTFOUND";
            if (!path.StartsWith('/'))
            {
                string[] steps = path.Split('/', 2);
                string? alias = root.Find("aliases")?.Value(steps[0]) is { } value
                    ? Encoding.Latin1.GetString(value.Span).TrimEnd('\0') : null;
                path = alias is null ? "" : $"{alias}/{steps.ElementAtOrDefault(1)}";
                failure = alias is null ? "FDT_ERR_BADPATH" : failure;
            }
            if (path.Length > 0 && root.Find(path) is { } found)
                return found;
            machine.Print($"libfdt fdt_path_offset() returned {failure}\n");
        }
        catch (MalformedDataException)
        {
            machine.Print("libfdt fdt_path_offset() returned FDT_ERR_BADSTRUCTURE\n");
        }
        return null;
    }

    private static ReadOnlyMemory<byte>? Property(UBootMachine machine, FdtNode node, string name)
    {
        ReadOnlyMemory<byte>? value = node.Value(name);
        if (value is null)
            machine.Print("libfdt fdt_getprop(): FDT_ERR_NOTFOUND\n");
        return value;
    }

    private static int GetName(UBootMachine machine, string variable, FdtNode node, ulong index)
    {
        if (index < (ulong)node.Nodes.Count)
            return Set(machine, variable, UBootText.FromHost(node.Nodes[(int)index].Name));
        machine.Print("libfdt node not found\n");
        return UBootResult.Failure;
    }

    private static int GetValue(UBootMachine machine, string variable, ReadOnlySpan<byte> value, string index)
    {
        if (IsText(value))
        {
            string[] texts = Texts(value);
            int at = (int)Math.Min(UBootNumbers.Decimal(index), int.MaxValue);
            return at < texts.Length ? Set(machine, variable, texts[at]) : UBootResult.Failure;
        }
        if (value.Length == sizeof(uint))
        {
            return Set(machine, variable, string.Create(
                CultureInfo.InvariantCulture, $"0x{BinaryPrimitives.ReadUInt32BigEndian(value):X8}"));
        }
        if (value.Length % sizeof(uint) != 0 || value.Length > NumberBytesMax)
        {
            machine.Print("error: unprintable value\n");
            return UBootResult.Failure;
        }
        // More than one word is shown in the order of the processor, not of the tree.
        var digits = new StringBuilder();
        for (int at = 0; at < value.Length; at += sizeof(uint))
            digits.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32LittleEndian(value[at..]):x8}");
        return Set(machine, variable, digits.ToString());
    }

    private static int Set(UBootMachine machine, string variable, string value)
    {
        machine.SetVariable(variable, value);
        return UBootResult.Success;
    }

    private static string[] Texts(ReadOnlySpan<byte> value)
    {
        string text = Encoding.Latin1.GetString(value);
        return (text.EndsWith('\0') ? text[..^1] : text).Split('\0');
    }

    // Printable texts, each with its NUL, none of them empty.
    private static bool IsText(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[^1] != 0)
            return false;
        for (int at = 0; at < value.Length; at++)
        {
            bool isEnd = value[at] == 0;
            bool isBlank = value[at] is (byte)' ' or (>= 9 and <= 13);
            if (isEnd ? at + 1 < value.Length && value[at + 1] == 0 : !isBlank && value[at] is < 0x21 or > 0x7E)
                return false;
        }
        return true;
    }

    private static string Describe(ReadOnlySpan<byte> value)
    {
        if (IsText(value))
            return $"\"{string.Join("\", \"", Texts(value))}\"";
        var text = new StringBuilder();
        bool isWords = value.Length % sizeof(uint) == 0;
        for (int at = 0; at < value.Length; at += isWords ? sizeof(uint) : 1)
        {
            text.Append(at > 0 ? " " : "");
            if (isWords)
                text.Append(CultureInfo.InvariantCulture, $"0x{BinaryPrimitives.ReadUInt32BigEndian(value[at..]):x8}");
            else
                text.Append(CultureInfo.InvariantCulture, $"{value[at]:x2}");
        }
        return isWords ? $"<{text}>" : $"[{text}]";
    }
}
