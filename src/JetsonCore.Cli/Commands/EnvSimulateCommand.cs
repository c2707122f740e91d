// `jetson-core env simulate`: how a board boots with an image, or what U-Boot makes of a script, without a board.
using System.CommandLine;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Cli.Commands;

internal static class EnvSimulateCommand
{
    private const int ScriptMax = 4 << 20;

    internal static readonly Rule NothingToSimulate = new(
        "JC9179", Severity.Error, "a simulation has an image or a script");

    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options
    {
        public string? ImagePath { get; init; }

        public string? ScriptPath { get; init; }

        public string? EnvironmentPath { get; init; }

        public string? FileSystemPath { get; init; }

        public string? UBootPath { get; init; }

        public string? Board { get; init; }

        /// <summary>Where RAM is, or null.</summary>
        public UBootBoard? Ram { get; init; }

        public bool AsJson { get; init; }

        public bool ShowsConsole { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        var image = new Argument<string?>("IMAGE")
        {
            Description = "a disk image as \"build\" makes it, or the image of system-boot",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var script = Named<string?>("--script", "FILE", "run the lines of a file as typed at U-Boot's prompt; - for "
            + "standard input. An empty line repeats the last command, as it does there");
        var environment = Named<string?>("--env", "FILE", "the environment: a text, or an image (uboot.env)");
        var files = Named<string?>("--fs", "DIR", "what is on mmc 0:1: a folder; or an image of a disk");
        var uboot = Named<string?>("--uboot", "FILE", "u-boot.bin, for the environment in it; without, that in the "
            + "image is taken");
        var board = Named<string?>("--board", "NAME", "tx1 (what images are for), or qemu (what scripts run on)");
        board.AcceptOnlyFromAmong("tx1", "qemu");
        Option<UBootBoard?> ram = BoardArguments.Ram();
        var console = new Option<bool>("--console") { Description = "show what the console would, for each scenario" };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("simulate", """
            Run U-Boot's boot script without a board

            With an IMAGE, the board's lives are played: first boot, updates that work and that fail, files and
            environments that are missing or damaged, a save that is refused, a power cut. Exit code 1 where one of
            them ends without a kernel, or with an update that would be tried for ever. Nothing is written.

            With --script, prints what the console would show.

            Examples:
              jetson-core env simulate out/jetson.img
              jetson-core env simulate --script boot.txt --env gadget/uboot.env.in --fs out/system-boot
            """)
        {
            image, script, environment, files, uboot, board, ram, console, json,
        };
        command.SetAction(parsed => (int)Run(new()
        {
            ImagePath = parsed.GetValue(image),
            ScriptPath = parsed.GetValue(script),
            EnvironmentPath = parsed.GetValue(environment),
            FileSystemPath = parsed.GetValue(files),
            UBootPath = parsed.GetValue(uboot),
            Board = parsed.GetValue(board),
            Ram = parsed.GetValue(ram),
            ShowsConsole = parsed.GetValue(console),
            AsJson = parsed.GetValue(json),
        }, terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        if (options.ScriptPath is null == options.ImagePath is null)
        {
            throw new UserErrorException(FailureKind.Usage, NothingToSimulate, null,
                options.ScriptPath is null
                    ? "cannot simulate: neither an IMAGE nor --script FILE is given"
                    : "cannot simulate: both an IMAGE and --script are given",
                "name one of them; files for a script are given as --fs");
        }
        IReadOnlyList<ScenarioResult> results = options.ScriptPath is null ? RunImage(options) : [RunScript(options)];
        if (options.AsJson)
            SimulationJson.Write(results, terminal.Output);
        else if (options.ScriptPath is not null)
            SimulationText.WriteScript(results[0], terminal);
        else
            SimulationText.Write(results, options.ShowsConsole, terminal);
        return results.All(result => result.IsGood) ? ExitCode.Success : ExitCode.Findings;
    }

    private static ScenarioResult RunScript(Options options)
    {
        string script = NodeName.Decode(InputBytes.Read(options.ScriptPath!, ScriptMax));
        string[] lines = script.Split('\n');
        IReadOnlyDictionary<string, string> environment = options.EnvironmentPath is { } path
            ? Failures.About(InputBytes.NameOf(path),
                () => EnvironmentInput.Read(InputBytes.Read(path, UBootEnvironment.LengthMax)))
            : new Dictionary<string, string>();
        using BoardDisk disk = OpenFiles(options.FileSystemPath);
        var runner = new ScenarioRunner(BoardOf(options, UBootBoard.Qemu), disk, environment);
        return Failures.About(options.FileSystemPath ?? options.ScriptPath!, () => runner.RunScript(
            lines[^1].Length == 0 ? lines[..^1] : lines, environment));
    }

    private static System.Collections.Immutable.ImmutableArray<ScenarioResult> RunImage(Options options)
    {
        string path = options.ImagePath!;
        using BoardDisk disk = Failures.About(path, () => BoardDisk.OfImage(FolderTree.FileContent(path)));
        IReadOnlyDictionary<string, string>? builtIn = options.UBootPath is { } uboot
            ? BuiltInEnvironment.Find(InputBytes.Read(uboot, UBootSettings.BytesMax))
            : BuiltInEnvironment.FindOnDisk(disk.Disk, FolderTree.FileContent(path));
        var runner = new ScenarioRunner(BoardOf(options, BoardOf(disk)), disk, builtIn);
        return Failures.About(path, () => runner.RunAll());
    }

    private static BoardDisk OpenFiles(string? path)
    {
        if (path is null)
            return BoardDisk.OfTree(new DirectoryNode());
        return HostFile.IsFolder(path)
            ? BoardDisk.OfFolder(path)
            : Failures.About(path, () => BoardDisk.OfImage(FolderTree.FileContent(path)));
    }

    // Of an image the device tree says where RAM is, and the environment how large it is.
    private static UBootBoard BoardOf(BoardDisk disk)
    {
        if (disk.SystemBoot is not { } files || files.FindFile("uboot.env") is not { } file)
            return UBootBoard.Tx1;
        byte[] block = file.ReadAll(UBootEnvironment.LengthMax);
        if (UBootEnvironment.RecogniseLayout(block) is not { } layout)
            return UBootBoard.Tx1;
        UBootBoard board = BoardMemory.OfFiles(UBootEnvironment.Decode(block, layout), files.Root) ?? UBootBoard.Tx1;
        return board with { EnvironmentSize = block.Length };
    }

    private static UBootBoard BoardOf(Options options, UBootBoard otherwise) => options.Ram is { } ram
        ? ram with { EnvironmentSize = otherwise.EnvironmentSize }
        : options.Board is { } name ? UBootBoard.Find(name) ?? otherwise : otherwise;

    private static Option<T> Named<T>(string name, string valueName, string description) =>
        new(name) { HelpName = valueName, Description = description };
}
