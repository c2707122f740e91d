// `jetson-core inspect FILE…`: says what artefacts are and contain.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
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
        List<(string Path, ArtefactReport Report)> reports =
            [.. paths.Select(path => (path, Inspect(path, interruption.Token)))];
        if (asJson)
            ArtefactJson.Write(reports, terminal.Output);
        else
            ArtefactText.Write(reports, terminal.Output);
        return ExitCode.Success;
    }

    private static ArtefactReport Inspect(string path, CancellationToken cancellation)
    {
        using var spool = new SpoolFolder(cancellation: cancellation);
        return Failures.About(
            path, () => ArtefactInspector.Inspect(path, spool.Keep, ReadLimits.Default, cancellation));
    }
}
