// `check --json`: the findings of each file. The shape is stable.
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckJson
{
    public static void Write(IReadOnlyList<GadgetReport> reports, TextWriter output) =>
        JsonReport.Write("jetson-core/check", output, json =>
        {
            foreach (GadgetReport report in reports)
            {
                json.WriteStartObject();
                json.WriteString("path", report.Path);
                json.WriteBoolean("ok", report.IsOk);
                bool isAboutOthers = report.Diagnostics.Items.Any(finding => finding.Path != report.Path);
                JsonReport.WriteDiagnostics(json, report.Diagnostics.Items, withPaths: isAboutOthers);
                json.WriteEndObject();
            }
        });
}
