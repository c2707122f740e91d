// `diff --json`: one document with every difference. The names are stable.
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Comparison;

namespace JetsonCore.Cli.Reports;

internal static class DifferenceJson
{
    public static void Write(
        string before, string after, IReadOnlyList<ArtefactDifference> differences, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/diff");
            json.WriteNumber("version", 1);
            json.WriteString("before", TerminalText.Of(before));
            json.WriteString("after", TerminalText.Of(after));
            json.WriteBoolean("equal", differences.Count == 0);
            json.WriteStartArray("differences");
            foreach (ArtefactDifference difference in differences)
                Write(json, difference);
            json.WriteEndArray();
        });

    private static void Write(Utf8JsonWriter json, ArtefactDifference difference)
    {
        json.WriteStartObject();
        json.WriteString("path", TerminalText.Of(difference.Path));
        json.WriteString("kind", difference.Kind.ToString().ToLowerInvariant());
        if (difference.Name.Length > 0)
            json.WriteString("name", TerminalText.Of(difference.Name));
        json.WriteString("before", TerminalText.Of(difference.Before));
        json.WriteString("after", TerminalText.Of(difference.After));
        if (difference.Offset is { } offset)
            json.WriteNumber("offset", offset);
        if (!difference.Lines.IsEmpty)
        {
            json.WriteStartArray("lines");
            foreach (string line in difference.Lines)
                json.WriteStringValue(line);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
