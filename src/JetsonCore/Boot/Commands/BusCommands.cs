// usb, scsi, nvme, virtio, the network's commands and bootflow on a machine where nothing is connected: QEMU's, as the
// tests and `jetson-core boot` start it. Scripts look there for something to boot and go on. On a real board these
// commands depend on what is plugged in, and are said to be unknown.
// Source: U-Boot 2023.01, cmd/usb.c, cmd/blk_common.c, cmd/net.c, measured in QEMU.
using System.Globalization;

namespace JetsonCore.Boot.Commands;

internal static class BusCommands
{
    private const string NoEthernet = "No ethernet found.\n";

    public static UBootCommand[] All { get; } =
    [
        new("usb", 5, Usb),
        new("scsi", 5, Scsi),
        new("nvme", 8, (machine, words) => Disks(machine, words, "scan", "detail")),
        new("virtio", 8, (machine, words) => Disks(machine, words, "scan")),
        Network("dhcp"),
        Network("bootp"),
        Network("tftpboot"),
        Network("nfs"),
        new("pxe", 4, Pxe),
        new("pci", 7, Pci),
        new("ping", 2, Ping),
        new("bootflow", UBootCommand.AnyNumber, Bootflow),
    ];

    private static UBootCommand Network(string name) => new(name, 3, (machine, _) =>
    {
        machine.Print(NoEthernet);
        return UBootResult.Failure;
    });

    private static int Usb(UBootMachine machine, IReadOnlyList<string> words)
    {
        switch (words.ElementAtOrDefault(1))
        {
            case null:
                return UBootResult.Usage;
            case "start":
                machine.Print("starting USB...\nNo working controllers found\n");
                return UBootResult.Success;
            case "reset":
                machine.Print("resetting USB...\nNo working controllers found\n");
                return UBootResult.Success;
            case "stop":
                machine.Print("stopping USB..\n");
                return UBootResult.Success;
            default:
                machine.Print("USB is stopped. Please issue 'usb start' first.\n");
                return UBootResult.Failure;
        }
    }

    private static int Scsi(UBootMachine machine, IReadOnlyList<string> words)
    {
        switch (words.ElementAtOrDefault(1))
        {
            case "reset" when words.Count == 2:
                machine.Print("\nReset SCSI\nscanning bus for devices...\n");
                return UBootResult.Success;
            case "scan" when words.Count == 2:
                machine.Print("scanning bus for devices...\n");
                return UBootResult.Success;
            default:
                return Disks(machine, words);
        }
    }

    // What is common to all kinds of disks; words of a kind's own do nothing where there is none.
    private static int Disks(UBootMachine machine, IReadOnlyList<string> words, params string[] own)
    {
        string name = words[0];
        switch (words.ElementAtOrDefault(1))
        {
            case { } first when words.Count == 2 && own.Contains(first):
                return UBootResult.Success;
            case ['i', 'n', 'f', ..] when words.Count == 2:
                return UBootResult.Success;
            case ['d', 'e', 'v', ..] when words.Count == 2:
                machine.Print($"\nno {name} devices available\n");
                return UBootResult.Failure;
            case ['p', 'a', 'r', 't', ..] when words.Count == 2:
                machine.Print($"\nno {name} partition table available\n");
                return UBootResult.Success;
            case ['d', 'e', 'v', ..] when words.Count == 3:
                machine.Print(string.Create(CultureInfo.InvariantCulture,
                    $"\nDevice {unchecked((int)UBootNumbers.Decimal(words[2]))}: unknown device\n"));
                return UBootResult.Failure;
            case ['p', 'a', 'r', 't', ..] when words.Count == 3:
                machine.Print(string.Create(CultureInfo.InvariantCulture,
                    $"\n{name} device {unchecked((int)UBootNumbers.Decimal(words[2]))} not available\n"));
                return UBootResult.Failure;
            case "read" or "write" when words.Count > 3:
                machine.Trace.AddUnknown($"{name} {words[1]}");
                machine.Trace.Remark($"\"{name} {words[1]}\" without a disk is not simulated: taken as failed");
                return UBootResult.Failure;
            default:
                return UBootResult.Usage;
        }
    }

    // Scripts look for devices with it; what it shows of them is not simulated.
    private static int Pci(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.ElementAtOrDefault(1) == "enum")
            return UBootResult.Success;
        machine.Trace.AddUnknown("pci");
        machine.Trace.Remark("of the command \"pci\" only \"pci enum\" is simulated: taken as failed");
        return UBootResult.Failure;
    }

    // Looks for a menu under the names that PXELINUX uses, and finds no network each time.
    private static int Pxe(UBootMachine machine, IReadOnlyList<string> words)
    {
        const string Place = "pxefile_addr_r", Id = "pxeuuid";
        bool isBoot = words.ElementAtOrDefault(1) == "boot";
        if (!isBoot && words is not [_, "get"])
            return UBootResult.Usage;
        if (machine.Variables.Find(Place) is null && words.Count == 2)
        {
            machine.Print($"missing environment variable: {Place}\n");
            return UBootResult.Failure;
        }
        if (isBoot)
        {
            machine.Trace.AddUnknown("pxe boot");
            machine.Trace.Remark("\"pxe boot\" is not simulated: taken as failed");
            return UBootResult.Failure;
        }
        string bootFile = machine.Variables.Find("bootfile") ?? "";
        string folder = bootFile[..(bootFile.LastIndexOf('/') + 1)] + "pxelinux.cfg/";
        if (machine.Variables.Find(Id) is { } id)
            machine.Print($"Retrieving file: {folder}{id}\n{NoEthernet}");
        else
            machine.Print($"missing environment variable: {Id}\n");
        string address = string.Concat((machine.Variables.Find("ipaddr") ?? "0.0.0.0").Split('.')
            .Select(part => UBootNumbers.Decimal(part).ToString("X2", CultureInfo.InvariantCulture)));
        for (int length = address.Length; length > 0; length--)
            machine.Print($"Retrieving file: {folder}{address[..length]}\n{NoEthernet}");
        foreach (string name in new[] { "default-arm", "default" })
            machine.Print($"Retrieving file: {folder}{name}\n{NoEthernet}");
        machine.Print("Config file not found\n");
        return UBootResult.Failure;
    }

    private static int Ping(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        machine.Print($"{NoEthernet}ping failed; host {words[1]} is not alive\n");
        return UBootResult.Failure;
    }

    private static int Bootflow(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.ElementAtOrDefault(1) != "scan")
            return UBootResult.Usage;
        if (words.Count == 2)
            return UBootResult.Success;
        machine.Print("Flags not supported: enable CONFIG_BOOTFLOW_FULL\n");
        return UBootResult.Usage;
    }
}
