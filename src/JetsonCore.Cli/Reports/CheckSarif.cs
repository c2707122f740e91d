// `check --sarif`: SARIF 2.1.0, which code hosts and editors show beside the lines.
// Spec: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckSarif
{
    public static void Write(IReadOnlyList<GadgetReport> reports, TextWriter output) =>
        Write([.. reports.SelectMany(report => report.Diagnostics.Items)], new Fingerprints(reports), output);

    /// <summary>Findings about something else than gadgets.</summary>
    public static void Write(IReadOnlyList<Diagnostic> findings, TextWriter output) =>
        Write(findings, new Fingerprints([]), output);

    private static void Write(IReadOnlyList<Diagnostic> findings, Fingerprints fingerprints, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
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
                WriteResult(json, finding, rules, fingerprints.Of(finding));
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
            WriteMessage(json, "help", Help(rule));
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic finding, List<Rule> rules, string fingerprint)
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
        json.WriteStartObject("partialFingerprints");
        json.WriteString("jetsonCoreLineHash/v1", fingerprint);
        json.WriteEndObject();
        if (finding is { Path: { } path, Fix: { } fix })
            WriteFix(json, path, fix, finding.Hint);
        if (finding.Hint is not null)
        {
            json.WriteStartObject("properties");
            json.WriteString("hint", finding.Hint);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteFix(Utf8JsonWriter json, string path, TextEdit fix, string? hint)
    {
        json.WriteStartArray("fixes");
        json.WriteStartObject();
        WriteMessage(json, "description", hint ?? $"write {fix.Text}");
        json.WriteStartArray("artifactChanges");
        json.WriteStartObject();
        WriteArtifact(json, path);
        json.WriteStartArray("replacements");
        json.WriteStartObject();
        WriteRegion(json, "deletedRegion", fix.Span);
        WriteMessage(json, "insertedContent", fix.Text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, string path, SourceSpan span)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        WriteArtifact(json, path);
        // Code hosts show no result without a region: a finding about the file as a whole stands at its top.
        WriteRegion(json, "region", span.IsKnown ? span : new(1, 1, 1, 1));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter json, string path)
    {
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
        json.WriteEndObject();
    }

    private static void WriteRegion(Utf8JsonWriter json, string name, SourceSpan span)
    {
        json.WriteStartObject(name);
        json.WriteNumber("startLine", span.Line);
        json.WriteNumber("startColumn", span.Column);
        json.WriteNumber("endLine", span.EndLine);
        json.WriteNumber("endColumn", span.EndColumn);
        json.WriteEndObject();
    }

    /// <summary>What `explain` says of a rule.</summary>
    private static string Help(Rule rule) => Explanations.Find(rule.Code) switch
    {
        null => $"{rule.Title}; see `jetson-core explain {rule.Code}`",
        { Before.Length: 0 } brief => brief.Cause,
        { } full => $"{full.Cause}\n\nInstead of:\n\n{full.Before}\nwrite:\n\n{full.After}",
    };

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

    /// <summary>What stays the same while other lines change: rule, text of the line, and its count.</summary>
    private sealed class Fingerprints(IReadOnlyList<GadgetReport> reports)
    {
        private readonly Dictionary<string, SourceText> _sources = reports
            .DistinctBy(report => report.Path).ToDictionary(report => report.Path, report => report.Source);

        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

        public string Of(Diagnostic finding)
        {
            string line = finding.Path is { } path && _sources.TryGetValue(path, out SourceText? source)
                ? source.Line(finding.Span.Line).Trim().ToString() : "";
            string key = $"{finding.Rule.Code}\n{finding.Path}\n{line}";
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{_counts[key]}"));
            return Convert.ToHexStringLower(hash.AsSpan(0, 8));
        }
    }
}
