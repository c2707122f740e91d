// `jetson-core check FILE…`: all findings about gadgets and kernels, in one run.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Boot.Commands;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Commands;

internal static class CheckCommand
{
    /// <summary>How to show findings.</summary>
    internal enum Format
    {
        Text,
        Json,
        Sarif,
        Github,
        Junit,
    }

    // Records and loops here, no tuples: what the program must compile at its start takes half of a short run.
    private sealed record FormatOption(Format Format, Option<bool> Option);

    private sealed record FixOptions(Option<bool> Fix, Option<bool> Diff);

    private sealed record CheckedPath(GadgetReport Report, ExitCode Code);

    internal sealed record Options
    {
        public required string[] Paths { get; init; }

        public GadgetMode Mode { get; init; }

        public SnapdRelease Release { get; init; } = SnapdRelease.Latest;

        public string? ModelPath { get; init; }

        public string? KernelPath { get; init; }

        public string? AgainstPath { get; init; }

        public bool IsRemodel { get; init; }

        public string? DiskPath { get; init; }

        public string? UBootPath { get; init; }

        /// <summary>Where the board's RAM is, or null.</summary>
        public UBootBoard? Ram { get; init; }

        public Format Format { get; init; }

        public string? Board { get; init; }

        public bool IsFixing { get; init; }

        public bool ShowsDiff { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths =
            GadgetArguments.Paths("gadget.yaml, gadget folder or snap; kernel folder, .deb or snap; - for stdin");
        Option<string> mode = GadgetArguments.Mode();
        Option<string> release = GadgetArguments.Release();
        Option<string?> model = GadgetArguments.Path(
            "--model", "FILE", "judge for the model in this file, instead of --as");
        Option<string?> kernel = GadgetArguments.Path(
            "--kernel", "PATH", "kernel snap or folder: checks references to its files, and the room for it");
        Option<string?> against = GadgetArguments.Path(
            "--against", "OLD", "the gadget that devices have: checks whether they can be updated from it");
        var remodel = new Option<bool>("--remodel") { Description = "with --against: by a remodel, not by a refresh" };
        Option<string?> disk = GadgetArguments.Path(
            "--disk", "IMAGE", "image of a disk: checks whether it is one of this gadget, and boots");
        Option<string?> board = CheckKernels.Board();
        Option<string?> uboot = GadgetArguments.Path(
            "--uboot", "FILE", "u-boot.bin or the .config it was built with, instead of the U-Boot in the gadget");
        Option<UBootBoard?> ram = BoardArguments.Ram();
        FixOptions fix = Fixing();
        FormatOption[] formats = Formats();
        var command = new Command("check", """
            Report everything that is wrong with gadgets and kernels

            Examples:
              jetson-core check gadget.yaml
              jetson-core check linux-image-6.1.0-50-arm64_6.1.176-1_arm64.deb --board jetson-tx1
              jetson-core check --as uc18 --kernel jetson-tx1-kernel_6.1.snap jetson-tx1_x1.snap
              jetson-core check --fix --diff gadget.yaml
            """)
        {
            paths, mode, model, kernel, against, remodel, disk, board, uboot, ram, release, fix.Fix, fix.Diff,
        };
        foreach (FormatOption format in formats)
            command.Add(format.Option);
        command.Validators.Add(result => CheckFormats(result, formats, fix));
        command.Validators.Add(result => CheckPairs(result, (model, mode), (remodel, against)));
        command.SetAction(parsed => (int)Run(
            new Options
            {
                Paths = parsed.GetValue(paths) ?? [],
                Mode = GadgetArguments.ModeOf(parsed.GetValue(mode)),
                Release = GadgetArguments.ReleaseOf(parsed.GetValue(release)),
                ModelPath = parsed.GetValue(model),
                KernelPath = parsed.GetValue(kernel),
                AgainstPath = parsed.GetValue(against),
                IsRemodel = parsed.GetValue(remodel),
                DiskPath = parsed.GetValue(disk),
                UBootPath = parsed.GetValue(uboot),
                Ram = parsed.GetValue(ram),
                Format = formats.FirstOrDefault(format => parsed.GetValue(format.Option))?.Format ?? Format.Text,
                Board = parsed.GetValue(board),
                IsFixing = parsed.GetValue(fix.Fix),
                ShowsDiff = parsed.GetValue(fix.Diff),
            },
            terminal));
        return command;
    }

    private static void CheckPairs(CommandResult result, (Option<string?> Model, Option<string> Mode) judged,
        (Option<bool> Remodel, Option<string?> Against) update)
    {
        if (result.GetValue(judged.Model) is not null && result.GetResult(judged.Mode) is { Implicit: false })
            result.AddError("cannot take the model from --model and from --as: name one of them");
        if (result.GetValue(update.Remodel) && result.GetValue(update.Against) is null)
            result.AddError("cannot check a --remodel without --against OLD");
    }

    private static FixOptions Fixing() => new(
        new("--fix")
        {
            Description = "mend what can only be meant in one way: slips in keys and values, quotes, units of sizes",
        },
        new("--diff") { Description = "with --fix: show the edits instead of making them" });

    private static void CheckFormats(CommandResult result, FormatOption[] formats, FixOptions fix)
    {
        int count = formats.Count(format => result.GetValue(format.Option));
        if (count > 1)
            result.AddError("cannot print in two formats: name one of --json, --sarif, --github, --junit");
        if (result.GetValue(fix.Diff) && !result.GetValue(fix.Fix))
            result.AddError("cannot show a --diff without --fix");
        if (result.GetValue(fix.Diff) && count > 0)
            result.AddError("cannot print a --diff in another format");
    }

    private static FormatOption[] Formats() =>
    [
        new(Format.Json, new("--json") { Description = "print JSON" }),
        new(Format.Sarif, new("--sarif") { Description = "print SARIF 2.1.0, for code hosts and editors" }),
        new(Format.Github, new("--github") { Description = "print annotations for GitHub workflows" }),
        new(Format.Junit, new("--junit") { Description = "print JUnit XML, a test case for each file" }),
    ];

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        using CheckSurroundings surroundings = CheckSurroundings.Read(options, terminal.Error);
        if (surroundings.Refused is { Length: > 0 } refused)
        {
            Tell(refused, options.Format, terminal);
            return surroundings.Code;
        }
        if (options.ShowsDiff)
            return ShowDiff(options, surroundings.Check, terminal);
        CheckedPath[] checkedPaths = InParallel.Select(options.Paths,
            path => Check(path, surroundings, options));
        Write(Array.ConvertAll(checkedPaths, one => one.Report), options.Format, terminal);
        var worst = ExitCode.Success;
        foreach (CheckedPath one in checkedPaths)
            worst = one.Code > worst ? one.Code : worst;
        return worst;
    }

    /// <summary>Shows what --fix would write: exit code 1 where there is something, as diff has it.</summary>
    private static ExitCode ShowDiff(Options options, GadgetCheckOptions check, Terminal terminal)
    {
        var worst = ExitCode.Success;
        foreach (string path in options.Paths)
        {
            ExitCode code;
            try
            {
                string diff = CheckFixing.Diff(path, check);
                terminal.Output.Write(diff);
                code = diff.Length > 0 ? ExitCode.Findings : ExitCode.Success;
            }
            catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
            {
                DiagnosticPrinter.Print(found.Diagnostic, terminal.Error);
                code = found.Code;
            }
            worst = code > worst ? code : worst;
        }
        return worst;
    }

    /// <summary>Tells why nothing was judged: people by the way of errors, programs by a document.</summary>
    private static void Tell(GadgetReport[] refused, Format format, Terminal terminal)
    {
        if (format != Format.Text)
        {
            Write(refused, format, terminal);
            return;
        }
        foreach (GadgetReport report in refused)
        {
            foreach (Diagnostic finding in report.Diagnostics)
                DiagnosticPrinter.Print(finding, terminal.Error, report.Source, terminal.ErrorHasColor);
        }
    }

    /// <summary>Compares a gadget that is good itself with the one before it and with a disk.</summary>
    private static void Compare(
        GadgetInput input, GadgetReport report, CheckSurroundings surroundings, Options options)
    {
        if (!report.IsOk)
            return;
        if (surroundings.Old is { } old)
            GadgetChecker.Compare(old, report, options.IsRemodel);
        GadgetBoot.Check(input, report, surroundings.Boot);
        if (options.DiskPath is null)
            return;
        NamedInputs.Disk(options.DiskPath, disk =>
            DiskRules.Check(report.Gadget, disk, options.DiskPath, report.Diagnostics));
        GadgetBoot.CheckDisk(report, options.DiskPath, surroundings.Boot);
    }

    /// <summary>Checks one path; one that cannot be opened is a finding, and the others are still checked.</summary>
    private static CheckedPath Check(
        string path, CheckSurroundings surroundings, Options wishes)
    {
        try
        {
            if (CheckKernels.Check(path, wishes.Board, surroundings.Check) is { } kernel)
                return new(kernel, kernel.IsOk ? ExitCode.Success : ExitCode.Findings);
            if (wishes.IsFixing)
                CheckFixing.Fix(path, surroundings.Check);
            using GadgetInput input = NamedInputs.Gadget(path);
            GadgetReport report = GadgetChecker.Check(input, surroundings.Check);
            Compare(input, report, surroundings, wishes);
            return new(report.WithoutGadget(), report.IsOk ? ExitCode.Success : ExitCode.Findings);
        }
        catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
        {
            var diagnostics = new DiagnosticBag();
            diagnostics.Add(found.Diagnostic);
            return new(
                new(path, GadgetDefaults.Apply(new(), wishes.Mode, wishes.Release), diagnostics), found.Code);
        }
    }

    private static void Write(GadgetReport[] reports, Format format, Terminal terminal)
    {
        switch (format)
        {
            case Format.Json:
                CheckJson.Write(reports, terminal.Output);
                break;
            case Format.Sarif:
                CheckSarif.Write(reports, terminal.Output);
                break;
            case Format.Github:
                CheckGithub.Write(reports, terminal.Output);
                break;
            case Format.Junit:
                CheckJunit.Write(reports, terminal.Output);
                break;
            default:
                CheckText.Write(reports, terminal);
                break;
        }
    }
}
