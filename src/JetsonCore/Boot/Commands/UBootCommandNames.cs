// The commands that are compiled into the two boards' U-Boot ("help" in QEMU; the TX1's from its configuration): names
// may be shortened, as long as one alone begins so, so all of them have to be known.
namespace JetsonCore.Boot.Commands;

internal static class UBootCommandNames
{
    private static readonly string[] Both =
    [
        "?", "askenv", "base", "bdinfo", "blkcache", "boot", "bootd", "bootelf", "bootflow", "booti", "bootm", "bootp",
        "bootvx", "cmp", "config", "coninfo", "cp", "crc32", "dfu", "dhcp", "dm", "echo", "editenv", "env", "exit",
        "ext2load", "ext2ls", "ext4load", "ext4ls", "ext4size", "ext4write", "false", "fatinfo", "fatload", "fatls",
        "fatmkdir", "fatrm", "fatsize", "fatwrite", "fdt", "fstype", "fstypes", "go", "grepenv", "gzwrite", "help",
        "imxtract", "itest", "ln", "load", "loadb", "loads", "loadx", "loady", "loop", "ls", "lzmadec", "md",
        "mii", "mm", "mmc", "mmcinfo", "mw", "net", "nm", "panic", "part", "pci", "ping", "printenv", "pxe", "random",
        "reset", "run", "save", "saveenv", "setenv", "setexpr", "showvar", "size", "sleep", "source", "sysboot", "test",
        "tftpboot", "true", "unlz4", "unzip", "usb", "usbboot", "version",
    ];

    /// <summary>QEMU's.</summary>
    public static IReadOnlyList<string> Qemu { get; } = Sorted(
        "chpart", "date", "erase", "flinfo", "iminfo", "mtd", "mtdparts", "nfs", "nvme", "poweroff", "protect", "qfw",
        "scsi", "scsiboot", "tpm", "tpm2", "virtio");

    /// <summary>The TX1's.</summary>
    public static IReadOnlyList<string> Tx1 { get; } = Sorted(
        "bootefi", "enterrcm", "gpio", "i2c", "sf", "sspi", "ums");

    /// <summary>Those of either.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>([.. Qemu, .. Tx1], StringComparer.Ordinal);

    private static string[] Sorted(params string[] more)
    {
        string[] all = [.. Both, .. more];
        Array.Sort(all, StringComparer.Ordinal);
        return all;
    }
}
