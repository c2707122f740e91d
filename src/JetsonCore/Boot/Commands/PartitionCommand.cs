// part: partitions by number or name, into variables or on the console.
// Source: U-Boot 2023.01, cmd/part.c and disk/part_efi.c, measured in QEMU.
using System.Globalization;
using System.Text;

namespace JetsonCore.Boot.Commands;

internal static class PartitionCommand
{
    public static UBootCommand[] All { get; } =
    [
        new("part", UBootCommand.AnyNumber, Run),
    ];

    /// <summary>The table of a disk as "part list" and "mmc part" show it.</summary>
    public static string Show(UBootDisk disk)
    {
        if (disk.Table == UBootTableKind.None)
            return $"## Unknown partition table type {0}\n";
        bool isEfi = disk.Table == UBootTableKind.Efi;
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"\nPartition Map for {disk.Interface.ToUpperInvariant()} device {disk.Number}  --   "));
        text.Append(isEfi
            ? "Partition Type: EFI\n\nPart\tStart LBA\tEnd LBA\t\tName\n\tAttributes\n\tType GUID\n\tPartition GUID\n"
            : "Partition Type: DOS\n\nPart\tStart Sector\tNum Sectors\tUUID\t\tType\n");
        foreach (UBootPartition partition in disk.Partitions)
            text.Append(isEfi ? EfiLine(partition) : DosLine(partition));
        return text.ToString();
    }

    private static string EfiLine(UBootPartition partition) => string.Create(CultureInfo.InvariantCulture,
        $"{partition.Number,3}\t0x{partition.FirstBlock:x8}\t0x{partition.FirstBlock + partition.BlockCount - 1:x8}\t")
        + $"\"{partition.Name}\"\n\tattrs:\t0x{partition.Attributes:x16}\n"
        + $"\ttype:\t{partition.Type}\n\tguid:\t{partition.Id}\n";

    private static string DosLine(UBootPartition partition) => string.Create(CultureInfo.InvariantCulture,
        $"{partition.Number,3}\t{partition.FirstBlock,-10}\t{partition.BlockCount,-10}\t{partition.Id}\t")
        + $"{partition.Type}{(partition.IsBootable ? " Boot" : "")}\n";

    private static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        string[] arguments = [.. words.Skip(2)];
        switch (words[1])
        {
            case "uuid":
                return ShowId(machine, arguments);
            case "list":
                return List(machine, arguments);
            case "start" or "size" or "number":
                return ShowNumber(machine, words[1], arguments);
            case "types":
                machine.Print("Supported partition tables: EFI, DOS, ISO\n");
                return UBootResult.Success;
            default:
                return UBootResult.Usage;
        }
    }

    private static int ShowId(UBootMachine machine, string[] arguments)
    {
        if (arguments.Length is < 2 or > 3)
            return UBootResult.Usage;
        if (BlockDevices.FindPartition(machine, arguments[0], arguments[1], allowsWhole: false) is not { } found)
            return UBootResult.Failure;
        return Give(machine, arguments.ElementAtOrDefault(2), found.Partition?.Id ?? "");
    }

    private static int List(UBootMachine machine, string[] arguments)
    {
        if (arguments.Length < 2)
            return UBootResult.Usage;
        bool onlyBootable = false;
        string? variable = null;
        for (int at = 2; at < arguments.Length; at++)
        {
            if (arguments[at].StartsWith('-'))
            {
                if (arguments[at] != "-bootable")
                {
                    machine.Print($"Unknown option {arguments[at]}\n");
                    return UBootResult.Usage;
                }
                onlyBootable = true;
                continue;
            }
            variable = arguments[at];
            if (at + 1 != arguments.Length)
                return UBootResult.Usage;
        }
        if (arguments.Length > 2 && variable is null)
            return UBootResult.Usage;
        if (BlockDevices.FindDisk(machine, arguments[0], arguments[1]) is not { } disk)
            return UBootResult.Failure;
        if (variable is null)
            machine.Print(Show(disk));
        else
            machine.SetVariable(variable, string.Join(' ', disk.Partitions
                .Where(partition => partition.IsBootable || !onlyBootable)
                .Select(partition => UBootNumbers.Hex((ulong)partition.Number))));
        return UBootResult.Success;
    }

    private static int ShowNumber(UBootMachine machine, string what, string[] arguments)
    {
        if (arguments.Length is < 3 or > 4)
            return UBootResult.Usage;
        if (BlockDevices.FindDisk(machine, arguments[0], arguments[1]) is not { } disk)
            return UBootResult.Failure;
        ulong number = UBootNumbers.Read(arguments[2], 0, out int end);
        UBootPartition? found = end == arguments[2].Length
            ? disk.Partitions.FirstOrDefault(partition => (ulong)partition.Number == number)
            : disk.Partitions.FirstOrDefault(partition => partition.Name == arguments[2]);
        if (found is null)
            return UBootResult.Failure;
        return Give(machine, arguments.ElementAtOrDefault(3), what switch
        {
            "start" => UBootNumbers.Hex((ulong)found.FirstBlock),
            "size" => UBootNumbers.Hex((ulong)found.BlockCount),
            _ => "0x" + UBootNumbers.Hex((ulong)found.Number),
        });
    }

    private static int Give(UBootMachine machine, string? variable, string value)
    {
        if (variable is null)
            machine.Print(value + "\n");
        else
            machine.SetVariable(variable, value);
        return UBootResult.Success;
    }
}
