// `inspect --json`: the facts by their names, each table as a list of objects. The names are stable.
using System.Text.Json;
using JetsonCore.Artefacts;

namespace JetsonCore.Cli.Reports;

internal static class ArtefactJson
{
    public static void Write(IReadOnlyList<(string Path, ArtefactReport Report)> reports, TextWriter output) =>
        JsonReport.Write("jetson-core/inspect", output, json =>
        {
            foreach ((string path, ArtefactReport report) in reports)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteString("format", report.Format);
                WriteFacts(json, report.Facts.Where(fact => fact.Name != "problem"));
                foreach (ArtefactTable table in report.Tables)
                    WriteTable(json, table);
                WriteProblems(json, [.. report.Facts.Where(fact => fact.Name == "problem").Select(fact => fact.Text)]);
                json.WriteEndObject();
            }
        });

    private static void WriteTable(Utf8JsonWriter json, ArtefactTable table)
    {
        json.WriteStartArray(table.Name);
        foreach (IEnumerable<ArtefactFact> row in table.Rows)
        {
            json.WriteStartObject();
            WriteFacts(json, row);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFacts(Utf8JsonWriter json, IEnumerable<ArtefactFact> facts)
    {
        foreach (ArtefactFact fact in facts)
        {
            if (fact.Number is { } number)
                json.WriteNumber(fact.Name, number);
            else
                json.WriteString(fact.Name, fact.Text);
        }
    }

    private static void WriteProblems(Utf8JsonWriter json, string[] problems)
    {
        if (problems is [])
            return;
        json.WriteStartArray("problems");
        foreach (string problem in problems)
            json.WriteStringValue(problem);
        json.WriteEndArray();
    }
}
