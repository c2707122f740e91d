// The README.md of a flash bundle: what it is made of, and the way onto the board with each release of L4T.
using System.Globalization;
using System.Text;
using JetsonCore.Flash.Tree;
using JetsonCore.Seed;

namespace JetsonCore.Flash;

/// <summary>Writes the README of a bundle.</summary>
internal static class FlashReadme
{
    /// <summary>The text for a bundle.</summary>
    public static string Write(FlashBundleRequest request, FlashManifest manifest)
    {
        var text = new StringBuilder();
        CultureInfo invariant = CultureInfo.InvariantCulture;
        L4tBoard board = request.Target.Board;
        text.Append(invariant, $"""
            # {request.Seed.BootBase.Name} for NVIDIA {board.Title}

            To be written with the `flash.sh` of NVIDIA's L4T R28.1, R28.2 or R32 (32.7 is the last for this board).
            The board cannot take a whole disk image: `flash.sh` writes partition by partition. Nothing of NVIDIA's is
            edited, and no file here has the name of one of NVIDIA's.

            ## Flashing

                tar -xf Tegra210_Linux_R….tbz2              # NVIDIA's driver package: makes Linux_for_Tegra
                tar -xf {request.BundleName} -C Linux_for_Tegra
                cd Linux_for_Tegra

            Bring the board into recovery mode (hold REC, press RST), connect its micro USB port, then:

                sudo ./flash-ubuntu-core.sh

            The script checks this bundle and the tree, makes a board file (`{board.OwnBoardFile}`) and a layout
            (`{FlashOverlay.LayoutName}`) beside NVIDIA's, runs `flash.sh --no-flash`, and compares the table and the
            boot image that come out with what is wanted. Only then it runs

                ./flash.sh -r {board.OwnName} {board.RootDevice}

            which writes the board. `--no-flash` stops before that; `--undo` takes everything out of the tree again.
            With the bundle elsewhere: `sudo ./flash-ubuntu-core.sh PATH/TO/Linux_for_Tegra`.

            ## What is written

            | file | bytes | over USB if sparse | becomes | SHA-256 |
            | --- | --- | --- | --- | --- |

            """);
        foreach (FlashManifestFile file in manifest.Files)
        {
            text.Append(invariant, $"| `{file.File.Path}` | {file.File.Length} | {file.File.SparseLength} "
                + $"| {Becomes(file.Role)} | {file.File.Sha256} |\n");
        }
        WriteReleases(text, manifest, board);
        text.Append("\n## Snaps\n\n| name | version | revision |\n| --- | --- | --- |\n");
        foreach (SeedSnap snap in request.Seed.Snaps)
            text.Append(invariant, $"| {snap.Name} | {snap.File.Definition.Version.Value} | {snap.Revision} |\n");
        return text.ToString();
    }

    private static string Becomes(FlashRole role) => role switch
    {
        FlashRole.Boot => "APP: system-boot",
        FlashRole.Data => "UDA: writable, which grows on the first start",
        FlashRole.UBoot => "LNX, in the boot image that flash.sh makes of it",
        _ => "the address of U-Boot, for R24",
    };

    private static void WriteReleases(StringBuilder text, FlashManifest manifest, L4tBoard board)
    {
        bool hasR24 = manifest.File(FlashRole.UBootAddress) is not null;
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Releases

            | L4T | U-Boot | needs on the PC (x86) |
            | --- | --- | --- |
            | R24.1 | {(hasR24 ? "in EBT, at the address of this build: never tried on a board"
                : "refused: it takes U-Boot from EBT in a form that this bundle has not")} | Python 2.7 as `python` |
            | R28.1, R28.2 | in LNX | `python`, of 2.7 to 3.8 |
            | R32.x | in LNX and LNX-1, signed | `python3`, `/usr/bin/xmllint` (libxml2-utils) |

            R28.2 is known from the recipe that it was used in, not from a tree. After flashing the board has the table
            of the release's own layout, with APP and UDA as above, not that of gadget.yaml: Ubuntu Core finds its
            partitions by their labels.

            Only one thing changed? Bring the board into recovery mode for each command.

            | changed | command |
            | --- | --- |
            | kernel, device trees, boot variables | `sudo ./flash.sh -r -k APP {board.OwnName} {board.RootDevice}` |
            | U-Boot (not `u-boot.bin` itself) | `sudo ./flash.sh -r -k LNX {board.OwnName} {board.RootDevice}` |
            | snaps, seed | everything: no `flash.sh` writes UDA alone |

            R24 and R28 write at once with `-k`, also with `--no-flash`; `-r` is needed, or APP is made of `rootfs/`.
            `jetson-core flash check` and `flash plan` say more, and `jetson-core explain "MESSAGE"` what a message of
            flash.sh means.

            """);
    }
}
