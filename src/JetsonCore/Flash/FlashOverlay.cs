// What Ubuntu Core brings into a tree, beside the vendor's files and never in their place:
//
//   jetson-tx1-ubuntu-core.conf                    the vendor's board file, with our sizes and files
//   bootloader/t210ref/cfg/ubuntu-core.xml         the vendor's layout, with our file in UDA
//   bootloader/ubuntu-core/u-boot.bin, …           the files of the bundle
//
// Measured to work unchanged on R24.1, R28.1 and R32.6.1: flash.sh takes any board file of the folder that it runs in.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash;

/// <summary>Makes our files for a tree.</summary>
internal static class FlashOverlay
{
    /// <summary>The name of our layout, in the folder of the vendor's.</summary>
    public const string LayoutName = "ubuntu-core.xml";

    /// <summary>Our folder in the tree.</summary>
    public const string Folder = "bootloader/ubuntu-core";

    /// <summary>The vendor's names of the partitions that we fill.</summary>
    public const string BootPartition = "APP", DataPartition = "UDA", UBootPartition = "LNX";

    /// <summary>What a bundle brings into a tree, the board file last: without it the rest does nothing.</summary>
    /// <param name="board">The board.</param>
    /// <param name="release">The tree's release.</param>
    /// <param name="manifest">The bundle's manifest.</param>
    /// <param name="layoutPath">The vendor's layout in the tree.</param>
    /// <param name="layout">The vendor's layout.</param>
    public static ImmutableArray<L4tFile> Make(
        L4tBoard board, L4tRelease release, FlashManifest manifest, string layoutPath, byte[] layout)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(layoutPath);
        string own = $"{Path.GetDirectoryName(layoutPath)}/{LayoutName}";
        return
        [
            .. manifest.Files.Select(file => file.File),
            Text(own, OwnLayout(layoutPath, layout, manifest)),
            Text(board.OwnBoardFile, Encoding.UTF8.GetBytes(BoardFile(board, release, manifest))),
        ];
    }

    /// <summary>The board file of ours.</summary>
    public static string BoardFile(L4tBoard board, L4tRelease release, FlashManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(manifest);
        string variable = release.Generation == L4tGeneration.R24 ? "BOOTLOADER" : "DFLT_KERNEL_IMAGE";
        long bytes = manifest.File(FlashRole.Boot)?.ImageLength ?? 0;
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Ubuntu Core beside {board.BoardFile}. Made by flash-ubuntu-core.sh or jetson-core flash apply.
            USE_UBOOT=1;
            source "./{board.BoardFile}";
            ROOTFSSIZE={bytes};
            EMMC_CFG={LayoutName};
            {variable}="{manifest.File(FlashRole.UBoot)?.Path}";

            """);
    }

    private static byte[] OwnLayout(string path, byte[] bytes, FlashManifest manifest)
    {
        LayoutDocument layout = LayoutReader.Read(path, LayoutReader.Decode(bytes));
        if (layout.Find(DataPartition) is not { } data || manifest.File(FlashRole.Data) is not { } file)
            return bytes;
        return LayoutReader.Encode(LayoutEdit.WithFile(layout, data, file.Path.Split('/')[^1]), bytes);
    }

    private static L4tFile Text(string path, byte[] bytes) => new()
    {
        Path = path,
        Length = bytes.Length,
        ImageLength = bytes.Length,
        SparseLength = bytes.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        Content = FileContent.Of(bytes),
    };
}
