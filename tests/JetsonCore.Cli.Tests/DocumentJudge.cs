// Holds every JSON document that a test makes the program write against the schema that `schema NAME` prints for it, by
// a validator of others (JsonSchema.Net).
using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Xunit.Sdk;

namespace JetsonCore.Cli.Tests;

internal static class DocumentJudge
{
    private const string Prefix = "jetson-core/";

    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Schemas = new(StringComparer.Ordinal);
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    /// <summary>Judges what a run has written, if JSON was asked for and the program came to write it.</summary>
    public static void JudgeRun(IReadOnlyList<string> arguments, string output)
    {
        if (arguments.Contains("--json") && output.StartsWith('{') && FaultsOf(output) is [_, ..] faults)
            throw new XunitException($"jetson-core {string.Join(' ', arguments)}: {string.Join('\n', faults.Take(10))}\n{output}");
    }

    /// <summary>What a document breaks of its schema; nothing where it keeps to it.</summary>
    public static IReadOnlyList<string> FaultsOf(string text)
    {
        using var document = JsonDocument.Parse(text);
        string name = document.RootElement.GetProperty("schema").GetString()!;
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return [$"the document is of \"{name}\""];
        JsonSchema schema = Schemas.GetOrAdd(name[Prefix.Length..], one => new(() => Read(one))).Value;
        EvaluationResults results = schema.Evaluate(document.RootElement, Options);
        return results.IsValid ? [] :
        [
            .. (results.Details ?? []).Where(detail => detail.Errors is { Count: > 0 }).Select(detail =>
                $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Select(error => $"{error.Key} {error.Value}"))}"),
            $"{name} does not take the document",
        ];
    }

    private static JsonSchema Read(string name)
    {
        var output = new StringWriter();
        var terminal = new Shell.Terminal(output, output, outputIsTerminal: false, errorIsTerminal: false);
        return Program.Run(["schema", name], terminal) == Shell.ExitCode.Success
            ? JsonSchema.FromText(output.ToString())
            : throw new XunitException($"there is no schema {name}: {output}");
    }
}
