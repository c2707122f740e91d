// `jetson-core fs extract`: the files of an artefact, or some of them, into a folder of the host.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class FsExtractCommand
{
    private static readonly Rule NeedsRoot = new("JC9160", Severity.Error, "only root may give files to others");

    public static Command Create(Terminal terminal)
    {
        Argument<string> artefact = FsCommand.Artefact(), target = new("DIR") { Description = "a new or empty folder" };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "only what is at or below these paths, or fits these patterns (*, ?, [a-z], **)",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string[]> exclude = FsCommand.Exclude();
        var preserve = new Option<bool>("--preserve")
        {
            Description = "keep owners and extended attributes, make device nodes, pipes and sockets: as root only",
        };
        var command = new Command("extract", $"""
            Write the files of an artefact into a folder

            Everything belongs to the caller, without extended attributes; device nodes, pipes and sockets are left out
            and named, unless root asks for --preserve. Files keep their paths, also where only some are wanted.

            {FsCommand.AddressHelp}
            Examples:
              jetson-core fs extract initrd.img initrd/
              jetson-core fs extract out/jetson.img:system-boot boot/ '*.dtb' --exclude overlays
            """)
        {
            artefact, target, paths, exclude, preserve,
        };
        command.SetAction(parsed => (int)FsCommand.WithTree(
            parsed.GetRequiredValue(artefact), terminal, (tree, cancellation) =>
            {
                string[] wanted = FsCommand.Wanted(tree, parsed.GetValue(paths) ?? []);
                var selection = new TreeSelection(wanted, parsed.GetValue(exclude) ?? []);
                bool isPreserving = parsed.GetValue(preserve);
                if (isPreserving && !Environment.IsPrivilegedProcess)
                    throw new UserErrorException(FailureKind.Usage, NeedsRoot, parsed.GetRequiredValue(target),
                        "cannot keep owners: only root may", hint: "run it as root, or without --preserve");
                var diagnostics = new DiagnosticBag();
                TreeExtractor.Extract(selection.Of(tree.Root), parsed.GetRequiredValue(target), diagnostics,
                    isPreserving, cancellation);
                DiagnosticPrinter.Print(diagnostics, terminal.Error);
                return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
            }));
        return command;
    }
}
