// `jetson-core initrd …`: what the kernel makes of an initial RAM disk, and another archive behind one.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;

namespace JetsonCore.Cli.Commands;

internal static class InitrdCommand
{
    private const string AddressHelp = """
        An initrd is a file, or lies in another: IMAGE:PARTITION/PATH, kernel.snap:initrd.img, also a snap in an image.
        """;

    private static readonly (string Name, CompressionFormat Format)[] Compressions =
    [
        ("none", CompressionFormat.None), ("gzip", CompressionFormat.Gzip), ("xz", CompressionFormat.Xz),
        ("lzma", CompressionFormat.LzmaAlone), ("zstd", CompressionFormat.Zstd),
    ];

    internal sealed record OverlayOptions
    {
        public required string Base { get; init; }

        public required string Overlay { get; init; }

        public required string Output { get; init; }

        public CompressionFormat Format { get; init; }

        public bool Force { get; init; }

        public FileTime? Time { get; init; }
    }

    public static Command Create(Terminal terminal) =>
        new("initrd", "Look into initial RAM disks as the kernel unpacks them, and add to them")
        {
            CreateList(terminal), CreateCat(terminal), CreateExtract(terminal), CreateOverlay(terminal),
        };

    private static Argument<string> Initrd(string name = "INITRD") => new(name)
    {
        Description = "an initial RAM disk: a file, or IMAGE:PARTITION/PATH",
    };

    private static Command CreateList(Terminal terminal)
    {
        Argument<string> initrd = Initrd();
        var isLong = new Option<bool>("--long", "-l") { Description = "with mode, owner, length and time" };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("ls", $"""
            List the archives of an initrd, and the files in memory with the archive that each comes from

            Later archives replace files of earlier ones. Exit code 1 where the kernel cannot unpack one.

            {AddressHelp}
            Examples:
              jetson-core initrd ls initrd.img
              jetson-core initrd ls --json out/jetson.img:system-boot/initrd.img
            """)
        {
            initrd, isLong, json,
        };
        command.SetAction(parsed => (int)WithView(parsed.GetRequiredValue(initrd), terminal, (view, _) =>
        {
            if (parsed.GetValue(json))
                InitrdJson.Write(parsed.GetRequiredValue(initrd), view, terminal.Output);
            else
                WriteText(view, parsed.GetValue(isLong), terminal.Output);
        }));
        return command;
    }

    private static Command CreateCat(Terminal terminal)
    {
        Argument<string> initrd = Initrd();
        var path = new Argument<string>("PATH") { Description = "a file in memory" };
        var command = new Command("cat", $"""
            Write a file of an initrd, as it is in memory, to standard output

            {AddressHelp}
            Example:
              jetson-core initrd cat kernel.snap:initrd.img scripts/local-premount/resize
            """)
        {
            initrd, path,
        };
        command.SetAction(parsed => (int)WithView(parsed.GetRequiredValue(initrd), terminal, (view, cancellation) =>
            FsCommand.Cat(FilesOf(view), parsed.GetRequiredValue(path).Trim('/'), terminal, cancellation)));
        return command;
    }

    private static Command CreateExtract(Terminal terminal)
    {
        Argument<string> initrd = Initrd(), folder = new("DIR") { Description = "a new or empty folder" };
        var paths = new Argument<string[]>("PATH")
        {
            Description = "only what is at or below these paths, or fits these patterns (*, ?, [a-z], **)",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string[]> exclude = FsCommand.Exclude();
        var command = new Command("extract", $"""
            Write the files of an initrd, as they are in memory, into a folder

            Everything belongs to the caller; device nodes, pipes and sockets are left out and named.

            {AddressHelp}
            Example:
              jetson-core initrd extract out/jetson.img:system-boot/initrd.img initrd/ --exclude lib/modules
            """)
        {
            initrd, folder, paths, exclude,
        };
        command.SetAction(parsed =>
        {
            var diagnostics = new DiagnosticBag();
            ExitCode code = WithView(parsed.GetRequiredValue(initrd), terminal, (view, cancellation) =>
            {
                var selection = new TreeSelection(parsed.GetValue(paths) ?? [], parsed.GetValue(exclude) ?? []);
                TreeExtractor.Extract(selection.Of(FilesOf(view)), parsed.GetRequiredValue(folder), diagnostics,
                    cancellation: cancellation);
            });
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            return (int)(diagnostics.HasErrors ? ExitCode.Findings : code);
        });
        return command;
    }

    private static Command CreateOverlay(Terminal terminal)
    {
        Argument<string> initrd = Initrd("BASE");
        var overlay = new Argument<string>("OVERLAY") { Description = "a folder, or a cpio, tar or other archive" };
        var output = new Argument<string>("OUT") { Description = "the new initrd" };
        var compression = new Option<string>("--compression")
        {
            Description = $"of the new archive: {string.Join(", ", Compressions.Select(pair => pair.Name))}",
            HelpName = "NAME",
            DefaultValueFactory = _ => "gzip",
        };
        compression.AcceptOnlyFromAmong([.. Compressions.Select(pair => pair.Name)]);
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var command = new Command("overlay", """
            Put the files of a folder behind an initrd, as a further archive

            As in `kernel pack`: files go where links of the base lead (lib -> usr/lib), belong to root, and replace
            those of the base. Their time is SOURCE_DATE_EPOCH, or that of the youngest file of the base.

            Example:
              jetson-core initrd overlay initrd.img overlay/ new-initrd.img --compression zstd
            """)
        {
            initrd, overlay, output, compression, force,
        };
        command.SetAction(parsed => (int)Overlay(
            new()
            {
                Base = parsed.GetRequiredValue(initrd),
                Overlay = parsed.GetRequiredValue(overlay),
                Output = parsed.GetRequiredValue(output),
                Format = Array.Find(Compressions, pair => pair.Name == parsed.GetValue(compression)).Format,
                Force = parsed.GetValue(force),
                Time = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName))?.FileTime,
            },
            terminal));
        return command;
    }

    internal static ExitCode Overlay(OverlayOptions options, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        var diagnostics = new DiagnosticBag();
        bool isDone = Failures.About(options.Base, () =>
        {
            using ArtefactFile file =
                ArtefactFile.Open(options.Base, spool.Keep, ReadLimits.Default, interruption.Token);
            InitrdComposition? composition =
                InitrdComposition.Open(options.Base, file.Content, spool.Keep, diagnostics, interruption.Token);
            if (composition is null)
                return false;
            using ArtefactTree? opened = HostFile.IsFolder(options.Overlay)
                ? null
                : ArtefactTree.Open(options.Overlay, spool.Keep, ReadLimits.Default, interruption.Token);
            FileTime time = options.Time ?? composition.NewestTime;
            DirectoryNode tree = opened?.Root ?? FolderTree.Read(
                options.Overlay, new() { NormalizePermissions = true, ModificationTime = time });
            composition.Add(tree, options.Format, time, diagnostics);
            if (diagnostics.HasErrors)
                return false;
            using OutputFile output = OutputFile.Create(options.Output, options.Force);
            composition.Write(output.Stream, interruption.Token);
            output.Commit();
            return true;
        });
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        return isDone ? ExitCode.Success : ExitCode.Findings;
    }

    private static ExitCode WithView(
        string path, Terminal terminal, Action<InitrdView, CancellationToken> use)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        return Failures.About(path, () =>
        {
            using ArtefactFile file = ArtefactFile.Open(path, spool.Keep, ReadLimits.Default, interruption.Token);
            InitrdView view = InitrdView.Read(file.Content, spool.Keep, ReadLimits.Default, interruption.Token);
            var diagnostics = new DiagnosticBag(path);
            KernelInitrdRules.CheckUnpacking(path, file.Content, view, diagnostics);
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            use(view, interruption.Token);
            return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
        });
    }

    /// <summary>The files that come from archives: those of the kernel itself are left out.</summary>
    private static DirectoryNode FilesOf(InitrdView view)
    {
        foreach ((string path, FileNode node) in view.Root.Walk().Reverse().ToList())
        {
            if (view.SegmentOf(node) is not null || node is DirectoryNode { Children.Count: > 0 })
                continue;
            int slash = path.LastIndexOf('/');
            ((DirectoryNode)view.Root.Find(path[..Math.Max(slash, 0)])!).Remove(path[(slash + 1)..]);
        }
        return view.Root;
    }

    private static void WriteText(InitrdView view, bool isLong, TextWriter output)
    {
        for (int index = 0; index < view.Segments.Count; index++)
        {
            CpioSegment segment = view.Segments[index];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"segment {index + 1}: {segment.LengthBytes} bytes at {segment.Offset}, "
                    + $"{InitrdJson.NameOf(segment.Compression)}, {segment.Root.Walk().Count()} files"));
        }
        foreach ((string path, FileNode node) in FilesOf(view).Walk())
        {
            string line = isLong ? FsListCommand.Line(path, node) : TerminalText.Of(path);
            output.WriteLine($"{view.SegmentOf(node),3} {line}");
        }
    }
}
