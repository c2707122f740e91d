// `layout` as a table: one line for each structure, in the order of the disk.
using System.Globalization;
using JetsonCore.Cli.Shell;
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutTable
{
    private static readonly string[] Head =
        ["", "name", "start", "sector", "size", "", "type", "file system", "role"];

    public static void Write(IReadOnlyList<LayoutReport> reports, Terminal terminal)
    {
        bool isFirst = true;
        foreach (LayoutReport report in reports)
        {
            Dictionary<string, GadgetVolume> typed =
                report.Gadget.Volumes.ToDictionary(volume => volume.Name.Value, StringComparer.Ordinal);
            foreach (VolumePlan volume in report.Volumes)
            {
                if (!isFirst)
                    terminal.Output.WriteLine();
                isFirst = false;
                terminal.Output.WriteLine(Title(report, volume));
                foreach (string line in Lines(volume, typed[volume.Name], report))
                    terminal.Output.WriteLine(line);
                if (report.DeviceSize is not null)
                    terminal.Output.WriteLine(LayoutReasons.OfDevice(volume));
                terminal.Output.WriteLine();
                foreach (string line in LayoutBar.Lines(volume, terminal.OutputHasColor))
                    terminal.Output.WriteLine(line);
            }
        }
    }

    private static string Title(LayoutReport report, VolumePlan volume) =>
        $"{report.Path}: volume {volume.Name}, {LayoutWords.Schema(volume.Schema)}"
        + (volume.Bootloader is null ? "" : $", {volume.Bootloader}")
        + $", {volume.SectorSize}-byte sectors, {LayoutWords.Size(volume.SizeBytes)} ({volume.SizeBytes} bytes)";

    private static IEnumerable<string> Lines(VolumePlan volume, GadgetVolume typed, LayoutReport report)
    {
        List<string[]> rows = [[.. Head, report.DeviceSize is null ? "" : "why"]];
        int number = 0;
        for (int place = 0; place < volume.Structures.Length; place++)
        {
            PlannedStructure structure = volume.Structures[place];
            rows.Add([
                .. Row(structure, volume, structure.IsPartition ? ++number : null),
                report.DeviceSize is null ? "" : LayoutReasons.Of(place, volume, typed, report),
            ]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                column is 0 or 2 or 3 or 4 or 5 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            yield return $"  {string.Join("  ", cells)}".TrimEnd();
        }
    }

    private static string[] Row(PlannedStructure structure, VolumePlan volume, int? number) =>
    [
        number?.ToString(CultureInfo.InvariantCulture) ?? "-",
        LayoutWords.Name(structure),
        structure.StartBytes.ToString(CultureInfo.InvariantCulture),
        (structure.StartBytes / volume.SectorSize).ToString(CultureInfo.InvariantCulture),
        LayoutWords.Bytes(structure, volume),
        structure.SizeBytes == 0 ? "" : LayoutWords.Size(structure.SizeBytes),
        structure.Type,
        structure.Filesystem is null ? "" : $"{structure.Filesystem} {structure.Label}".TrimEnd(),
        (structure.Role ?? "") + (structure.Implicit ? " (implicit)" : ""),
    ];
}
