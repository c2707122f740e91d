// The two edits of NVIDIA's tree that flash.sh needs, as unified diffs for patch(1):
//
//   p2371-2180-devkit.conf                  ROOTFSSIZE=14GiB;  →  ROOTFSSIZE=<bytes of system-boot>;
//   gnu_linux_tegraboot_emmc_full.xml       partition UDA gets <filename> system-data.ext4 </filename>
//
// Neither diff has context but the line that is edited, so that other lines may differ between releases: patch(1) looks
// for that line in the whole file, and -l lets its blanks differ. The line numbers are those of R28.2.
// Source: the flashing steps of the board's original recipe (R28.2), reworded.
using System.Globalization;

namespace JetsonCore.Flash;

/// <summary>Makes patches for an L4T tree.</summary>
internal static class L4tPatches
{
    /// <summary>The patch of the board's configuration.</summary>
    public static string BoardConfiguration(FlashTarget target, long bootBytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        The size of APP must be that of bootloader/system.img, or flash.sh refuses to reuse it (-r).
        --- a/{target.BoardConfiguration}
        +++ b/{target.BoardConfiguration}
        @@ -28 +28 @@
        -ROOTFSSIZE=14GiB;
        +ROOTFSSIZE={bootBytes};

        """);

    /// <summary>The patch of the partition table.</summary>
    public static string PartitionLayout(FlashTarget target) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        The partition {target.DataPartition} takes the data of Ubuntu Core.
        --- a/{target.PartitionLayout}
        +++ b/{target.PartitionLayout}
        @@ -250 +250,2 @@
        -        <partition name="{target.DataPartition}" type="data">
        +        <partition name="{target.DataPartition}" type="data">
        +            <filename> system-data.ext4 </filename>

        """);
}
