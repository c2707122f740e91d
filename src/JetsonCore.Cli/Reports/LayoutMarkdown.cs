// `layout --markdown`: a table for documentation.
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutMarkdown
{
    public static void Write(IReadOnlyList<LayoutReport> reports, TextWriter output)
    {
        foreach (LayoutReport report in reports)
        {
            foreach (VolumePlan volume in report.Volumes)
                Write(volume, output);
        }
    }

    private static void Write(VolumePlan volume, TextWriter output)
    {
        output.Write($"### Volume `{Escape(volume.Name)}` ({LayoutWords.Schema(volume.Schema)}"
            + (volume.Bootloader is null ? "" : $", {Escape(volume.Bootloader)}")
            + $", {LayoutWords.Size(volume.SizeBytes)})\n\n");
        output.Write("| # | name | start | sector | size | type | file system | role |\n");
        output.Write("|--:|------|------:|-------:|-----:|------|-------------|------|\n");
        int number = 0;
        foreach (PlannedStructure structure in volume.Structures)
        {
            string place = structure.IsPartition ? $"{++number}" : "";
            string filesystem = structure.Filesystem is null ? "" : $"{structure.Filesystem} `{structure.Label}`";
            string size = structure.SizeBytes == 0 ? LayoutWords.Bytes(structure, volume)
                : $"{structure.SizeBytes} ({LayoutWords.Size(structure.SizeBytes)})";
            string role = Escape(structure.Role ?? "") + (structure.Implicit ? " (implicit)" : "");
            output.Write($"| {place} | {Escape(LayoutWords.Name(structure))} | {structure.StartBytes} | "
                + $"{structure.StartBytes / volume.SectorSize} | {size} | {Escape(structure.Type)} | "
                + $"{Escape(filesystem)} | {role} |\n");
        }
        output.Write('\n');
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace('\n', ' ');
}
