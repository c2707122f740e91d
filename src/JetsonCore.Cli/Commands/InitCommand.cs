// `jetson-core init BOARD DIR`: a project to begin from.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Project;

namespace JetsonCore.Cli.Commands;

internal static class InitCommand
{
    public static Command Create(Terminal terminal)
    {
        var board = new Argument<string>("BOARD")
        {
            Description = $"one of {string.Join(", ", ProjectTemplates.Names)}",
        };
        board.AcceptOnlyFromAmong([.. ProjectTemplates.Names]);
        var folder = new Argument<string>("DIR") { Description = "a new or empty folder" };
        var command = new Command("init", $"""
            Begin a project: {ProjectFieldList.FileName}, which describes a build, with a gadget and a kernel's lists

            Nothing is overwritten. README.md in the folder says what has to be fetched.

            Examples:
              jetson-core init jetson-tx1 my-board
              jetson-core build my-board
            """)
        {
            board, folder,
        };
        command.SetAction(parsed =>
            (int)Run(parsed.GetRequiredValue(board), parsed.GetRequiredValue(folder), terminal));
        return command;
    }

    private static ExitCode Run(string board, string folder, Terminal terminal)
    {
        DirectoryNode tree = ProjectTemplates.Tree(board);
        var time = new FileTime(KeyArguments.SigningTime.ToUnixTimeSeconds());
        TreeMetadata.Override(tree, ownedByRoot: true, time);
        var diagnostics = new DiagnosticBag();
        TreeExtractor.Extract(tree, folder, diagnostics);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        foreach ((string path, FileNode node) in tree.Walk())
        {
            if (node is RegularFileNode)
                terminal.Output.WriteLine(Path.Combine(folder, path));
        }
        terminal.Error.WriteLine(
            $"jetson-core: next: see {Path.Combine(folder, "README.md")}, then: jetson-core build {folder}");
        return ExitCode.Success;
    }
}
