// The README.md of a flash bundle: what it is made of, and the way onto the board.
using System.Globalization;
using System.Text;

namespace JetsonCore.Flash;

/// <summary>Writes the README of a bundle.</summary>
internal static class FlashReadme
{
    /// <summary>The text for a bundle with these files.</summary>
    public static string Write(FlashTarget target, FlashContents contents)
    {
        var text = new StringBuilder();
        CultureInfo invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $"""
            # {contents.Title}

            To be unpacked over {target.PackageTitle} and written with its `flash.sh`. The board cannot take a whole
            disk image: NVIDIA's tool writes partition by partition.

            | file | bytes | becomes |
            | --- | --- | --- |

            """);
        foreach (FlashFile file in target.Files)
            text.Append(invariant, $"| `{file.Path}` | {contents.Length(file)} | {file.Structure} |\n");
        text.Append(invariant, $"""

            ## Flashing

                tar -xjf {target.PackageFile}
                cd Linux_for_Tegra
                tar -xJf ../{contents.BundleName}
                patch -p1 -l < {Name(target.BoardConfiguration)}.patch
                patch -p1 -l < {Name(target.PartitionLayout)}.patch

            Bring the board into recovery mode (hold REC, press RST), connect its USB port, then:

                {target.FlashCommand}

            If a patch does not apply, edit by hand: `{target.BoardConfiguration}` must say
            `ROOTFSSIZE={contents.BootBytes};`, and in `{target.PartitionLayout}` the partition `{target.DataPartition}`
            must contain `<filename> system-data.ext4 </filename>`.

            ## Snaps

            | name | version | revision |
            | --- | --- | --- |

            """);
        foreach ((string name, string version, string revision) in contents.Snaps)
            text.Append(invariant, $"| {name} | {version} | {revision} |\n");
        return text.ToString();
    }

    /// <summary>The last step of a path.</summary>
    public static string Name(string path) => path.Split('/')[^1];
}
