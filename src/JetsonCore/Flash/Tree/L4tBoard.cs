// The boards that L4T trees are for. One is supported: its boot chain ends in U-Boot, and gadget/ has its table. The
// others are recognised, and their trees read as far as their files allow.
// Source: the board files of L4T R24.1 to R35.3.1.
using System.Collections.Immutable;

namespace JetsonCore.Flash.Tree;

/// <summary>A board as NVIDIA's flash.sh knows it.</summary>
public sealed record L4tBoard
{
    /// <summary>The Jetson TX1 developer kit, p2371-2180.</summary>
    public static L4tBoard JetsonTx1 { get; } = new()
    {
        Name = "jetson-tx1",
        Title = "Jetson TX1",
        Chip = "0x21",
        EmmcBytes = 15758000128,
    };

    /// <summary>All boards, the supported one first.</summary>
    public static ImmutableArray<L4tBoard> All { get; } =
    [
        JetsonTx1,
        new()
        {
            Name = "jetson-tx2",
            Title = "Jetson TX2",
            Chip = "0x18",
            NotSupported = "its chip starts MB1, MB2 and cboot from two slots each: there is no gadget for that",
        },
        new()
        {
            Name = "jetson-nano-qspi-sd",
            Title = "Jetson Nano (QSPI and SD card)",
            Chip = "0x21",
            NotSupported = "its boot chain lies in a QSPI flash and its system on a card: there is no gadget for that",
        },
        new()
        {
            Name = "jetson-nano-emmc",
            Title = "Jetson Nano (eMMC)",
            Chip = "0x21",
            NotSupported = "its boot chain lies in the boot areas of the eMMC: there is no gadget for that",
        },
        new()
        {
            Name = "jetson-xavier",
            Title = "Jetson AGX Xavier",
            Chip = "0x19",
            NotSupported = "it starts Linux from cboot or UEFI, without U-Boot",
        },
        new()
        {
            Name = "jetson-agx-xavier-devkit",
            Title = "Jetson AGX Xavier",
            Chip = "0x19",
            NotSupported = "it starts Linux from cboot or UEFI, without U-Boot",
        },
        new()
        {
            Name = "jetson-xavier-nx-devkit",
            Title = "Jetson Xavier NX",
            Chip = "0x19",
            NotSupported = "it starts Linux from cboot or UEFI, without U-Boot",
        },
        new()
        {
            Name = "jetson-agx-orin-devkit",
            Title = "Jetson AGX Orin",
            Chip = "0x23",
            NotSupported = "it starts Linux from UEFI, without U-Boot",
        },
    ];

    /// <summary>The board word of flash.sh: NAME.conf is its board file.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>CHIPID.</summary>
    public required string Chip { get; init; }

    /// <summary>Bytes of the eMMC, its two boot areas included; 0 where that is not known here.</summary>
    public long EmmcBytes { get; init; }

    /// <summary>The root device of flash.sh.</summary>
    public string RootDevice { get; init; } = "mmcblk0p1";

    /// <summary>Why it cannot be flashed with Ubuntu Core; null where it can.</summary>
    public string? NotSupported { get; init; }

    /// <summary>The vendor's board file.</summary>
    public string BoardFile => $"{Name}.conf";

    /// <summary>The board word of ours.</summary>
    public string OwnName => $"{Name}-ubuntu-core";

    /// <summary>Our board file beside the vendor's.</summary>
    public string OwnBoardFile => $"{OwnName}.conf";

    /// <summary>The board of a name, or null.</summary>
    public static L4tBoard? Find(string name) => All.FirstOrDefault(board => board.Name == name);
}
