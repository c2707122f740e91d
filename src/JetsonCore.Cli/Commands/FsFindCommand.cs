// `jetson-core fs find`: files by their names, as deep as artefacts go, each with the address that leads to it.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class FsFindCommand
{
    private static readonly Rule Unread =
        new("JC5620", Severity.Warning, "what lies in an artefact and looks like one can be read");

    public static Command Create(Terminal terminal)
    {
        Argument<string> artefact = FsCommand.Artefact();
        var patterns = new Argument<string[]>("PATTERN")
        {
            Description = "names or patterns (*, ?, [a-z], **), looked for in every folder; none: all files",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var isLong = new Option<bool>("--long", "-l") { Description = "with mode, owner, length and time" };
        var isNull = new Option<bool>("--null", "-0") { Description = "write addresses as they are, NUL behind each" };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var depth = new Option<int>("--depth")
        {
            Description = "how many artefacts deep to look; 0: not into any",
            DefaultValueFactory = _ => ArtefactSearch.DepthMax,
            HelpName = "N",
        };
        var command = new Command("find", $"""
            Find files in an artefact and in the artefacts in it

            File systems, archives, disks, snaps and boot images are looked into, one in another; what is printed is the
            address of each file, which other verbs take. Ends with 1 where nothing is found.

            {FsCommand.AddressHelp}
            Examples:
              jetson-core fs find out/jetson.img snap.yaml
              jetson-core fs find -l out/core-18-jetson-tx1.tar.xz '*.dtb'
            """)
        {
            artefact, patterns, isLong, isNull, json, depth,
        };
        depth.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] }])
                result.AddError("cannot look less than 0 artefacts deep: give --depth 0 or more");
        });
        command.SetAction(parsed =>
        {
            string from = parsed.GetRequiredValue(artefact);
            using var interruption = new Interruption();
            using var spool = new SpoolFolder(cancellation: interruption.Token);
            var search = new ArtefactSearch(spool.Keep, ReadLimits.Default, interruption.Token)
            {
                Depth = parsed.GetValue(depth),
            };
            var wanted = new PathMatcher(parsed.GetValue(patterns) ?? []);
            bool found = Failures.About(from, () =>
            {
                IEnumerable<(string Path, FileNode Node)> files = search.Files(from)
                    .Where(file => wanted.Fits(file.Path)).Select(file => (file.Address, file.Node));
                var form = (parsed.GetValue(json), parsed.GetValue(isNull), parsed.GetValue(isLong));
                return Show(from, files, form, terminal);
            });
            foreach ((string address, string message) in search.Unread)
                Warn(terminal, address, message);
            return (int)(found ? ExitCode.Success : ExitCode.Findings);
        });
        return command;
    }

    private static bool Show(
        string from, IEnumerable<(string Path, FileNode Node)> files, (bool Json, bool Null, bool Long) form,
        Terminal terminal)
    {
        bool found = false;
        IEnumerable<(string Path, FileNode Node)> shown = files.Select(file =>
        {
            found = true;
            return file;
        });
        if (form.Json)
            FilesJson.Write(from, shown, terminal.Output);
        else if (form.Null)
            FsListCommand.WriteNames(shown, terminal);
        else
            FsListCommand.WriteLines(shown, form.Long, terminal.Output);
        return found;
    }

    private static void Warn(Terminal terminal, string address, string message) => DiagnosticPrinter.Print(
        new Diagnostic
        {
            Rule = Unread,
            Severity = Unread.Severity,
            Path = address,
            Message = $"cannot look into it: {message}",
        },
        terminal.Error);
}
