// What the cache holds, as JSON.
using System.Globalization;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Reports;

internal static class CacheReport
{
    public static void WriteList(
        string folder, long bytes, IReadOnlyList<CachedResult> results, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/cache-ls");
            json.WriteNumber("version", 1);
            json.WriteString("folder", folder);
            json.WriteNumber("sizeBytes", bytes);
            json.WriteStartArray("results");
            foreach (CachedResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("key", result.Key);
                json.WriteString("stage", result.Stage);
                json.WriteNumber("sizeBytes", result.SizeBytes);
                json.WriteString(
                    "usedLast", result.UsedLast.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                json.WriteStartArray("files");
                foreach (StageFile file in result.Files)
                {
                    json.WriteStartObject();
                    json.WriteString("name", file.Name);
                    json.WriteNumber("sizeBytes", file.SizeBytes);
                    json.WriteString("sha256", file.Digest);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    public static void WritePruning(string folder, CachePruning done, bool isTrial, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/cache-prune");
            json.WriteNumber("version", 1);
            json.WriteString("folder", folder);
            json.WriteBoolean("dryRun", isTrial);
            json.WriteNumber("results", done.Results);
            json.WriteNumber("removedBytes", done.Bytes);
            json.WriteNumber("leftBytes", done.BytesLeft);
        });

    public static void WriteVerification(
        string folder, int files, long bytes, DiagnosticBag diagnostics, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/cache-verify");
            json.WriteNumber("version", 1);
            json.WriteString("folder", folder);
            json.WriteNumber("files", files);
            json.WriteNumber("sizeBytes", bytes);
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });
}
