// What a build says in the end: the files.
using System.Globalization;
using System.Text;
using System.Text.Json;
using JetsonCore.Build;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Reports;

internal static class BuildReport
{
    public static void WriteText(BuildResult result, string folder, TextWriter output)
    {
        int width = result.Files.Max(file => Path.Combine(folder, file.Name).Length);
        foreach (BuiltFile file in result.Files)
        {
            string path = Path.Combine(folder, file.Name).PadRight(width);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}  {file.SizeBytes,13} bytes"));
        }
        string booted = string.Join(", ", result.Seed.Snaps.Select(snap => $"{snap.Name} {snap.Revision}"));
        output.WriteLine($"snaps: {booted}");
    }

    public static void WriteJson(
        BuildResult? result, DiagnosticBag diagnostics, WorkProgress progress, TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, JsonReport.Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", "jetson-core/build");
            json.WriteNumber("version", 1);
            json.WriteBoolean("ok", result is not null);
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
            json.WriteStartArray("files");
            foreach (BuiltFile file in result?.Files ?? [])
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteNumber("sizeBytes", file.SizeBytes);
                json.WriteString("sha256", Convert.ToHexStringLower(file.Sha256.AsSpan()));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("stages");
            foreach (WorkStage stage in progress.Finished)
            {
                json.WriteStartObject();
                json.WriteString("name", stage.Name);
                json.WriteNumber("seconds", Math.Round(stage.Duration.TotalSeconds, 3));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
