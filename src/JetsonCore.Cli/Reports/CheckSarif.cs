// `check --sarif`: SARIF 2.1.0, which code hosts and editors show beside the lines.
// Spec: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
using System.Reflection;
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckSarif
{
    public static void Write(IReadOnlyList<GadgetReport> reports, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            List<Diagnostic> findings = [.. reports.SelectMany(report => report.Diagnostics.Items)];
            List<Rule> rules = [.. findings.Select(finding => finding.Rule).DistinctBy(rule => rule.Code)
                .OrderBy(rule => rule.Code, StringComparer.Ordinal)];
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, rules);
            json.WriteString("columnKind", "unicodeCodePoints");
            json.WriteStartArray("results");
            foreach (Diagnostic finding in findings)
                WriteResult(json, finding, rules);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        });

    private static void WriteTool(Utf8JsonWriter json, List<Rule> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "jetson-core");
        json.WriteString("version", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0");
        json.WriteStartArray("rules");
        foreach (Rule rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Code);
            if (rule.SpecRule is { } name)
                json.WriteString("name", name);
            WriteMessage(json, "shortDescription", rule.Title);
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic finding, List<Rule> rules)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Code);
        json.WriteNumber("ruleIndex", rules.FindIndex(rule => rule.Code == finding.Rule.Code));
        json.WriteString("level", Level(finding.Severity));
        WriteMessage(json, "message",
            finding.Hint is null ? finding.Message : $"{finding.Message}\nhint: {finding.Hint}");
        json.WriteStartArray("locations");
        if (finding.Path is not null)
            WriteLocation(json, finding.Path, finding.Span);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, string path, SourceSpan span)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteEndObject();
        if (span.IsKnown)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", span.Line);
            json.WriteNumber("startColumn", span.Column);
            json.WriteNumber("endLine", span.EndLine);
            json.WriteNumber("endColumn", span.EndColumn);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
