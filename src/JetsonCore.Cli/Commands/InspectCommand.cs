// `jetson-core inspect FILE…`: says what artefacts are and contain.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Inspection;

namespace JetsonCore.Cli.Commands;

internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "an image, a file system, a snap, an archive, a kernel, an environment, an assertion, "
                + "a folder",
            Arity = ArgumentArity.OneOrMore,
        };
        var head = new Option<bool>("--head") { Description = "only what each says of itself, not what lies in it" };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("inspect", """
            Say what files are and what can be known of them

            Files are recognised by their bytes, whatever their names, also compressed. Of disks, file systems, folders
            and archives is told how the system in them boots (U-Boot, its environment and the one built into it,
            kernels, device trees, initial RAM disks), its model, and its snaps with what the seed's assertions say of
            them, by name and size: digests and signatures of snaps are for `jetson-core seed check`. --head leaves all
            of that out. The text leaves out empty columns, and of wide tables ids: --json has all.

            To list and read the files in one there is `jetson-core fs`. What lies in a disk image is named IMAGE:NAME,
            IMAGE:NUMBER or IMAGE:@BYTES, also with /PATH behind it.

            Examples:
              jetson-core inspect out/jetson.img
              jetson-core inspect --head out/partitions/*
              jetson-core inspect out/jetson.img:system-boot/kernel.img
            """)
        {
            files, head, json,
        };
        command.SetAction(parsed => (int)Run(
            parsed.GetRequiredValue(files), parsed.GetValue(head), parsed.GetValue(json), terminal));
        return command;
    }

    internal static ExitCode Run(
        IReadOnlyList<string> paths, bool isHeadOnly, bool asJson, Terminal terminal)
    {
        using var interruption = new Interruption();
        List<(string Path, ArtefactReport Report)> reports = [];
        ExitCode worst = ExitCode.Success;
        foreach (string path in paths)
        {
            try
            {
                reports.Add((path, Inspect(path, isHeadOnly, interruption.Token)));
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

    private static ArtefactReport Inspect(string path, bool isHeadOnly, CancellationToken cancellation)
    {
        using var spool = new SpoolFolder(cancellation: cancellation);
        return Failures.About(path, () => SystemInspector.Inspect(path, isHeadOnly, spool.Keep, cancellation));
    }
}
