// The result of a simulation as JSON: its shape is kept stable.
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Reports;

internal static class SimulationJson
{
    public static void Write(IReadOnlyList<ScenarioResult> results, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/env-simulate");
            json.WriteNumber("version", 1);
            json.WriteStartArray("scenarios");
            foreach (ScenarioResult result in results)
                Write(json, result);
            json.WriteEndArray();
        });

    private static void Write(System.Text.Json.Utf8JsonWriter json, ScenarioResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteBoolean("ok", result.IsGood);
        if (result.Booted is { } booted)
        {
            json.WriteStartObject("booted");
            json.WriteString("kernel", booted.Kernel);
            json.WriteString("initrd", booted.Initrd);
            json.WriteString("fdt", booted.Fdt);
            json.WriteString("commandLine", booted.CommandLine);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("booted");
        }
        json.WriteStartArray("loads");
        foreach (UBootLoad load in result.Loads)
        {
            json.WriteStartObject();
            json.WriteString("path", load.Path);
            json.WriteString("address", $"0x{load.Address:x}");
            json.WriteNumber("sizeBytes", load.SizeBytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("saves");
        foreach (IReadOnlyDictionary<string, string> save in result.Saves)
            WriteVariables(json, null, save);
        json.WriteEndArray();
        WriteVariables(json, "variables", result.Variables);
        WriteTexts(json, "console", result.Console);
        WriteTexts(json, "unknownCommands", result.UnknownCommands);
        json.WriteStartArray("findings");
        foreach (Diagnostic finding in result.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Rule.Code);
            json.WriteString("severity", DiagnosticPrinter.Word(finding.Severity));
            json.WriteString("message", finding.Message);
            JsonReport.WriteText(json, "hint", finding.Hint);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteVariables(
        System.Text.Json.Utf8JsonWriter json, string? name, IReadOnlyDictionary<string, string> variables)
    {
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        foreach ((string variable, string value) in variables)
            json.WriteString(variable, value);
        json.WriteEndObject();
    }

    private static void WriteTexts(System.Text.Json.Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
