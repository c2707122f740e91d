// `explain --json`: rules with what there is to say of them. The names are stable.
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Reports;

internal static class RulesJson
{
    public static void Write(IEnumerable<Rule> rules, TextWriter output) => JsonReport.WriteDocument(output, json =>
    {
        json.WriteString("schema", "jetson-core/rules");
        json.WriteNumber("version", 1);
        json.WriteStartArray("rules");
        foreach (Rule rule in rules)
            Write(rule, json);
        json.WriteEndArray();
    });

    private static void Write(Rule rule, Utf8JsonWriter json)
    {
        Explanation? explanation = Explanations.Find(rule.Code);
        json.WriteStartObject();
        json.WriteString("code", rule.Code);
        JsonReport.WriteText(json, "rule", rule.SpecRule);
        json.WriteString("severity", DiagnosticPrinter.Word(rule.Severity));
        json.WriteString("title", rule.Title);
        JsonReport.WriteText(json, "cause", explanation?.Cause);
        JsonReport.WriteText(json, "before", explanation?.Before is "" ? null : explanation?.Before);
        JsonReport.WriteText(json, "after", explanation?.After is "" ? null : explanation?.After);
        json.WriteEndObject();
    }
}
