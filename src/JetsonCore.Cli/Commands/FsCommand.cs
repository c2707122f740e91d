// `jetson-core fs …`: file systems and archives, made and looked into without mounting, unpacking or root.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class FsCommand
{
    private const int CopyBufferLength = 1 << 20;

    private static readonly Rule NoSuchFile = new("JC5006", Severity.Error, "a path names a file of the artefact");

    public static Command Create(Terminal terminal) => new("fs", "Make, list and read file systems and archives")
    {
        FsMakeCommand.Create(terminal),
        CreateList(terminal),
        CreateCat(terminal),
        CreateExtract(terminal),
    };

    private static Command CreateList(Terminal terminal)
    {
        Argument<string> artefact = Artefact(), path = new("PATH")
        {
            Description = "only what is at or below this path",
            DefaultValueFactory = _ => "",
        };
        var isLong = new Option<bool>("--long", "-l") { Description = "with mode, owner, length and time" };
        var command = new Command("ls", """
            List the files of an artefact, a path a line

            Example:
              jetson-core fs ls -l kernel.snap modules
            """)
        {
            artefact, path, isLong,
        };
        command.SetAction(parsed => (int)WithTree(parsed.GetRequiredValue(artefact), (tree, _) =>
        {
            List(tree.Root, parsed.GetRequiredValue(path), parsed.GetValue(isLong), terminal);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateCat(Terminal terminal)
    {
        Argument<string> artefact = Artefact(), path = new("PATH") { Description = "a file of the artefact" };
        var command = new Command("cat", """
            Write a file of an artefact to standard output

            Example:
              jetson-core fs cat core18.snap meta/snap.yaml
            """)
        {
            artefact, path,
        };
        command.SetAction(parsed => (int)WithTree(parsed.GetRequiredValue(artefact), (tree, cancellation) =>
        {
            Cat(tree.Root, parsed.GetRequiredValue(path), terminal, cancellation);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command CreateExtract(Terminal terminal)
    {
        Argument<string> artefact = Artefact(), target = new("DIR") { Description = "a new or empty folder" };
        var command = new Command("extract", """
            Write the files of an artefact into a folder

            Everything belongs to the caller, without extended attributes; device nodes, pipes and sockets are left out
            and named.

            Example:
              jetson-core fs extract initrd.img initrd/
            """)
        {
            artefact, target,
        };
        command.SetAction(parsed => (int)WithTree(parsed.GetRequiredValue(artefact), (tree, cancellation) =>
        {
            var diagnostics = new DiagnosticBag();
            TreeExtractor.Extract(tree.Root, parsed.GetRequiredValue(target), diagnostics, cancellation);
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
        }));
        return command;
    }

    private static Argument<string> Artefact() => new("ARTEFACT")
    {
        Description = "ext4, vfat, squashfs, cpio, tar or .deb, also compressed or as an Android sparse image",
    };

    private static ExitCode WithTree(string path, Func<ArtefactTree, CancellationToken, ExitCode> use)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        return Failures.About(path, () =>
        {
            using ArtefactTree tree = ArtefactTree.Open(path, spool.Keep, ReadLimits.Default, interruption.Token);
            return use(tree, interruption.Token);
        });
    }

    private static void List(DirectoryNode root, string path, bool isLong, Terminal terminal)
    {
        string prefix = path.Trim('/');
        FileNode start = Find(root, prefix);
        if (start is not DirectoryNode directory)
        {
            terminal.Output.WriteLine(Line(prefix, start, isLong));
            return;
        }
        foreach ((string name, FileNode node) in directory.Walk())
            terminal.Output.WriteLine(Line(prefix is "" ? name : $"{prefix}/{name}", node, isLong));
    }

    private static void Cat(DirectoryNode root, string path, Terminal terminal, CancellationToken cancellation)
    {
        if (Find(root, path) is not RegularFileNode file)
            throw new UserErrorException(FailureKind.Input, NoSuchFile, path, "cannot write: this is no regular file");
        using Stream content = file.Content.Open(), output = terminal.OpenBytes();
        var buffer = new byte[CopyBufferLength];
        while (content.Read(buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            output.Write(buffer, 0, read);
        }
    }

    private static FileNode Find(DirectoryNode root, string path) => root.Find(path)
        ?? throw new UserErrorException(FailureKind.Input, NoSuchFile, path, "cannot find this path in the artefact");

    private static string Line(string path, FileNode node, bool isLong)
    {
        string name = TerminalText.Of(path);
        if (!isLong)
            return name;
        FileMetadata metadata = node.Metadata;
        string size = node switch
        {
            RegularFileNode file => file.Content.Length.ToString(CultureInfo.InvariantCulture),
            SpecialNode { Kind: SpecialKind.CharacterDevice or SpecialKind.BlockDevice } device =>
                $"{device.DeviceMajor},{device.DeviceMinor}",
            _ => "0",
        };
        string target = node is SymbolicLinkNode link ? $" -> {TerminalText.Of(link.Target)}" : "";
        return $"{Mode(node)} {metadata.UserId}:{metadata.GroupId} {size,12} {Time(metadata)} {name}{target}";
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
        return kind + Convert.ToString(node.Metadata.Permissions, 8).PadLeft(4, '0');
    }

    // The calendar of .NET ends with the year 9999; times beyond are shown as seconds.
    private static string Time(FileMetadata metadata)
    {
        const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
        long seconds = metadata.ModificationTime.UnixSeconds;
        return seconds is >= -62135596800 and <= 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(Format, CultureInfo.InvariantCulture)
            : $"@{seconds}";
    }
}
