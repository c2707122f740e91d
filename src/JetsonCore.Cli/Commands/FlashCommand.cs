// `jetson-core flash check|apply|plan L4T_DIR`: NVIDIA's tree against a bundle, before the board is touched.
using System.CommandLine;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash;

namespace JetsonCore.Cli.Commands;

internal static class FlashCommand
{
    /// <summary>Which tree and bundle, and how to say what was found.</summary>
    internal sealed record Options
    {
        public required string Tree { get; init; }

        public string? Bundle { get; init; }

        public string? Build { get; init; }

        public string? Board { get; init; }

        public bool Json { get; init; }

        public bool Sarif { get; init; }

        public bool DryRun { get; init; }

        public bool Undo { get; init; }
    }

    public static Command Create(Terminal terminal) =>
        new("flash", "Prepare NVIDIA's flash.sh for a built image, and check that nothing can go wrong")
        {
            CreateCheck(terminal), CreateApply(terminal), CreatePlan(terminal),
        };

    private static Command CreateCheck(Terminal terminal)
    {
        var arguments = new FlashArguments();
        var sarif = new Option<bool>("--sarif") { Description = "print SARIF 2.1.0, for code hosts and editors" };
        var command = new Command("check", """
            Report everything that does not agree: board file, layout, files, sizes, the bundle, this machine

            flash.sh tests that files exist and little more. With a bundle the tree is judged as flash apply would leave
            it. Exit 1 where flashing would go wrong.

            Examples:
              jetson-core flash check Linux_for_Tegra --build out
              jetson-core flash check Linux_for_Tegra --bundle core-18-jetson-tx1.tar.xz --json
            """)
        {
            sarif,
        };
        arguments.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(sarif) && result.GetValue(arguments.Json))
                result.AddError("cannot print in two formats: name one of --json, --sarif");
        });
        command.SetAction(parsed =>
            (int)Check(arguments.Read(parsed) with { Sarif = parsed.GetValue(sarif) }, terminal));
        return command;
    }

    private static Command CreateApply(Terminal terminal)
    {
        var arguments = new FlashArguments();
        var dryRun = new Option<bool>("--dry-run") { Description = "say what would change, and change nothing" };
        var undo = new Option<bool>("--undo") { Description = "take everything out again" };
        var command = new Command("apply", """
            Put a bundle into a tree: a board file and a layout beside NVIDIA's, and the partitions' files

            Nothing of NVIDIA's is edited. It can be run again at any time, also after an interruption.

            Examples:
              jetson-core flash apply Linux_for_Tegra --build out
              jetson-core flash apply Linux_for_Tegra --bundle core-18-jetson-tx1.tar.xz --dry-run
              jetson-core flash apply Linux_for_Tegra --undo
            """)
        {
            dryRun, undo,
        };
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Apply(
            arguments.Read(parsed) with { DryRun = parsed.GetValue(dryRun), Undo = parsed.GetValue(undo) }, terminal));
        return command;
    }

    private static Command CreatePlan(Terminal terminal)
    {
        var arguments = new FlashArguments();
        var command = new Command("plan", """
            Say what flashing would write where, how much goes over USB, and how to flash one partition alone

            Examples:
              jetson-core flash plan Linux_for_Tegra --build out
              jetson-core flash plan Linux_for_Tegra --bundle core-18-jetson-tx1.tar.xz --json
            """);
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Plan(arguments.Read(parsed), terminal));
        return command;
    }

    internal static ExitCode Check(Options options, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        FlashSituation? situation = FlashChecker.Check(RequestOf(options), diagnostics, interruption.Token);
        if (options.Sarif)
            CheckSarif.Write(diagnostics.Items, terminal.Output);
        else if (options.Json)
            FlashReport.WriteCheck(options.Tree, situation, diagnostics, terminal.Output);
        else
            FlashReport.WriteText(options.Tree, situation, diagnostics, terminal);
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    internal static ExitCode Plan(Options options, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        FlashSituation? situation = FlashChecker.Check(RequestOf(options), diagnostics, interruption.Token);
        FlashPlan? plan = situation is null ? null : FlashPlan.Of(situation);
        if (options.Json)
        {
            FlashReport.WritePlanJson(plan, diagnostics, terminal.Output);
        }
        else
        {
            PrintErrors(diagnostics, terminal);
            if (plan is not null)
                FlashReport.WritePlan(plan, terminal.Output);
        }
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    internal static ExitCode Apply(Options options, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        FlashRequest request = RequestOf(options);
        if (!options.Undo && request.Bundle is null)
        {
            throw new UserErrorException(FailureKind.Usage, FlashRules.BadBundle, options.Tree,
                "cannot apply a bundle: none is named, and the tree has none in it",
                "give --bundle FILE or --build OUT_DIR, or --undo");
        }
        FlashSituation? situation = FlashChecker.Check(request, diagnostics, interruption.Token);
        if (situation is not null && options.Undo)
            return Undo(situation, options, terminal);
        if (situation is null || situation.Overlay.IsEmpty || Forbids(diagnostics))
        {
            PrintErrors(diagnostics, terminal);
            return ExitCode.Findings;
        }
        var changes = FlashApplier.Plan(situation, interruption.Token);
        FlashReport.WriteChanges(changes, options.Json, terminal.Output);
        if (options.DryRun)
            return ExitCode.Success;
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        bool needsContents = changes.Any(change => change.Kind is FlashChangeKind.Add or FlashChangeKind.Replace
            or FlashChangeKind.Update);
        FlashApplier.Apply(situation, changes,
            needsContents ? request.Bundle!.Unpack(spool, interruption.Token) : new(), interruption.Token);
        return AfterApply(options, terminal);
    }

    /// <summary>What stays wrong after applying is said at once, not by the next check.</summary>
    private static ExitCode AfterApply(Options options, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        FlashSituation? situation = FlashChecker.Check(RequestOf(options), diagnostics);
        PrintErrors(diagnostics, terminal);
        if (situation is not null && !options.Json)
            terminal.Error.WriteLine($"to flash, in {options.Tree}: sudo {situation.Command}");
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    private static ExitCode Undo(FlashSituation situation, Options options, Terminal terminal)
    {
        var changes = FlashApplier.PlanUndo(situation);
        FlashReport.WriteChanges(changes, options.Json, terminal.Output);
        if (!options.DryRun)
            FlashApplier.Undo(situation, changes);
        return ExitCode.Success;
    }

    /// <summary>
    /// Whether something is wrong that applying does not mend. Files that are missing are the user's to bring, and an
    /// older state is what applying is for.
    /// </summary>
    private static bool Forbids(DiagnosticBag diagnostics) => diagnostics.Items.Any(finding =>
        finding.Severity == Severity.Error && finding.Rule != FlashRules.Stale && finding.Rule != FlashRules.Changed
        && finding.Rule != FlashRules.Interrupted && finding.Rule != FlashRules.MissingFile
        && finding.Rule != FlashRules.MissingImage);

    private static void PrintErrors(DiagnosticBag diagnostics, Terminal terminal)
    {
        foreach (Diagnostic finding in diagnostics.Items.Where(item => item.Severity != Severity.Info))
            DiagnosticPrinter.Print(finding, terminal.Error);
    }

    private static FlashRequest RequestOf(Options options)
    {
        FlashBundleFile? bundle = options.Bundle is { } path ? FlashBundleFile.Open(path)
            : options.Build is { } folder ? FlashBundleFile.OpenBuild(folder)
            : HostFile.Exists(Path.Combine(options.Tree, FlashManifest.FileName)) ? FlashBundleFile.Open(options.Tree)
            : null;
        return new() { TreePath = options.Tree, Bundle = bundle, Board = options.Board };
    }
}
