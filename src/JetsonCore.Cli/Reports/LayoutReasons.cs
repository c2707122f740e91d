// Why each place and size is what it is, in a few words.
using JetsonCore.Gadget;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutReasons
{
    private const long FloatingStart = 1 << 20;

    /// <summary>"offset written", "follows TBC", … and where its size comes from.</summary>
    public static string Of(PlannedStructure structure, VolumePlan volume, LayoutReport report)
    {
        if (structure.Implicit)
            return ImplicitReason(structure, report);
        GadgetStructure? typed = report.Gadget.Volumes.FirstOrDefault(other => other.Name.Value == volume.Name)?
            .Structures.FirstOrDefault(other => other.Index == structure.Index);
        string start = typed?.Offset.Value is not null ? "start as written"
            : structure.StartBytes == 0 ? "first in the file"
            : FollowedBy(structure, volume) is { } before ? $"follows {LayoutWords.Name(before)}"
            : structure.StartBytes == FloatingStart ? "no offset: not below 1 MiB"
            : "follows the one before it in the file";
        string size = typed?.MinSize.Value is > 0 and long least && least != structure.SizeBytes
            ? $"size as written, at least {least}"
            : "size as written";
        return $"{start}; {size}";
    }

    /// <summary>What is left of the device, or what it lacks.</summary>
    public static string OfDevice(VolumePlan volume)
    {
        long end = volume.Structures.Select(structure => structure.EndBytes).DefaultIfEmpty().Max();
        long backup = VolumePlanner.BackupTableBytes(volume.Schema, volume.SectorSize);
        long left = volume.SizeBytes - backup - end;
        string table = backup > 0 ? $", {backup} bytes for the backup table" : "";
        return $"  device of {volume.SizeBytes} bytes: {end} to the end of the last structure{table}, "
            + $"{left} ({LayoutWords.Size(left)}) left";
    }

    private static string ImplicitReason(PlannedStructure data, LayoutReport report)
    {
        return report.DeviceSize is null
            ? "no system-data in the file: behind the last structure, up to the device's end"
            : $"no system-data in the file: behind the last structure, the {data.SizeBytes} bytes left";
    }

    private static PlannedStructure? FollowedBy(PlannedStructure structure, VolumePlan volume) =>
        volume.Structures.LastOrDefault(other => other != structure && other.EndBytes == structure.StartBytes);
}
