// fdt set, mknode, rm, chosen, memory, rsvmem and bootcpu: what changes a device tree.
// Source: U-Boot 2023.01, cmd/fdt.c and common/fdt_support.c, measured in QEMU.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace JetsonCore.Boot.Commands;

internal static class FdtChanging
{
    private const string Version = "2023.01";

    // libfdt gives back -1 for what it does not find, which U-Boot takes for a wrong call.
    private const string Missing = "FDT_ERR_NOTFOUND";

    /// <summary>Runs one of the commands; null where it is none of these.</summary>
    public static int? Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        (string Start, Func<FdtBlob, int> Change)[] all =
        [
            ("mk", tree => words.Count < 4 ? UBootResult.Usage : MakeNode(machine, tree, words)),
            ("se", tree => words.Count < 4 ? UBootResult.Usage : SetProperty(machine, tree, words)),
            ("rm", tree => words.Count < 3 ? UBootResult.Usage : Remove(machine, tree, words)),
            ("boo", tree => words.Count < 3 ? UBootResult.Usage : SetProcessor(tree, words)),
            ("me", tree => words.Count < 4 ? UBootResult.Usage : SetMemory(machine, tree, words)),
            ("rs", tree => words.Count < 3 ? UBootResult.Usage : Reserve(machine, tree, words)),
            ("cho", tree => words.Count is 2 or 4 ? Choose(machine, tree, words) : UBootResult.Usage),
        ];
        Func<FdtBlob, int>? change =
            Array.Find(all, one => words[1].StartsWith(one.Start, StringComparison.Ordinal)).Change;
        if (change is null)
            return null;
        if (FdtCommand.SizeAt(machine, machine.WorkingFdt) is not { } size)
            return Refuse(machine, "libfdt fdt_path_offset() returned", "FDT_ERR_BADMAGIC");
        if (size > FdtBlob.LengthMax)
            throw new UBootEndException(UBootEnd.TooLong);
        var tree = new FdtBlob(machine.Memory.Read(machine.WorkingFdt, (int)size));
        int result = change(tree);
        machine.Memory.Write(machine.WorkingFdt, tree.Bytes);
        return result;
    }

    private static int MakeNode(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words) =>
        FindNode(machine, tree, words[2]) is { } node
            ? Try(machine, "libfdt fdt_add_subnode():", () => tree.AddNode(node, words[3]))
            : UBootResult.Failure;

    private static int SetProperty(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words)
    {
        if (FindNode(machine, tree, words[2]) is not { } node)
            return UBootResult.Failure;
        byte[] value = [], before = [];
        if (words.Count > 4)
        {
            _ = FailureOf(() => before = tree.Value(node, words[3]) ?? []);
            (byte[]? parsed, string complaint) = Parse([.. words.Skip(4)], before);
            if (parsed is null)
            {
                machine.Print(complaint);
                return UBootResult.Failure;
            }
            value = parsed;
        }
        return Try(machine, "libfdt fdt_setprop():", () => tree.SetProperty(node, words[3], value));
    }

    private static int Remove(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words)
    {
        if (FindNode(machine, tree, words[2]) is not { } node)
            return UBootResult.Failure;
        string? failure = words.Count > 3
            ? FailureOf(() => tree.DeleteProperty(node, words[3]))
            : FailureOf(() => tree.DeleteNode(node));
        if (failure is null)
            return UBootResult.Success;
        machine.Print($"libfdt {(words.Count > 3 ? "fdt_delprop" : "fdt_del_node")}():  {failure}\n");
        return failure == Missing ? UBootResult.Usage : UBootResult.Failure;
    }

    private static int SetProcessor(FdtBlob tree, IReadOnlyList<string> words) =>
        FailureOf(() => tree.SetBootProcessor(unchecked((uint)UBootNumbers.Hex(words[2])))) is null
            ? UBootResult.Success
            : UBootResult.Failure;

    private static int SetMemory(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words)
    {
        ulong address = UBootNumbers.Hex(words[2]), size = UBootNumbers.Hex(words[3]);
        return Try(machine, "fdt_find_or_add_subnode: memory:", () =>
        {
            int root = tree.FindNode("/"), memory = tree.FindOrAddNode(root, "memory");
            tree.SetProperty(memory, "device_type", "memory\0"u8);
            (int addressCells, int sizeCells) = (CellsOf(tree, "#address-cells", 2), CellsOf(tree, "#size-cells", 1));
            tree.SetProperty(memory, "reg", [.. Cells(address, addressCells), .. Cells(size, sizeCells)]);
        });
    }

    private static int Reserve(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words)
    {
        var reserved = new List<(ulong Address, ulong Size)>();
        switch (words[2])
        {
            case ['p', ..]:
                machine.Print($"index\t\t   start\t\t    size\n{new string('-', 48)}\n");
                _ = FailureOf(() => reserved.AddRange(tree.Reserved));
                foreach (((ulong address, ulong size), int index) in reserved.Select((one, index) => (one, index)))
                {
                    machine.Print(string.Create(CultureInfo.InvariantCulture,
                        $"    {index:x}\t{address:x16}\t{size:x16}\n"));
                }
                return UBootResult.Success;
            case ['a', ..] when words.Count > 4:
                return Try(machine, "libfdt fdt_add_mem_rsv(): ",
                    () => tree.Reserve(UBootNumbers.Hex(words[3]), UBootNumbers.Hex(words[4])));
            case ['d', ..] when words.Count > 3:
                string? failure = FailureOf(() => tree.DeleteReservation(UBootNumbers.Hex(words[3])));
                if (failure is null)
                    return UBootResult.Success;
                machine.Print($"libfdt fdt_del_mem_rsv():  {failure}\n");
                return failure == Missing ? UBootResult.Usage : UBootResult.Failure;
            default:
                return UBootResult.Usage;
        }
    }

    private static int Choose(UBootMachine machine, FdtBlob tree, IReadOnlyList<string> words)
    {
        string step = "fdt_find_or_add_subnode: chosen:";
        string? failure = FailureOf(() =>
        {
            int chosen = tree.FindOrAddNode(tree.FindNode("/"), "chosen");
            if (machine.Variables.Find("bootargs") is { } arguments)
            {
                step = "WARNING: could not set bootargs";
                tree.SetProperty(chosen, "bootargs", [.. UBootText.Bytes(arguments), 0]);
            }
            step = "WARNING: could not set u-boot,version";
            tree.SetProperty(chosen, "u-boot,version", Encoding.ASCII.GetBytes($"{Version}\0"));
            if (words.Count < 4)
                return;
            ulong start = UBootNumbers.Hex(words[2]), end = unchecked(start + UBootNumbers.Hex(words[3]) - 1);
            if (start == end)
                return;
            step = "fdt_initrd:";
            int known = tree.Reserved.TakeWhile(one => one.Address != start).Count();
            if (known < tree.Reserved.Count())
                tree.DeleteReservation((ulong)known);
            tree.Reserve(start, unchecked(end - start));
            chosen = tree.FindNode("/chosen");
            int cells = CellsOf(tree, "#address-cells", 2);
            step = "WARNING: could not set linux,initrd-start";
            tree.SetProperty(chosen, "linux,initrd-start", Cells(start, cells));
            step = "WARNING: could not set linux,initrd-end";
            tree.SetProperty(chosen, "linux,initrd-end", Cells(end, cells));
        });
        if (failure is not null)
            machine.Print($"{step} {failure}{(step[0] == 'W' ? "." : "")}\n");
        return UBootResult.Success;
    }

    private static int CellsOf(FdtBlob tree, string name, int otherwise) =>
        tree.Value(tree.FindNode("/"), name) is { Length: sizeof(uint) } value
            ? Math.Clamp((int)BinaryPrimitives.ReadUInt32BigEndian(value) & 0xFF, 1, 2)
            : otherwise;

    private static byte[] Cells(ulong value, int count)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes[(sizeof(ulong) - (count * sizeof(uint)))..];
    }

    private static int? FindNode(UBootMachine machine, FdtBlob tree, string path)
    {
        int node = 0;
        int result = Try(machine, "libfdt fdt_path_offset() returned", () => node = tree.FindNode(path));
        return result == UBootResult.Success ? node : null;
    }

    private static int Try(UBootMachine machine, string step, Action change) =>
        FailureOf(change) is { } failure ? Refuse(machine, step, failure) : UBootResult.Success;

    private static int Refuse(UBootMachine machine, string step, string failure)
    {
        machine.Print($"{step} {failure}\n");
        return UBootResult.Failure;
    }

    /// <summary>What goes wrong, in libfdt's words; null where nothing does.</summary>
    public static string? FailureOf(Action change)
    {
        try
        {
            change();
            return null;
        }
        catch (FdtBlob.FailureException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>A value as it is typed: &lt;numbers&gt;, [bytes], or texts; or what is said instead.</summary>
    private static (byte[]? Value, string Complaint) Parse(string[] words, byte[] before) => words[0] switch
    {
        ['<', ..] => ParseNumbers(words, before),
        ['[', ..] => ParseBytes(words),
        _ => ([.. words.SelectMany(word => (byte[])[.. UBootText.Bytes(word), 0])], ""),
    };

    // "?" keeps the number that is there.
    private static (byte[]? Value, string Complaint) ParseNumbers(string[] words, byte[] before)
    {
        var value = new List<byte>();
        int word = 0;
        string rest = words[0][1..];
        while (word < words.Length && !rest.StartsWith('>'))
        {
            if (rest.Length == 0)
            {
                if (++word < words.Length)
                    rest = words[word];
                continue;
            }
            bool isKept = rest[0] == '?';
            ulong number = UBootNumbers.Read(rest, 0, out int end);
            if (end == 0 && !isKept)
                return (null, $"Sorry, I could not convert \"{rest}\"\n");
            int at = value.Count;
            value.AddRange(isKept && at + sizeof(uint) <= before.Length
                ? before[at..(at + sizeof(uint))]
                : Cells(unchecked((uint)number), 1));
            rest = rest[Math.Max(end, 1)..].TrimStart(' ');
        }
        return Closed(value, rest, '>');
    }

    private static (byte[]? Value, string Complaint) ParseBytes(string[] words)
    {
        var value = new List<byte>();
        int word = 0;
        string rest = words[0][1..];
        while (word < words.Length && !rest.StartsWith(']'))
        {
            rest = rest.TrimStart(' ');
            if (rest.Length == 0)
            {
                if (++word < words.Length)
                    rest = words[word];
                continue;
            }
            if (!char.IsAsciiHexDigit(rest[0]))
                break;
            value.Add(unchecked((byte)UBootNumbers.Read(rest, 16, out int end)));
            rest = rest[end..];
        }
        return Closed(value, rest, ']');
    }

    private static (byte[]? Value, string Complaint) Closed(List<byte> value, string rest, char end) =>
        rest.StartsWith(end)
            ? ([.. value], "")
            : (null, $"Unexpected character '{(rest.Length > 0 ? rest[0] : '\0')}'\n");
}
