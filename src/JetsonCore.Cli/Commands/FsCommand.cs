// `jetson-core fs …`: file systems and archives, made and looked into without mounting, unpacking or root. Here is what
// the verbs that read have in common, and `fs cat`.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class FsCommand
{
    /// <summary>What the verbs that read say of addresses.</summary>
    internal const string AddressHelp = """
        An artefact is a file, or lies in one: IMAGE:NAME, IMAGE:NUMBER (a partition by name, label or number),
        IMAGE:@BYTES (from an offset on), ARCHIVE:PATH. Behind each /PATH or :PATH leads on, as deep as there is:
        jetson.img:writable/system-data/var/lib/snapd/seed/snaps/a.snap:/meta/snap.yaml. A colon at the end opens what
        is named: a.tar:b.snap is a file, a.tar:b.snap: are the files in it. Symbolic links on the way are followed
        within what they lie in.
        """;

    private const int CopyBufferLength = 1 << 20;

    private static readonly Rule TakenOtherwise =
        new("JC5603", Severity.Warning, "files are read and written as they are");

    public static Command Create(Terminal terminal) => new("fs", "Make, list and read file systems and archives")
    {
        FsMakeCommand.Create(terminal),
        FsListCommand.Create(terminal),
        CreateCat(terminal),
        FsFindCommand.Create(terminal),
        FsExtractCommand.Create(terminal),
    };

    internal static Argument<string> Artefact() => new("ARTEFACT")
    {
        Description = "ext4, vfat, squashfs, cpio, tar or .deb, also compressed, as an Android sparse image, or in a "
            + "disk image as IMAGE:PARTITION; a folder",
    };

    internal static Option<string[]> Exclude() => new("--exclude")
    {
        Description = "leave out this path, or what fits this pattern, with all below; may be repeated",
        HelpName = "PATTERN",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Opens an artefact for as long as it is used, and says what was not taken as it is.</summary>
    internal static ExitCode WithTree(
        string path, Terminal terminal, Func<ArtefactTree, CancellationToken, ExitCode> use)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        return Failures.About(path, () =>
        {
            using ArtefactTree tree = ArtefactTree.Open(path, spool.Keep, ReadLimits.Default, interruption.Token);
            foreach ((string file, string message) in tree.Remarks)
                Say(terminal, $"{path}: {file}", message);
            return use(tree, interruption.Token);
        });
    }

    /// <summary>Warns of a file that is not taken as it is.</summary>
    internal static void Say(Terminal terminal, string path, string message) => DiagnosticPrinter.Print(
        new Diagnostic { Rule = TakenOtherwise, Severity = TakenOtherwise.Severity, Path = path, Message = message },
        terminal.Error);

    /// <summary>
    /// The wanted paths, with the one that the address ended with before them; those that `fs ls` shows with escapes as
    /// what they stand for.
    /// </summary>
    internal static string[] Wanted(ArtefactTree tree, IReadOnlyList<string> typed)
    {
        string inner = tree.InnerPath.Trim('/');
        if (typed.Count == 0)
            return inner.Length == 0 ? [] : [ToName(tree.Root, inner)];
        return
        [
            .. typed.Select(path => ToName(tree.Root, inner.Length == 0 ? path : $"{inner}/{path.TrimStart('/')}")),
        ];
    }

    internal static FileNode Find(DirectoryNode root, string path) => root.Find(path)
        ?? throw NoSuchFile(path, "cannot find this path in the artefact");

    private static UserErrorException NoSuchFile(string path, string message) =>
        new(FailureKind.Input, ArtefactTree.NoSuchFile, path, message);

    private static string ToName(DirectoryNode root, string path) =>
        TerminalText.NameOf(path) is { } name && root.Find(name) is not null ? name : path;

    private static Command CreateCat(Terminal terminal)
    {
        Argument<string> artefact = Artefact();
        var path = new Argument<string>("PATH")
        {
            Description = "a file of the artefact",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("cat", $"""
            Write a file of an artefact to standard output

            {AddressHelp}
            Examples:
              jetson-core fs cat core18.snap meta/snap.yaml
              jetson-core fs cat out/jetson.img:system-boot/uboot.env | jetson-core env show -
            """)
        {
            artefact, path,
        };
        command.SetAction(parsed => (int)WithTree(parsed.GetRequiredValue(artefact), terminal, (tree, cancellation) =>
        {
            string typed = parsed.GetRequiredValue(path);
            string wanted = Wanted(tree, typed.Length == 0 ? [] : [typed]).FirstOrDefault() ?? "";
            Cat(tree.Root, wanted, terminal, cancellation);
            return ExitCode.Success;
        }));
        return command;
    }

    internal static void Cat(DirectoryNode root, string path, Terminal terminal, CancellationToken cancellation)
    {
        FileNode node = root.Follow(path)?.Node ?? Find(root, path);
        if (node is SymbolicLinkNode link)
            throw NoSuchFile(path, $"cannot write: this is a link to \"{link.Target}\", which is not there");
        if (node is not RegularFileNode file)
            throw NoSuchFile(path, "cannot write: this is no regular file");
        using Stream content = file.Content.Open(), output = terminal.OpenBytes();
        var buffer = new byte[CopyBufferLength];
        while (content.Read(buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            output.Write(buffer, 0, read);
        }
    }
}
