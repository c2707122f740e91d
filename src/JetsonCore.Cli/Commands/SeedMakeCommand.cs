// `jetson-core seed make`: the folder of a seed alone, as `snap prepare-image` makes it in a root file system or for
// ubuntu-seed; the only one that classic models have.
using System.CommandLine;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Seed;

namespace JetsonCore.Cli.Commands;

internal static class SeedMakeCommand
{
    public static Command Create(Terminal terminal)
    {
        var arguments = new SeedMakeArguments();
        var command = new Command("make", """
            Make the folder of a seed, without an image around it

            For classic models, whose root file system is made elsewhere, and for who makes images otherwise. The folder
            is var/lib/snapd/seed of the root file system; with Ubuntu Core 20 and later, and classic models like it,
            what lies in ubuntu-seed, without boot loader. The snaps of the model are fetched where no file is named.

            Examples:
              jetson-core seed make --model classic.model --snap snapd -O rootfs/var/lib/snapd/seed
              jetson-core seed make --model my.model --store-dir snaps --offline -O system-seed
            """);
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(arguments.Read(parsed), terminal));
        return command;
    }

    internal static ExitCode Run(BuildOptions options, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        SeedFiles? made = null;
        ExitCode failure = ExitCode.Findings;
        try
        {
            using BuildInputs? inputs = BuildInputs.Open(
                options, new(null, new()), new Gathering(diagnostics, isOn: false), diagnostics, interruption.Token);
            if (inputs is not null && SeedPlanner.PlanFolder(inputs.Request.Labelled, diagnostics) is { } planned)
            {
                TreeExtractor.Extract(
                    planned.Root, options.OutputFolder, diagnostics, cancellation: interruption.Token);
                made = planned;
            }
        }
        catch (Exception exception) when (options.Json && Failures.OfInput(exception) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
            failure = found.Code;
        }
        if (options.Json)
            WriteJson(options, made, diagnostics, terminal);
        else
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            terminal.Output.Write(made?.Manifest);
        }
        return made is null ? failure : ExitCode.Success;
    }

    private static void WriteJson(
        BuildOptions options, SeedFiles? made, DiagnosticBag diagnostics, Terminal terminal) =>
        JsonReport.WriteDocument(terminal.Output, json =>
        {
            json.WriteString("schema", "jetson-core/seed-make");
            json.WriteNumber("version", 1);
            json.WriteString("folder", options.OutputFolder);
            json.WriteBoolean("ok", made is not null);
            json.WriteStartArray("snaps");
            foreach (SeedSnap snap in made is null ? [] : made.Snaps)
            {
                json.WriteStartObject();
                json.WriteString("name", snap.Name);
                json.WriteString("revision", snap.Revision);
                if (snap.Channel is { } channel)
                    json.WriteString("channel", channel);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });
}
