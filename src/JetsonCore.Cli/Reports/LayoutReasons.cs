// Why each place and size is what it is, in a few words.
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutReasons
{
    private const long FloatingStart = 1 << 20;

    /// <summary>"offset written", "follows TBC", … and where its size comes from.</summary>
    /// <param name="place">Its place in the plan, whose structures are in the order of the disk.</param>
    /// <param name="plan">The plan of its volume.</param>
    /// <param name="typed">The volume as it was typed.</param>
    /// <param name="report">Whose layout this is.</param>
    public static string Of(int place, VolumePlan plan, GadgetVolume typed, LayoutReport report)
    {
        PlannedStructure structure = plan.Structures[place];
        if (structure.Implicit)
            return ImplicitReason(structure, report);
        GadgetStructure written = typed.Structures[structure.Index];
        PlannedStructure? before = place > 0 ? plan.Structures[place - 1] : null;
        string start = written.Offset.Value is not null ? "start as written"
            : structure.StartBytes == 0 ? "first in the file"
            : before?.EndBytes == structure.StartBytes ? $"follows {LayoutWords.Name(before)}"
            : structure.StartBytes == FloatingStart ? "no offset: not below 1 MiB"
            : "follows the one before it in the file";
        string size = written.MinSize.Value is > 0 and long least && least != structure.SizeBytes
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
}
