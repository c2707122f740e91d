// `jetson-core fs ls`: paths a line, with what there is to know of each, or for programs: JSON, or bytes with NUL.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class FsListCommand
{
    private const int WriteBufferLength = 1 << 16;

    public static Command Create(Terminal terminal)
    {
        Argument<string> artefact = FsCommand.Artefact();
        var paths = new Argument<string[]>("PATH")
        {
            Description = "only what is at or below these paths, or fits these patterns (*, ?, [a-z], **)",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var isLong = new Option<bool>("--long", "-l") { Description = "with mode, owner, length and time" };
        var isNull = new Option<bool>("--null", "-0")
        {
            Description = "write names as they are, without escapes, and NUL behind each: for xargs -0",
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        Option<string[]> exclude = FsCommand.Exclude();
        var command = new Command("ls", $"""
            List the files of an artefact, a path a line

            Control letters and bytes that are no text are shown as \x1b, \xff; so written they are understood, too.

            {FsCommand.AddressHelp}
            Examples:
              jetson-core fs ls -l kernel.snap modules
              jetson-core fs ls out/jetson.img:system-boot '*.dtb'
            """)
        {
            artefact, paths, isLong, isNull, json, exclude,
        };
        command.SetAction(parsed => (int)FsCommand.WithTree(parsed.GetRequiredValue(artefact), terminal, (tree, _) =>
        {
            IEnumerable<(string Path, FileNode Node)> files =
                Files(tree, parsed.GetValue(paths) ?? [], parsed.GetValue(exclude) ?? []);
            if (parsed.GetValue(json))
                FilesJson.Write(parsed.GetRequiredValue(artefact), files, terminal.Output);
            else if (parsed.GetValue(isNull))
                WriteNames(files, terminal);
            else
                WriteLines(files, parsed.GetValue(isLong), terminal.Output);
            return ExitCode.Success;
        }));
        return command;
    }

    /// <summary>What to list: of a folder that is named, what is in it.</summary>
    private static IEnumerable<(string Path, FileNode Node)> Files(
        ArtefactTree tree, IReadOnlyList<string> typed, IReadOnlyList<string> excluded)
    {
        string[] wanted = FsCommand.Wanted(tree, typed);
        var selection = new TreeSelection(wanted, excluded);
        var named = wanted.Select(path => path.Trim('/')).ToHashSet(StringComparer.Ordinal);
        return selection.Of(tree.Root).Walk().Where(file => !selection.OnTheWay.Contains(file.Node)
            && (file.Node is not DirectoryNode || !named.Contains(file.Path)));
    }

    /// <summary>Writes names as they are, each with NUL behind.</summary>
    internal static void WriteNames(IEnumerable<(string Path, FileNode Node)> files, Terminal terminal)
    {
        using Stream output = terminal.OpenBytes();
        using var buffered = new BufferedStream(output, WriteBufferLength);
        foreach ((string path, _) in files)
        {
            buffered.Write(NodeName.Encode(path));
            buffered.WriteByte(0);
        }
    }

    /// <summary>Writes a line for each file.</summary>
    internal static void WriteLines(
        IEnumerable<(string Path, FileNode Node)> files, bool isLong, TextWriter output)
    {
        foreach ((string path, FileNode node) in files)
            output.WriteLine(isLong ? Line(path, node) : TerminalText.Of(path));
    }

    internal static string Line(string path, FileNode node)
    {
        FileMetadata metadata = node.Metadata;
        string size = node switch
        {
            RegularFileNode file => file.Content.Length.ToString(CultureInfo.InvariantCulture),
            SpecialNode { Kind: SpecialKind.CharacterDevice or SpecialKind.BlockDevice } device =>
                $"{device.DeviceMajor},{device.DeviceMinor}",
            _ => "0",
        };
        string target = node is SymbolicLinkNode link ? $" -> {TerminalText.Of(link.Target)}" : "";
        return $"{Mode(node)} {metadata.UserId}:{metadata.GroupId} {size,12} {FilesJson.Time(metadata)} "
            + $"{TerminalText.Of(path)}{target}";
    }

    private static string Mode(FileNode node)
    {
        char kind = node switch
        {
            DirectoryNode => 'd',
            SymbolicLinkNode => 'l',
            SpecialNode special => "cbps"[(int)special.Kind],
            _ => '-',
        };
        return kind + node.Metadata.Mode;
    }
}
