// What `flash` says: findings, plans and changes, for people and as JSON.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;

namespace JetsonCore.Cli.Reports;

internal static class FlashReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static void WriteText(
        string tree, FlashSituation? situation, DiagnosticBag diagnostics, Terminal terminal)
    {
        foreach (Diagnostic finding in diagnostics.Items)
            DiagnosticPrinter.Print(finding, terminal.Output, null, terminal.OutputHasColor);
        terminal.Output.Flush();
        int errors = diagnostics.Items.Count(item => item.Severity == Severity.Error);
        int warnings = diagnostics.Items.Count(item => item.Severity == Severity.Warning);
        string release = situation?.Release is { } known
            ? $"L4T {known.Name} (by {known.Evidence})" : "an unknown release";
        string board = situation is null ? "" : $" for the {situation.Board.Title}";
        terminal.Error.WriteLine($"{tree}: {release}{board}: {errors} errors, {warnings} warnings");
        if (errors == 0 && situation is not null)
            terminal.Error.WriteLine($"to flash, in {tree}: sudo {situation.Command}");
    }

    public static void WriteCheck(
        string tree, FlashSituation? situation, DiagnosticBag diagnostics, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/flash-check");
            json.WriteNumber("version", 1);
            json.WriteString("tree", tree);
            json.WriteBoolean("ok", !diagnostics.HasErrors);
            JsonReport.WriteText(json, "board", situation?.Board.Name);
            JsonReport.WriteText(json, "release", situation?.Release?.Name);
            JsonReport.WriteText(json, "command", situation?.Command);
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });

    public static void WritePlanJson(FlashPlan? plan, DiagnosticBag diagnostics, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/flash-plan");
            json.WriteNumber("version", 1);
            json.WriteString("release", plan?.Release ?? "");
            json.WriteString("command", plan?.Command ?? "");
            json.WriteStartArray("partitions");
            foreach (FlashedPartition partition in plan?.Partitions ?? [])
                WritePartition(json, partition);
            json.WriteEndArray();
            json.WriteStartArray("untouched");
            foreach (string name in plan?.Untouched ?? [])
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteNumber("bytes", plan?.Bytes ?? 0);
            json.WriteNumber("sparseBytes", plan?.SparseBytes ?? 0);
            WriteNumber(json, "appStartBytes", plan?.AppStartBytes);
            json.WriteStartArray("steps");
            foreach (FlashStep step in plan?.Steps ?? [])
                WriteStep(json, step);
            json.WriteEndArray();
            json.WriteBoolean("ok", !diagnostics.HasErrors);
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });

    public static void WritePlan(FlashPlan plan, TextWriter output)
    {
        output.WriteLine(string.Create(Invariant, $"L4T {plan.Release}: {plan.Command}"));
        output.WriteLine(string.Create(Invariant, $"  {"partition",-16} {"bytes",12} {"if sparse",12}  file"));
        foreach (FlashedPartition partition in plan.Partitions)
        {
            output.WriteLine(string.Create(Invariant,
                $"  {partition.Name,-16} {Text(partition.Bytes),12} {Text(partition.SparseBytes),12}  ")
                + partition.File);
        }
        output.WriteLine(string.Create(Invariant,
            $"  {"over USB",-16} {plan.Bytes,12} {plan.SparseBytes,12}"));
        output.WriteLine($"gets no file: {string.Join(", ", plan.Untouched)}");
        if (plan.AppStartBytes is { } start)
            output.WriteLine(string.Create(Invariant, $"APP starts at byte {start}, sector {start / 512}"));
        foreach (FlashStep step in plan.Steps)
        {
            output.WriteLine();
            output.WriteLine(step.Changed);
            if (step.Command is not null)
                output.WriteLine($"    {step.Command}");
            foreach (string note in step.Notes)
                output.WriteLine($"  - {note}");
        }
    }

    public static void WriteChanges(ImmutableArray<FlashChange> changes, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            JsonReport.WriteDocument(output, json =>
            {
                json.WriteString("schema", "jetson-core/flash-apply");
                json.WriteNumber("version", 1);
                json.WriteStartArray("changes");
                foreach (FlashChange change in changes)
                {
                    json.WriteStartObject();
                    json.WriteString("change", Word(change.Kind));
                    json.WriteString("path", change.Path);
                    json.WriteNumber("bytes", change.Length);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
            return;
        }
        foreach (FlashChange change in changes)
            output.WriteLine(string.Create(Invariant, $"{Word(change.Kind),-9} {change.Length,12}  {change.Path}"));
        if (changes.IsEmpty)
            output.WriteLine("nothing to change");
    }

    private static void WritePartition(Utf8JsonWriter json, FlashedPartition partition)
    {
        json.WriteStartObject();
        json.WriteString("name", partition.Name);
        json.WriteString("file", partition.File);
        WriteNumber(json, "bytes", partition.Bytes);
        WriteNumber(json, "sparseBytes", partition.SparseBytes);
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, FlashStep step)
    {
        json.WriteStartObject();
        json.WriteString("changed", step.Changed);
        json.WriteString("partition", step.Partition);
        JsonReport.WriteText(json, "command", step.Command);
        json.WriteStartArray("notes");
        foreach (string note in step.Notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static string Text(long? number) => number?.ToString(Invariant) ?? "?";

    private static string Word(FlashChangeKind kind) => kind.ToString().ToLowerInvariant();
}
