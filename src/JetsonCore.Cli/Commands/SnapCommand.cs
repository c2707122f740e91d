// `jetson-core snap …`: snaps as files.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

internal static class SnapCommand
{
    /// <summary>Arguments of `snap pack` as plain values.</summary>
    internal sealed record PackOptions(
        string Folder, string TargetFolder, string? FileName, bool CheckOnly, bool Force)
    {
        public ProgressArguments.Wishes Progress { get; init; } = new();
    }

    public static Command Create(Terminal terminal) => new("snap", "Pack snaps")
    {
        CreatePack(terminal),
    };

    private static Command CreatePack(Terminal terminal)
    {
        var folder = new Argument<string>("DIR") { Description = "the snap's tree, with meta/snap.yaml" };
        var target = new Argument<string>("OUT")
        {
            Description = "the folder for the file",
            DefaultValueFactory = _ => ".",
        };
        var fileName = new Option<string?>("--filename")
        {
            Description = "the file's name; without it NAME_VERSION_ARCHITECTURE.snap",
            HelpName = "NAME",
        };
        var check = new Option<bool>("--check") { Description = "check the tree and write nothing" };
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var progress = new ProgressArguments();
        var command = new Command("pack", """
            Check a tree and pack it as a snap

            With SOURCE_DATE_EPOCH every file gets that time, and the same tree gives the same bytes anywhere.

            Example:
              jetson-core snap pack my-gadget/ out/
            """)
        {
            folder, target, fileName, check, force,
        };
        progress.AddTo(command);
        command.SetAction(parsed => (int)Pack(
            new(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(target), parsed.GetValue(fileName),
                parsed.GetValue(check), parsed.GetValue(force))
            {
                Progress = progress.Read(parsed),
            },
            terminal));
        return command;
    }

    internal static ExitCode Pack(PackOptions options, Terminal terminal)
    {
        FileTime? time = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName))?.FileTime;
        DirectoryNode root = NamedInputs.Folder(options.Folder, time, out IDisposable? open);
        using IDisposable? closing = open;
        var diagnostics = new DiagnosticBag();
        SnapDefinition? snap = SnapPacker.Check(options.Folder, root, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (snap is null)
            return ExitCode.Findings;
        if (options.CheckOnly)
            return ExitCode.Success;
        string path = Path.Combine(options.TargetFolder, options.FileName ?? snap.FileName);
        using var interruption = new Interruption();
        using ProgressDisplay display = options.Progress.Open(terminal);
        display.Work.Stage($"pack {path}", SnapPacker.ContentBytes(root), stage =>
        {
            using OutputFile file = OutputFile.Create(path, options.Force);
            SnapPacker.Write(root, time ?? SnapPacker.LatestTime(root), file.Stream, stage, interruption.Token);
            file.Commit();
        });
        display.Stop();
        terminal.Output.WriteLine(path);
        return ExitCode.Success;
    }
}
