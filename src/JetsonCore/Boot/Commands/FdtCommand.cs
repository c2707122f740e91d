// fdt addr, move, resize and header: where the device tree is and how much room it has. What is in it is read by
// FdtReading and changed by FdtChanging.
// Source: U-Boot 2023.01, cmd/fdt.c and common/fdt_support.c, measured in QEMU.
using System.Buffers.Binary;
using System.Globalization;

namespace JetsonCore.Boot.Commands;

internal static class FdtCommand
{
    private const uint Magic = 0xD00DFEED;
    private const int TotalSizeOffset = 4, ReservationBytes = 16, ReservationsKept = 5, PageBytes = 0x1000;
    private const int TreeMax = 64 << 20;

    private static readonly string[] Members =
    [
        "magic", "totalsize", "off_dt_struct", "off_dt_strings", "off_mem_rsvmap", "version", "last_comp_version",
        "boot_cpuid_phys", "size_dt_strings", "size_dt_struct",
    ];

    public static UBootCommand[] All { get; } =
    [
        new("fdt", 255, Run) { IsRepeatable = false },
    ];

    /// <summary>The length that a tree says it has, or null where there is none.</summary>
    public static uint? SizeAt(UBootMachine machine, ulong address)
    {
        byte[] header = machine.Memory.Read(address, 8);
        return BinaryPrimitives.ReadUInt32BigEndian(header) == Magic
            ? BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(TotalSizeOffset))
            : null;
    }

    /// <summary>Makes a tree the one that "fdt" works on.</summary>
    public static void SetWorking(UBootMachine machine, ulong address)
    {
        machine.Print($"Working FDT set to {UBootNumbers.Hex(address)}\n");
        machine.WorkingFdt = address;
        machine.SetHex("fdtaddr", address);
    }

    /// <summary>Tells a tree how long it is.</summary>
    public static void SetSize(UBootMachine machine, ulong address, uint size)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, size);
        machine.Memory.Write(address + TotalSizeOffset, bytes);
    }

    private static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        if (words[1].StartsWith("ad", StringComparison.Ordinal))
            return SetAddress(machine, words);
        if (machine.WorkingFdt == 0)
        {
            machine.Print("No FDT memory address configured. Please configure\n"
                + "the FDT address via \"fdt addr <address>\" command.\nAborting!\n");
            return UBootResult.Failure;
        }
        if (words[1].StartsWith("mo", StringComparison.Ordinal))
            return Move(machine, words);
        if (words[1].StartsWith("res", StringComparison.Ordinal))
            return Resize(machine, words);
        if (words[1].StartsWith('h'))
            return words.Count == 5 ? GetHeader(machine, words) : ShowHeader(machine);
        if (words[1].StartsWith('g'))
            return FdtReading.Get(machine, words);
        if (words[1].StartsWith('p') || words[1].StartsWith('l'))
            return FdtReading.Print(machine, words);
        if (FdtChanging.Run(machine, words) is { } result)
            return result;
        if (!words[1].StartsWith("che", StringComparison.Ordinal))
            return Unbuilt(machine, words[1]);
        machine.Trace.AddUnknown($"fdt {words[1]}");
        machine.Trace.Remark(
            $"U-Boot has the command \"fdt {words[1]}\", which is not simulated: taken as failed");
        return UBootResult.Failure;
    }

    // Device tree overlays and fixups of boards are options of U-Boot that gadget/u-boot/*.config leaves out.
    private static int Unbuilt(UBootMachine machine, string name)
    {
        string[] optional = ["ap", "boa", "sys"];
        if (optional.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
        {
            machine.Trace.AddUnknown($"fdt {name}");
            machine.Trace.Remark($"\"fdt {name}\" is an option of U-Boot that was not built in");
        }
        return UBootResult.Usage;
    }

    private static int SetAddress(UBootMachine machine, IReadOnlyList<string> words)
    {
        string[] arguments = [.. words.Skip(2).SkipWhile(word => word.StartsWith('-'))];
        string options = string.Concat(words.Skip(2).TakeWhile(word => word.StartsWith('-')).Select(word => word[1..]));
        if (!options.All("cq".Contains))
            return UBootResult.Usage;
        bool isQuiet = options.Contains('q', StringComparison.Ordinal);
        if (options.Contains('c', StringComparison.Ordinal))
        {
            machine.Trace.AddUnknown("fdt addr -c");
            machine.Trace.Remark("\"fdt addr -c\" is about U-Boot's own device tree, which is not simulated");
            return UBootResult.Failure;
        }
        if (arguments.Length == 0)
        {
            if (machine.WorkingFdt == 0)
                return UBootResult.Failure;
            ulong shown = UBootNumbers.Hex(machine.Variables.Find("fdtaddr") ?? "0");
            machine.Print(string.Create(CultureInfo.InvariantCulture, $"Working fdt: {shown:x8}\n"));
            return UBootResult.Success;
        }
        ulong address = UBootNumbers.Hex(arguments[0]);
        if (SizeAt(machine, address) is not { } size)
            return Refuse(machine, isQuiet);
        SetWorking(machine, address);
        if (arguments.Length < 2)
            return UBootResult.Success;
        uint length = unchecked((uint)UBootNumbers.Hex(arguments[1]));
        if (length >= size)
            SetSize(machine, address, length);
        else if (!isQuiet)
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"New length {unchecked((int)length)} < existing length {size}, ignoring\n"));
        return UBootResult.Success;
    }

    private static int Refuse(UBootMachine machine, bool isQuiet)
    {
        if (!isQuiet)
            machine.Print("libfdt fdt_check_header(): FDT_ERR_BADMAGIC\n");
        return UBootResult.Failure;
    }

    private static int Move(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 4)
            return UBootResult.Usage;
        ulong from = UBootNumbers.Hex(words[2]), to = UBootNumbers.Hex(words[3]);
        machine.WorkingFdt = from;
        if (SizeAt(machine, from) is not { } size)
            return Refuse(machine, isQuiet: false);
        uint length = words.Count > 4 ? unchecked((uint)UBootNumbers.Hex(words[4])) : size;
        if (length < size)
        {
            machine.Print(string.Create(CultureInfo.InvariantCulture,
                $"New length 0x{length:X} < existing length 0x{size:X}, aborting.\n"));
            return UBootResult.Failure;
        }
        machine.Memory.Copy(from, to, Math.Min(size, TreeMax));
        SetSize(machine, to, length);
        SetWorking(machine, to);
        return UBootResult.Success;
    }

    private static int Resize(UBootMachine machine, IReadOnlyList<string> words)
    {
        byte[] header = machine.Memory.Read(machine.WorkingFdt, Members.Length * 4);
        ulong used = Member(header, "off_dt_strings") + Member(header, "size_dt_strings")
            + (ReservationsKept * ReservationBytes);
        used += words.Count > 2 ? UBootNumbers.Hex(words[2]) : 0;
        ulong inPage = machine.WorkingFdt & (PageBytes - 1);
        ulong end = (used + inPage + PageBytes - 1) / PageBytes * PageBytes;
        SetSize(machine, machine.WorkingFdt, unchecked((uint)(end - inPage)));
        return UBootResult.Success;
    }

    private static int ShowHeader(UBootMachine machine)
    {
        byte[] header = machine.Memory.Read(machine.WorkingFdt, Members.Length * 4);
        ulong size = Member(header, "totalsize");
        int reserved = 0;
        var tree = new FdtBlob(machine.Memory.Read(machine.WorkingFdt, (int)Math.Min(size, FdtBlob.LengthMax)));
        _ = FdtChanging.FailureOf(() => reserved = tree.Reserved.Count());
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"""
            magic:			0x{Member(header, "magic"):x}
            totalsize:		0x{size:x} ({unchecked((int)size)})
            off_dt_struct:		0x{Member(header, "off_dt_struct"):x}
            off_dt_strings:		0x{Member(header, "off_dt_strings"):x}
            off_mem_rsvmap:		0x{Member(header, "off_mem_rsvmap"):x}
            version:		{Member(header, "version")}
            last_comp_version:	{Member(header, "last_comp_version")}
            boot_cpuid_phys:	0x{Member(header, "boot_cpuid_phys"):x}
            size_dt_strings:	0x{Member(header, "size_dt_strings"):x}
            size_dt_struct:		0x{Member(header, "size_dt_struct"):x}
            number mem_rsv:		0x{reserved:x}


            """));
        return UBootResult.Success;
    }

    private static int GetHeader(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (!words[2].StartsWith('g') || !Members.Contains(words[4]))
            return UBootResult.Failure;
        byte[] header = machine.Memory.Read(machine.WorkingFdt, Members.Length * 4);
        machine.SetHex(words[3], Member(header, words[4]));
        return UBootResult.Success;
    }

    private static ulong Member(byte[] header, string name) =>
        BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(Array.IndexOf(Members, name) * 4));
}
