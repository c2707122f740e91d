// How a board's flash tool wants to be given an image: which partition becomes which file of its tree. One board so
// far: the Jetson TX1 with NVIDIA's flash.sh, which writes partitions one by one.
using System.Collections.Immutable;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

/// <summary>A board and its flash tool.</summary>
public sealed record FlashTarget
{
    /// <summary>The Jetson TX1 developer kit (p2371-2180) with L4T R24.1, R28 or R32.</summary>
    public static FlashTarget JetsonTx1 { get; } = new()
    {
        Board = L4tBoard.JetsonTx1,
        Files =
        [
            new(FlashRole.Boot, "system-boot", $"bootloader/{L4tPlaceholders.SystemImage}"),
            new(FlashRole.Data, "writable", "bootloader/system-data.ext4"),
            new(FlashRole.UBoot, "LNX", $"{FlashOverlay.Folder}/u-boot.bin"),
        ],
    };

    /// <summary>All targets.</summary>
    public static ImmutableArray<FlashTarget> All { get; } = [JetsonTx1];

    /// <summary>The board.</summary>
    public required L4tBoard Board { get; init; }

    /// <summary>Its name on the command line.</summary>
    public string Name => Board.Name;

    /// <summary>What goes where in the vendor's tree.</summary>
    public required ImmutableArray<FlashFile> Files { get; init; }
}

/// <summary>A partition's file in the vendor's tree.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Structure">The structure's name in gadget.yaml.</param>
/// <param name="Path">Where it goes.</param>
public sealed record FlashFile(FlashRole Role, string Structure, string Path);
