// `jetson-core inspect FILE…`: says what artefacts are and contain.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "an image, a file system, a snap, an archive, a kernel, an environment, an assertion",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("inspect", """
            Say what files are and what can be known of them

            Files are recognised by their bytes, whatever their names, also compressed. To list and read the files in
            one there is `jetson-core fs`. What lies in a disk image is named IMAGE:NAME, IMAGE:NUMBER or IMAGE:@BYTES,
            also with /PATH behind it.

            Examples:
              jetson-core inspect out/jetson.img out/partitions/*
              jetson-core inspect out/jetson.img:system-boot/kernel.img
            """)
        {
            files, json,
        };
        command.SetAction(parsed =>
            (int)Run(parsed.GetRequiredValue(files), parsed.GetValue(json), terminal));
        return command;
    }

    internal static ExitCode Run(IReadOnlyList<string> paths, bool asJson, Terminal terminal)
    {
        using var interruption = new Interruption();
        List<(string Path, ArtefactReport Report)> reports = [];
        ExitCode worst = ExitCode.Success;
        foreach (string path in paths)
        {
            try
            {
                reports.Add((path, Inspect(path, interruption.Token)));
            }
            catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
            {
                worst = found.Code > worst ? found.Code : worst;
                if (asJson)
                    reports.Add((path, Unreadable(found.Diagnostic)));
                else
                    DiagnosticPrinter.Print(found.Diagnostic, terminal.Error);
            }
        }
        if (asJson)
            ArtefactJson.Write(reports, terminal.Output);
        else
            ArtefactText.Write(reports, terminal.Output);
        return worst;
    }

    /// <summary>What a document says of a file that cannot be read, beside the others.</summary>
    private static ArtefactReport Unreadable(Diagnostic finding) => new()
    {
        Format = "unreadable",
        Facts = [new("problem", $"{finding.Rule.Code}: {finding.Message}")],
    };

    private static ArtefactReport Inspect(string path, CancellationToken cancellation)
    {
        using var spool = new SpoolFolder(cancellation: cancellation);
        return Failures.About(
            path, () => ArtefactInspector.Inspect(path, spool.Keep, ReadLimits.Default, cancellation));
    }
}
