// `layout --json`: every offset as a number, for scripts. The shape is stable.
using System.Text.Json;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutJson
{
    public static void Write(IReadOnlyList<LayoutReport> reports, TextWriter output) =>
        JsonReport.Write("jetson-core/layout", output, json =>
        {
            foreach (LayoutReport report in reports)
                WriteFile(json, report);
        });

    private static void WriteFile(Utf8JsonWriter json, LayoutReport report)
    {
        json.WriteStartObject();
        json.WriteString("path", report.Path);
        json.WriteBoolean("ok", report.IsLaidOut);
        json.WriteStartArray("volumes");
        foreach (VolumePlan volume in report.Volumes)
            WriteVolume(json, volume);
        json.WriteEndArray();
        JsonReport.WriteDiagnostics(json, report.Diagnostics.Items);
        json.WriteEndObject();
    }

    private static void WriteVolume(Utf8JsonWriter json, VolumePlan volume)
    {
        json.WriteStartObject();
        json.WriteString("name", volume.Name);
        json.WriteString("schema", LayoutWords.Schema(volume.Schema));
        JsonReport.WriteText(json, "bootloader", volume.Bootloader);
        json.WriteNumber("sectorSize", volume.SectorSize);
        json.WriteNumber("sizeBytes", volume.SizeBytes);
        json.WriteStartArray("structures");
        foreach (PlannedStructure structure in volume.Structures)
            WriteStructure(json, volume, structure);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStructure(Utf8JsonWriter json, VolumePlan volume, PlannedStructure structure)
    {
        json.WriteStartObject();
        json.WriteNumber("index", structure.Index);
        JsonReport.WriteText(json, "name", structure.Name);
        JsonReport.WriteText(json, "role", structure.Role);
        json.WriteString("type", structure.Type);
        json.WriteNumber("startBytes", structure.StartBytes);
        json.WriteNumber("sizeBytes", structure.SizeBytes);
        json.WriteNumber("startLba", structure.StartBytes / volume.SectorSize);
        JsonReport.WriteText(json, "filesystem", structure.Filesystem);
        JsonReport.WriteText(json, "label", structure.Label);
        json.WriteBoolean("implicit", structure.Implicit);
        json.WriteEndObject();
    }
}
