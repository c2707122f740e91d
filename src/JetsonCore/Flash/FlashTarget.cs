// How a flash tool wants to be given an image: which partition becomes which file of its tree, and what has to be
// edited there. One board so far: the Jetson TX1 with NVIDIA's L4T R28.2, whose flash.sh writes partitions one by one.
using System.Collections.Immutable;

namespace JetsonCore.Flash;

/// <summary>A board and its flash tool.</summary>
public sealed record FlashTarget
{
    /// <summary>The Jetson TX1 developer kit (p2371-2180) with L4T R28.2.</summary>
    public static FlashTarget JetsonTx1 { get; } = new()
    {
        Name = "jetson-tx1",
        Title = "NVIDIA Jetson TX1 developer kit",
        PackageTitle = "L4T R28.2",
        PackageFile = "Tegra210_Linux_R28.2.0_aarch64.tbz2",
        FlashCommand = "sudo ./flash.sh -r jetson-tx1 mmcblk0p1",
        Files =
        [
            new("LNX", "bootloader/t210ref/p2371-2180/u-boot.bin", IsRawImage: true),
            new("system-boot", "bootloader/system.img"),
            new("writable", "bootloader/system-data.ext4"),
        ],
        BootStructure = "system-boot",
        BoardConfiguration = "p2371-2180-devkit.conf",
        PartitionLayout = "bootloader/t210ref/cfg/gnu_linux_tegraboot_emmc_full.xml",
        DataPartition = "UDA",
    };

    /// <summary>All targets.</summary>
    public static ImmutableArray<FlashTarget> All { get; } = [JetsonTx1];

    /// <summary>Its name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>The vendor's package for people.</summary>
    public required string PackageTitle { get; init; }

    /// <summary>The vendor's package as a file.</summary>
    public required string PackageFile { get; init; }

    /// <summary>The command that flashes.</summary>
    public required string FlashCommand { get; init; }

    /// <summary>What goes where in the vendor's tree.</summary>
    public required ImmutableArray<FlashFile> Files { get; init; }

    /// <summary>The structure whose size the board's configuration names.</summary>
    public required string BootStructure { get; init; }

    /// <summary>The file that names that size.</summary>
    public required string BoardConfiguration { get; init; }

    /// <summary>The vendor's partition table.</summary>
    public required string PartitionLayout { get; init; }

    /// <summary>The vendor's name of the partition that takes the data.</summary>
    public required string DataPartition { get; init; }
}

/// <summary>A partition's file in the vendor's tree.</summary>
/// <param name="Structure">The structure's name in gadget.yaml.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="IsRawImage">Whether the tool wants the raw image itself, without the zeros behind it.</param>
public sealed record FlashFile(string Structure, string Path, bool IsRawImage = false);
