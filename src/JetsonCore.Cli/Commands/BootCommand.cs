// `jetson-core boot IMAGE`: a QEMU machine under a copy of an image, its console, and what CI wants to see on it.
using System.CommandLine;
using System.Diagnostics;
using JetsonCore.Boot.Emulation;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class BootCommand
{
    private const int SecondsDefault = 120, PollMilliseconds = 50;
    private const string UBootVariable = "JETSON_CORE_UBOOT_QEMU";

    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options
    {
        public required string ImagePath { get; init; }

        public string? UBootPath { get; init; }

        public IReadOnlyList<string> Expected { get; init; } = [];

        public IReadOnlyList<string> Sent { get; init; } = [];

        public int Seconds { get; init; } = SecondsDefault;

        public bool AsJson { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        var image = new Argument<string>("IMAGE") { Description = "a disk image; a copy of it is booted" };
        var uboot = new Option<string?>("--uboot")
        {
            HelpName = "FILE",
            Description = $"U-Boot for QEMU, which scripts/build-uboot qemu makes; else ${UBootVariable}",
        };
        var expect = new Option<string[]>("--expect")
        {
            HelpName = "TEXT",
            Description = "wait until the console shows a text; several: one after the other",
        };
        var send = new Option<string[]>("--send")
        {
            HelpName = "LINE",
            Description = "type a line at Linux's console: the first one after the first --expect was seen, and so on",
        };
        var timeout = new Option<int>("--timeout")
        {
            HelpName = "SECONDS",
            Description = "give up after so many seconds",
            DefaultValueFactory = _ => SecondsDefault,
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of the console" };
        var command = new Command("boot", """
            Boot an image in QEMU

            A copy of the image becomes the SD card of QEMU's aarch64 machine "virt", with the image's own environment,
            kernel and initrd; only the device tree is QEMU's. Ends when all expected texts were seen, or the machine
            switches itself off. Exit code 1 where a text did not come in time. Needs the package qemu-system-arm.

            Example:
              jetson-core boot out/jetson.img --uboot u-boot-qemu.bin --expect "core18 shell" --send poweroff
            """)
        {
            image, uboot, expect, send, timeout, json,
        };
        command.SetAction(parsed => (int)Run(new()
        {
            ImagePath = parsed.GetRequiredValue(image),
            UBootPath = parsed.GetValue(uboot),
            Expected = parsed.GetValue(expect) ?? [],
            Sent = parsed.GetValue(send) ?? [],
            Seconds = parsed.GetValue(timeout),
            AsJson = parsed.GetValue(json),
        }, terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        string program = FindProgram();
        string uboot = FindUBoot(options);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("jetson-core-boot-");
        try
        {
            string disk = Path.Combine(folder.FullName, "card.img"), tree = Path.Combine(folder.FullName, "virt.dtb");
            EmulatorDisk.Copy(options.ImagePath, disk);
            EmulatedBoard.DumpTree(program, uboot, tree);
            Failures.About(options.ImagePath, () => Prepare(options.ImagePath, disk, File.ReadAllBytes(tree)));
            return Watch(options, (program, uboot, disk, Path.Combine(folder.FullName, "u-boot.log")), terminal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Prepare(string imagePath, string disk, byte[] tree)
    {
        SortedDictionary<string, string> environment =
            EnvLintCommand.Variables($"{imagePath}:system-boot/uboot.env");
        string kernel = environment.GetValueOrDefault("snap_kernel", "");
        string name = $"/{kernel}/dtbs/{environment.GetValueOrDefault("fdtfile")}";
        EmulatorDisk.ReplaceTree(disk, name, tree);
        return true;
    }

    private static ExitCode Watch(
        Options options, (string Program, string UBoot, string Disk, string Log) files, Terminal terminal)
    {
        var clock = Stopwatch.StartNew();
        int seen = 0, from = 0;
        Action<string> show = options.AsJson ? _ => { } : terminal.Output.Write;
        using var board = new EmulatedBoard(files.Program, files.UBoot, files.Disk, (files.Log, show));
        bool isOpen = options.Expected.Count == 0;
        while (clock.Elapsed.TotalSeconds < options.Seconds && (isOpen || seen < options.Expected.Count))
        {
            bool hasEnded = board.HasEnded;
            string console = board.Console;
            while (seen < options.Expected.Count
                && console.IndexOf(options.Expected[seen], from, StringComparison.Ordinal) is >= 0 and int at)
            {
                from = at + options.Expected[seen].Length;
                if (seen < options.Sent.Count)
                    board.Type(options.Sent[seen]);
                seen++;
            }
            if (hasEnded)
                break;
            Thread.Sleep(PollMilliseconds);
        }
        return Report(options, board.Console, (seen, clock.Elapsed.TotalSeconds), terminal);
    }

    private static ExitCode Report(
        Options options, string console, (int Seen, double Seconds) result, Terminal terminal)
    {
        bool isGood = result.Seen == options.Expected.Count;
        if (options.AsJson)
        {
            JsonReport.WriteDocument(terminal.Output, json =>
            {
                json.WriteString("schema", "jetson-core/boot");
                json.WriteNumber("version", 1);
                json.WriteBoolean("ok", isGood);
                json.WriteNumber("seconds", Math.Round(result.Seconds, 1));
                json.WriteStartArray("seen");
                foreach (string text in options.Expected.Take(result.Seen))
                    json.WriteStringValue(text);
                json.WriteEndArray();
                json.WriteStartArray("console");
                foreach (string line in console.Split('\n'))
                    json.WriteStringValue(line);
                json.WriteEndArray();
            });
        }
        if (isGood)
            return ExitCode.Success;
        DiagnosticPrinter.Print(new Diagnostic
        {
            Rule = EmulationRules.Expectation,
            Severity = Severity.Error,
            Path = options.ImagePath,
            Message = $"the console has not shown \"{options.Expected[result.Seen]}\" within {options.Seconds} s",
            Hint = "give more time with --timeout, or see what it has shown",
        }, terminal.Error);
        return ExitCode.Findings;
    }

    private static string FindProgram() =>
        HostFile.FirstOf((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, EmulatedBoard.Program)))
            ?? throw new UserErrorException(FailureKind.Environment, EmulationRules.Tools, null,
                $"cannot boot: there is no {EmulatedBoard.Program}", "apt-get install qemu-system-arm");

    private static string FindUBoot(Options options)
    {
        string? path = options.UBootPath ?? Environment.GetEnvironmentVariable(UBootVariable);
        return path is not null && HostFile.Exists(path) ? path
            : throw new UserErrorException(FailureKind.Environment, EmulationRules.Tools, path,
                "cannot boot: there is no U-Boot for QEMU",
                "make it with scripts/build-uboot qemu u-boot-qemu.bin, and name it with --uboot");
    }
}
