// Finds disks, partitions and file systems by the words of a command: "mmc", then "0:1", "0", "0:auto" or "0#name".
// Source: U-Boot 2023.01, disk/part.c, measured in QEMU.
namespace JetsonCore.Boot.Commands;

internal static class BlockDevices
{
    private const int PartitionsMax = 128;

    /// <summary>The disk of an interface and number ("0", "0.1"), or null; numbers are hexadecimal.</summary>
    public static UBootDisk? FindDisk(UBootMachine machine, string kind, string number)
    {
        int dot = number.IndexOf('.', StringComparison.Ordinal);
        string device = dot < 0 ? number : number[..dot];
        if (dot >= 0 && UBootNumbers.Hex(number[(dot + 1)..]) != 0)
            return null;
        ulong wanted = UBootNumbers.Read(device, 16, out int end);
        if (end != device.Length || end == 0)
            return null;
        return machine.Disks.FirstOrDefault(disk => disk.Interface == kind && (ulong)disk.Number == wanted);
    }

    /// <summary>Disk and partition ("0:1"); the console says why there are none.</summary>
    public static (UBootDisk Disk, UBootPartition? Partition)? FindPartition(
        UBootMachine machine, string kind, string? typed, bool allowsWhole)
    {
        string? place = typed is null or "" or "-" ? machine.Variables.Find("bootdevice") : typed;
        if (place is null)
        {
            machine.Print("** No device specified **\n");
            return null;
        }
        int colon = place.IndexOf(':', StringComparison.Ordinal);
        string device = colon < 0 ? place : place[..colon], part = colon < 0 ? "" : place[(colon + 1)..];
        if (FindDisk(machine, kind, device) is not { } disk)
        {
            machine.Print($"** Bad device specification {kind} {device} **\n");
            return null;
        }
        bool isAutomatic = part == "auto";
        int number = 0;
        if (part.Length > 0 && !isAutomatic)
        {
            number = unchecked((int)UBootNumbers.Read(part, 16, out int end));
            if (end != part.Length || (number == 0 && !allowsWhole))
            {
                machine.Print($"** Bad partition specification {kind} {place} **\n");
                return null;
            }
        }
        bool isWhole = part.Length > 0 && !isAutomatic && number == 0;
        if (disk.Table == UBootTableKind.None || isWhole)
        {
            if (number <= 0 && allowsWhole)
                return (disk, null);
            machine.Print($"** No partition table - {kind} {device} **\n");
            return null;
        }
        UBootPartition? found = isAutomatic ? Automatic(disk) : disk.Find(part.Length == 0 ? 1 : number);
        if (found is not null)
            return (disk, found);
        machine.Print(isAutomatic
            ? "** No valid partitions found **\n"
            : $"** Invalid partition {(part.Length == 0 ? 1 : number)} **\n");
        return null;
    }

    /// <summary>A file system; the console says why there is none.</summary>
    /// <param name="machine">The board.</param>
    /// <param name="kind">Interface.</param>
    /// <param name="place">Device and partition, or null.</param>
    /// <param name="wanted">The driver asked for, or null for any.</param>
    public static UBootFileSystem? FindFileSystem(
        UBootMachine machine, string kind, string? place, UBootFileSystemKind? wanted)
    {
        (UBootDisk Disk, UBootPartition? Partition)? found = FindByName(machine, kind, place)
            ?? FindPartition(machine, kind, place, allowsWhole: true);
        if (found is not { } there)
        {
            machine.Print($"Couldn't find partition {kind} {place ?? "<NULL>"}\n");
            return null;
        }
        UBootFileSystem? fileSystem = there.Partition is { } partition ? partition.FileSystem : there.Disk.FileSystem;
        return fileSystem is not null && (wanted ?? fileSystem.Kind) == fileSystem.Kind ? fileSystem : null;
    }

    /// <summary>Where the environment is kept: mmc 0:1.</summary>
    public static UBootFileSystem? EnvironmentFileSystem(UBootMachine machine)
    {
        UBootDisk? disk = machine.Disks.FirstOrDefault(candidate => candidate is { Interface: "mmc", Number: 0 });
        return disk?.Find(1)?.FileSystem;
    }

    private static (UBootDisk Disk, UBootPartition? Partition)? FindByName(
        UBootMachine machine, string kind, string? place)
    {
        int hash = place?.IndexOf('#', StringComparison.Ordinal) ?? -1;
        if (hash < 0)
            return null;
        string device = place![..hash], name = place[(hash + 1)..];
        if (FindDisk(machine, kind, device) is not { } disk)
            return null;
        if (disk.Partitions.FirstOrDefault(partition => partition.Name == name) is { } found)
            return (disk, found);
        machine.Print($"Could not find \"{name}\" partition\n");
        machine.Print($"** Bad device specification {kind} {place} **\n");
        return null;
    }

    private static UBootPartition? Automatic(UBootDisk disk) =>
        disk.Partitions.FirstOrDefault(partition => partition.IsBootable && partition.Number <= PartitionsMax)
            ?? disk.Partitions.FirstOrDefault();
}
