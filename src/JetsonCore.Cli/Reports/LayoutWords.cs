// How layouts are put into words, in all of their forms.
using System.Globalization;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutWords
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Schema(VolumeSchema schema) => schema switch
    {
        VolumeSchema.Gpt => "gpt",
        VolumeSchema.Mbr => "mbr",
        _ => "emmc",
    };

    /// <summary>"256 MiB", "17 KiB", "580.02 MiB".</summary>
    public static string Size(long bytes)
    {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {Units[unit]}");
    }

    /// <summary>A structure's bytes, or words where gadget.yaml leaves them to others.</summary>
    public static string Bytes(PlannedStructure structure, VolumePlan volume) =>
        structure.SizeBytes > 0 ? structure.SizeBytes.ToString(CultureInfo.InvariantCulture)
        : structure.Implicit ? "the rest"
        : volume.Schema == VolumeSchema.Emmc ? "the area" : "open";

    /// <summary>A structure's name, or its place in the list.</summary>
    public static string Name(PlannedStructure structure) => structure.Name ?? $"#{structure.Index}";
}
