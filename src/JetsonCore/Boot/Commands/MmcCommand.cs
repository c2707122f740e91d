// mmc: which card is in use, and its partitions. The card's own registers are not simulated: "mmc info" shows those of
// QEMU's card, with the length of the disk. Source: U-Boot 2023.01, cmd/mmc.c, measured in QEMU.
using System.Globalization;

namespace JetsonCore.Boot.Commands;

internal static class MmcCommand
{
    private static readonly string[] Subcommands =
        ["info", "read", "wp", "write", "erase", "rescan", "part", "dev", "list", "hwpartition", "setdsr"];

    public static UBootCommand[] All { get; } =
    [
        new("mmc", 29, Run),
        new("mmcinfo", 1, (machine, _) => ShowCard(machine)),
    ];

    private static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        string[] found = words.Count < 2
            ? []
            : [.. Subcommands.Where(name => name.StartsWith(words[1], StringComparison.Ordinal))];
        string? name = Array.Find(found, candidate => candidate == words[1]) ?? (found.Length == 1 ? found[0] : null);
        switch (name)
        {
            case "dev":
                return words.Count > 5 ? UBootResult.Usage : SelectDevice(machine, [.. words.Skip(2)]);
            case "part":
                return ShowPartitions(machine);
            case "list":
                machine.Print(string.Concat(Cards(machine).Select(disk =>
                    string.Create(CultureInfo.InvariantCulture, $"pci_mmc: {disk.Number} (SD)\n"))));
                return UBootResult.Success;
            case "rescan":
                return Current(machine) is null ? NoDevice(machine) : UBootResult.Success;
            case "info":
                return ShowCard(machine);
            case "read" when words.Count == 5 && ReadBlocks(machine, words):
                return UBootResult.Success;
            case "read" when words.Count != 5:
            case null:
                return UBootResult.Usage;
            default:
                machine.Trace.AddUnknown($"mmc {name}");
                machine.Trace.Remark($"U-Boot has the command \"mmc {name}\", which is not simulated: taken as failed");
                return UBootResult.Failure;
        }
    }

    /// <summary>Whether blocks were read: not where the disk is only files, or they lie behind its end.</summary>
    private static bool ReadBlocks(UBootMachine machine, IReadOnlyList<string> words)
    {
        const ulong BlockBytes = 512;
        ulong first = UBootNumbers.Hex(words[3]), count = UBootNumbers.Hex(words[4]);
        if (Current(machine) is not { Content: { } content } || count == 0
            || first > (ulong)content.Length / BlockBytes || count > ((ulong)content.Length / BlockBytes) - first)
        {
            return false;
        }
        long bytes = (long)(count * BlockBytes);
        machine.Spend(bytes);
        machine.Memory.Write(UBootNumbers.Hex(words[2]), content.Slice((long)(first * BlockBytes), bytes));
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"\nMMC read: dev # {machine.CurrentMmc}, "
            + $"block # {first}, count {count} ... {count} blocks read: OK\n"));
        return true;
    }

    private static int SelectDevice(UBootMachine machine, string[] arguments)
    {
        int device = arguments.Length > 0 ? unchecked((int)UBootNumbers.Decimal(arguments[0])) : machine.CurrentMmc;
        int part = arguments.Length > 1 ? unchecked((int)UBootNumbers.Decimal(arguments[1])) : 0;
        if (!Cards(machine).Any(disk => disk.Number == device))
            return NoDevice(machine, device);
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"switch to partitions #{part}, {(part == 0 ? "OK" : "ERROR")}\n"));
        if (part != 0)
            return UBootResult.Failure;
        machine.CurrentMmc = device;
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"mmc{device} is current device\n"));
        return UBootResult.Success;
    }

    private static int ShowPartitions(UBootMachine machine)
    {
        if (Current(machine) is not { } disk)
            return NoDevice(machine);
        if (disk.Table == UBootTableKind.None)
        {
            machine.Print("get mmc type error!\n");
            return UBootResult.Failure;
        }
        machine.Print(PartitionCommand.Show(disk));
        return UBootResult.Success;
    }

    private static int ShowCard(UBootMachine machine)
    {
        if (Current(machine) is not { } disk)
            return NoDevice(machine);
        machine.Print("Device: pci_mmc\nManufacturer ID: aa\nOEM: 5859\nName: QEMU! \nBus Speed: 50000000\n"
            + "Mode: SD High Speed (50MHz)\nRd Block Len: 512\nSD version 2.0\n"
            + $"High Capacity: {(disk.SizeBytes > 2L << 30 ? "Yes" : "No")}\nCapacity: {SizeText(disk.SizeBytes)}\n"
            + "Bus Width: 4-bit\nErase Group Size: 512 Bytes\n");
        return UBootResult.Success;
    }

    private static string SizeText(long bytes)
    {
        string[] units = ["Bytes", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        for (; unit < units.Length - 1 && bytes >> ((unit + 1) * 10) > 0; unit++)
        {
        }
        double value = bytes / Math.Pow(1024, unit);
        return $"{value.ToString("0.#", CultureInfo.InvariantCulture)} {units[unit]}";
    }

    private static IEnumerable<UBootDisk> Cards(UBootMachine machine) =>
        machine.Disks.Where(disk => disk.Interface == "mmc");

    private static UBootDisk? Current(UBootMachine machine) =>
        Cards(machine).FirstOrDefault(disk => disk.Number == machine.CurrentMmc);

    private static int NoDevice(UBootMachine machine, int? device = null)
    {
        int number = device ?? machine.CurrentMmc;
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"MMC Device {number} not found\nno mmc device at slot {number}\n"));
        return UBootResult.Failure;
    }
}
