// Which option brings which command of U-Boot, for those that boot scripts call. Source: U-Boot 2023.01, cmd/Kconfig.
using System.Collections.Frozen;

namespace JetsonCore.Boot.Settings;

internal static class UBootCommandOptions
{
    private static readonly FrozenDictionary<string, string> Options = new Dictionary<string, string>
    {
        ["bootefi"] = "CMD_BOOTEFI",
        ["bootflow"] = "CMD_BOOTFLOW",
        ["booti"] = "CMD_BOOTI",
        ["bootm"] = "CMD_BOOTM",
        ["bootz"] = "CMD_BOOTZ",
        ["dhcp"] = "CMD_DHCP",
        ["echo"] = "CMD_ECHO",
        ["ext2load"] = "CMD_EXT2",
        ["ext4load"] = "CMD_EXT4",
        ["ext4ls"] = "CMD_EXT4",
        ["ext4size"] = "CMD_EXT4",
        ["ext4write"] = "CMD_EXT4_WRITE",
        ["fatload"] = "CMD_FAT",
        ["fatls"] = "CMD_FAT",
        ["fatsize"] = "CMD_FAT",
        ["fatwrite"] = "CMD_FAT",
        ["fdt"] = "CMD_FDT",
        ["fstype"] = "CMD_FS_GENERIC",
        ["i2c"] = "CMD_I2C",
        ["itest"] = "CMD_ITEST",
        ["load"] = "CMD_FS_GENERIC",
        ["ls"] = "CMD_FS_GENERIC",
        ["mmc"] = "CMD_MMC",
        ["part"] = "CMD_PART",
        ["pxe"] = "CMD_PXE",
        ["run"] = "CMD_RUN",
        ["saveenv"] = "CMD_SAVEENV",
        ["setexpr"] = "CMD_SETEXPR",
        ["size"] = "CMD_FS_GENERIC",
        ["source"] = "CMD_SOURCE",
        ["sysboot"] = "CMD_SYSBOOT",
        ["tftpboot"] = "CMD_TFTPBOOT",
        ["ums"] = "CMD_USB_MASS_STORAGE",
        ["usb"] = "CMD_USB",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The option, without "CONFIG_", or null.</summary>
    public static string? Find(string command) => Options.GetValueOrDefault(command);

    /// <summary>Whether U-Boot has a command; null where that is not known.</summary>
    public static bool? IsThere(string command, UBootSettings settings)
    {
        // The linker lets a text that another one ends with lie in it: "load" in "fatload".
        if (settings.Texts is { } texts && texts.Any(text => text.EndsWith(command, StringComparison.Ordinal)))
            return true;
        if (!Options.TryGetValue(command, out string? option))
            return null;
        return settings.Options is not null ? settings.Option(option) == "y" : settings.Texts is null ? null : false;
    }
}
