// `jetson-core kernel pack FOLDER …`: a kernel snap from packages or from a kernel build.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

internal static class KernelCommand
{
    internal sealed record Options
    {
        public required KernelSnapRequest Request { get; init; }

        public required string OutputFolder { get; init; }

        public bool Force { get; init; }

        public ProgressArguments.Wishes Progress { get; init; } = new();
    }

    public static Command Create(Terminal terminal) =>
        new("kernel", "Make kernel snaps") { CreatePack(terminal) };

    private static Command CreatePack(Terminal terminal)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "kernel source folder: snap.yaml, lists, initramfs/",
        };
        var from = new Option<string[]>("--from")
        {
            Description = ".deb package, NVIDIA's Tegra…_Linux_R….tbz2, or folder with Image, modules/, dtbs/, "
                + "firmware/; can be given several times",
            HelpName = "PATH",
            Required = true,
        };
        var baseInitrd = new Option<string>("--base-initrd")
        {
            Description = "the base's initrd; modules and overlay are put behind it",
            HelpName = "INITRD",
            Required = true,
        };
        var output = new Option<string>("--output-dir", "-O")
        {
            Description = "where the snap goes",
            HelpName = "DIR",
            DefaultValueFactory = _ => ".",
        };
        var force = new Option<bool>("--force") { Description = "overwrite an existing snap" };
        var progress = new ProgressArguments();
        var command = new Command("pack", """
            Make a kernel snap; its version is the kernel's release

            Example:
              jetson-core kernel pack kernel --from linux-image-6.1.0-50-arm64_6.1.176-1_arm64.deb \
                --from firmware-misc-nonfree_20230210-5_all.deb --base-initrd initrd.img -O out
            """)
        {
            folder, from, baseInitrd, output, force,
        };
        progress.AddTo(command);
        command.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            var clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName));
            var options = new Options
            {
                Request = new()
                {
                    SourceFolder = parsed.GetRequiredValue(folder),
                    From = parsed.GetRequiredValue(from),
                    BaseInitrd = parsed.GetRequiredValue(baseInitrd),
                    Time = clock?.FileTime,
                },
                OutputFolder = parsed.GetRequiredValue(output),
                Force = parsed.GetValue(force),
                Progress = progress.Read(parsed),
            };
            return (int)Pack(options, terminal, interruption.Token);
        });
        return command;
    }

    internal static ExitCode Pack(Options options, Terminal terminal, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        using var spool = new SpoolFolder(options.OutputFolder);
        using ProgressDisplay display = options.Progress.Open(terminal);
        (KernelSnapInputs? inputs, DirectoryNode? tree) = display.Work.Stage("put the kernel snap together", () =>
        {
            KernelSnapInputs? opened = KernelSnapInputs.Open(options.Request, spool.Keep, diagnostics, cancellation);
            return (opened, opened is null ? null : KernelSnapBuilder.Build(opened, diagnostics, cancellation));
        });
        SnapDefinition? definition = tree is null
            ? null
            : SnapFile.ReadDefinition(options.Request.SourceFolder, tree, diagnostics);
        if (inputs is null || tree is null || definition is null || diagnostics.HasErrors)
        {
            display.Stop();
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            return ExitCode.Findings;
        }
        string path = Path.Combine(options.OutputFolder, definition.FileName);
        display.Work.Stage($"pack {path}", SnapPacker.ContentBytes(tree), stage =>
        {
            using OutputFile file = OutputFile.Create(path, options.Force);
            SquashFsWriter.Write(tree, SquashFsOptions.Snap(inputs.Time), file.Stream, stage.Add, cancellation);
            file.Commit();
        });
        display.Stop();
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        terminal.Output.WriteLine(path);
        return ExitCode.Success;
    }
}
