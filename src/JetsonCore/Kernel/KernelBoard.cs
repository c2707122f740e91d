// Boards that kernels are judged for: another board is another record.
namespace JetsonCore.Kernel;

/// <summary>What a board asks of a kernel.</summary>
internal sealed record KernelBoard
{
    /// <summary>The boards that are known.</summary>
    public static IReadOnlyList<KernelBoard> All { get; } = [JetsonTx1];

    private static KernelBoard JetsonTx1 => new()
    {
        Name = "jetson-tx1",
        Title = "the Jetson TX1 developer kit",
        // The mainline's name, and that of NVIDIA's trees in L4T.
        Compatible = ["nvidia,p2371-2180", "nvidia,jetson-cv"],
        DeviceTrees = ["tegra210-p2371-2180.dtb", "tegra210-jetson-tx1-p2597-2180-a01-devkit.dtb"],
        Firmware = ["nvidia/tegra210/xusb.bin"],
        Needs =
        [
            new(KernelRules.BoardDisk, "ARCH_TEGRA_210_SOC|ARCH_TEGRA_21x_SOC", "the processor"),
            new(KernelRules.BoardDisk, "MMC", "the bus of eMMC and SD card"),
            new(KernelRules.BoardDisk, "MMC_BLOCK", "eMMC and SD card as disks", "mmc_block"),
            new(KernelRules.BoardDisk, "MMC_SDHCI_TEGRA", "the controller of eMMC and SD card", "sdhci_tegra"),
            new(KernelRules.BoardConsole, "SERIAL_8250", "the debug port, ttyS0"),
            new(KernelRules.BoardConsole, "SERIAL_8250_CONSOLE", "messages on it"),
            new(KernelRules.BoardConsole, "SERIAL_8250_TEGRA|SERIAL_OF_PLATFORM", "finding it by the device tree"),
            new(KernelRules.BoardDevice, "I2C_TEGRA", "the bus of the power controller", "i2c_tegra"),
            new(KernelRules.BoardDevice, "REGULATOR_MAX77620", "the supply of eMMC and SD card", "max77620_regulator")
            {
                Since = "4.7",
            },
            new(KernelRules.BoardDevice, "PINCTRL_TEGRA210", "the pins") { Since = "4.1" },
            new(KernelRules.BoardDevice, "USB_XHCI_TEGRA", "USB, and the network by it", "xhci_tegra", InSystem: true)
            {
                Since = "4.8",
            },
            new(KernelRules.BoardDevice, "USB_RTL8152", "the network", "r8152", InSystem: true),
        ],
    };

    /// <summary>By what it is named on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>Any of these in a device tree's "compatible" says that it is for the board.</summary>
    public required IReadOnlyList<string> Compatible { get; init; }

    /// <summary>Names that its device trees have.</summary>
    public required IReadOnlyList<string> DeviceTrees { get; init; }

    /// <summary>Firmware that it does not do without.</summary>
    public required IReadOnlyList<string> Firmware { get; init; }

    /// <summary>Options of the kernel that it does not do without.</summary>
    public IReadOnlyList<KernelNeed> Needs { get; init; } = [];
}
