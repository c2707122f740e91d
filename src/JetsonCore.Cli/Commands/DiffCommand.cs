// `jetson-core diff A B`: in what two artefacts or folders differ, down to files in snaps in partitions.
using System.CommandLine;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Comparison;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class DiffCommand
{
    private const string Time = "time", Owner = "owner", Layout = "layout";

    public static Command Create(Terminal terminal)
    {
        var before = new Argument<string>("A") { Description = "an image, a snap, an archive, a folder, any file" };
        var after = new Argument<string>("B") { Description = "the other; both may be addresses" };
        var ignore = new Option<string[]>("--ignore")
        {
            Description = $"what may differ: {Time}, {Owner}, {Layout}; may be repeated",
            HelpName = "WHAT",
        };
        ignore.AcceptOnlyFromAmong(Time, Owner, Layout);
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var markdown = new Option<bool>("--markdown") { Description = "print Markdown, for pull requests" };
        var command = new Command("diff", $"""
            Say in what two images, snaps, archives or folders differ

            Both are followed as deep as they go: partitions, file systems, snaps, archives, boot images, device trees,
            environments, assertions. Of files that differ are compared mode, owner, time, attributes and content. Equal
            bytes end it: exit code 0. A folder is compared with the files of an artefact, too. Where all files are
            equal and the bytes are not, the first byte is named, and what lies there; --ignore {Layout} lets that pass:
            in file systems and archives the order of files, padding, what no name leads to; of disks the copies of a
            GPT, not boot code and gaps. Kernels are compared by release and configuration, too. The text comes as
            differences are found, --json and --markdown in the end.

            {FsCommand.AddressHelp}
            Examples:
              jetson-core diff old/jetson.img new/jetson.img
              jetson-core diff old.snap out/jetson.img:writable/system-data/var/lib/snapd/seed/snaps/new.snap
              jetson-core diff --ignore time --markdown old/ new/
            """)
        {
            before, after, ignore, json, markdown,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(markdown))
                result.AddError("--json and --markdown cannot be given together.");
        });
        command.SetAction(parsed =>
        {
            string[] ignored = parsed.GetValue(ignore) ?? [];
            var options = new ComparisonOptions
            {
                IgnoreTime = ignored.Contains(Time),
                IgnoreOwner = ignored.Contains(Owner),
                IgnoreLayout = ignored.Contains(Layout),
            };
            (string A, string B) = (parsed.GetRequiredValue(before), parsed.GetRequiredValue(after));
            List<ArtefactDifference> differences = [];
            var text = new DifferenceText(A, B, terminal.Output);
            bool isText = !parsed.GetValue(json) && !parsed.GetValue(markdown);
            int count = Compare((A, B), options, isText ? text.Write : differences.Add);
            if (parsed.GetValue(json))
                DifferenceJson.Write(A, B, differences, terminal.Output);
            else if (parsed.GetValue(markdown))
                DifferenceMarkdown.Write(A, B, differences, terminal.Output);
            return (int)(count > 0 ? ExitCode.Findings : ExitCode.Success);
        });
        return command;
    }

    private static int Compare(
        (string Before, string After) both, ComparisonOptions options, Action<ArtefactDifference> found)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        return Failures.About($"{both.Before}, {both.After}", () =>
        {
            int count = 0;
            void Count(ArtefactDifference difference)
            {
                count++;
                found(difference);
            }

            ArtefactComparer.Compare(both, options, Count, spool.Keep, interruption.Token);
            return count;
        });
    }
}
