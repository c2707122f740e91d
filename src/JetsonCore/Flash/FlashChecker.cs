// Everything about a tree that must agree before a board is flashed, judged at once: flash.sh itself tests that files
// exist and little more, and ends with 0 in nearly every wrong state.
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Shell;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

/// <summary>Checks trees.</summary>
public static class FlashChecker
{
    private const string QuotelessLine = "`readlink -f ${!var}`";
    private const int ScriptLengthMax = 1 << 20;

    private static readonly string[] NeededByAll = ["target_board", "EMMC_CFG", "ROOTFSSIZE", "DTB_FILE"];
    private static readonly string[] Needed = [.. NeededByAll, "EMMC_BCT"];

    /// <summary>Checks a tree, as it is or as a bundle would leave it.</summary>
    /// <param name="request">Which.</param>
    /// <param name="diagnostics">Takes all findings.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>What was found; null where the folder is no tree.</returns>
    public static FlashSituation? Check(
        FlashRequest request, DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (FlashSurvey.Read(request, diagnostics, cancellation) is not { } situation)
            return null;
        CheckBoard(situation, request, diagnostics);
        CheckPath(situation, diagnostics);
        CheckConfiguration(situation, diagnostics);
        if (situation.Configuration is null)
            return situation;
        FlashLayoutCheck.Check(situation, diagnostics);
        FlashSizeCheck.Check(situation, diagnostics);
        if (situation.Board.NotSupported is not null)
            return situation;
        FlashFileCheck.Check(situation, diagnostics);
        FlashGadgetCheck.Check(situation, diagnostics);
        FlashStateCheck.Check(situation, diagnostics, cancellation);
        FlashHostCheck.Check(situation, FlashHost.This(), diagnostics);
        return situation;
    }

    private static void CheckBoard(FlashSituation situation, FlashRequest request, DiagnosticBag diagnostics)
    {
        L4tBoard board = situation.Board;
        string tree = situation.Tree.Root;
        if (board.NotSupported is { } reason)
        {
            diagnostics.AddAbout(tree, FlashRules.NotSupported,
                $"cannot flash Ubuntu Core to the {board.Title}: not supported: {reason}",
                "the boards that can be flashed: "
                    + string.Join(", ", L4tBoard.All.Where(other => other.NotSupported is null).Select(b => b.Name)));
        }
        if (situation.Bundle is { } bundle && bundle.Board != board.Name)
        {
            diagnostics.AddAbout(request.Bundle!.Path, FlashRules.OtherBoard,
                $"cannot put the bundle into this tree: it is for \"{bundle.Board}\", the tree for \"{board.Name}\"",
                $"take the L4T package for {bundle.Board}");
        }
        CheckRelease(situation, diagnostics);
    }

    private static void CheckRelease(FlashSituation situation, DiagnosticBag diagnostics)
    {
        string tree = situation.Tree.Root;
        if (situation.Release is not { } release)
        {
            if (situation.Board.NotSupported is not null)
                return;
            diagnostics.AddAbout(tree, FlashRules.Release,
                "cannot tell the release: nv_tegra/bsp_version is missing, flash.sh and the board file are none that "
                    + "are known, nor have they the shape of R24, R28 or R32",
                "take a tree of L4T R28.1, R28.2 or R32 as NVIDIA made it");
            return;
        }
        if (release.Generation == L4tGeneration.R35 && situation.Board.NotSupported is null)
        {
            diagnostics.AddAbout(tree, FlashRules.Release,
                $"cannot flash with {release.Name} (by {release.Evidence}): it knows no {situation.Board.Title}",
                "the last release for it is R32.7");
        }
        if (release.Generation != L4tGeneration.R24 || situation.Bundle is not { } bundle)
            return;
        if (bundle.File(FlashRole.UBootAddress) is null)
        {
            diagnostics.AddAbout(tree, FlashRules.NoUBootForR24,
                $"cannot flash with {release.Name}: it takes U-Boot from EBT, behind a header with an address that it "
                    + "reads from the ELF file u-boot, and the bundle has no such file",
                "use L4T R28.1, R28.2 or R32, or build with --uboot-for-r24");
        }
        else
        {
            diagnostics.AddAbout(tree, FlashRules.UBootUntried,
                $"{release.Name} starts U-Boot from EBT, at the address of our build: nobody has tried that on a board",
                "L4T R28.1, R28.2 and R32 start it from LNX, as it is made for");
        }
    }

    /// <summary>flash.sh of R24 and R28 puts paths into variables without quotes: a blank ends them.</summary>
    private static void CheckPath(FlashSituation situation, DiagnosticBag diagnostics)
    {
        string path = Path.GetFullPath(situation.Tree.Root);
        if (!path.AsSpan().ContainsAny(' ', '\t', '\n')
            || situation.Tree.Content("flash.sh") is not { Length: <= ScriptLengthMax } script)
        {
            return;
        }
        string text = System.Text.Encoding.Latin1.GetString(script.ReadAll(ScriptLengthMax));
        if (text.Contains(QuotelessLine, StringComparison.Ordinal))
        {
            diagnostics.AddAbout(situation.Tree.PathOf("flash.sh"), FlashRules.BlankInPath,
                $"cannot flash from \"{path}\": this flash.sh puts paths into variables without quotes, and the blank "
                    + "in this one would end them",
                "move the tree to a folder without blanks in its path");
        }
    }

    private static void CheckConfiguration(FlashSituation situation, DiagnosticBag diagnostics)
    {
        L4tBoard board = situation.Board;
        if (situation.Configuration is not { } configuration)
        {
            diagnostics.AddAbout(situation.Tree.PathOf(board.BoardFile), FlashRules.NoBoardFile,
                $"cannot find the board file of \"{board.Name}\", or what its link leads to",
                $"take the L4T package for the {board.Title}, and unpack it with its links");
            return;
        }
        foreach (ShellNote note in configuration.Notes)
            Add(diagnostics, FlashRules.Unread, (note.Path, note.Span), note.Message);
        string file = situation.Tree.PathOf(configuration.BoardFile);
        foreach (string name in board.NotSupported is null ? Needed : NeededByAll)
        {
            ShellVariable? variable = configuration.Variable(name);
            if (variable is null or { Value: "" })
            {
                diagnostics.AddAbout(file, FlashRules.Unset,
                    $"cannot find an assignment of {name}, which flash.sh needs",
                    "an L4T for another board, or a file cut short");
            }
            else if (variable.Value is null)
            {
                Add(diagnostics, FlashRules.Unset, (variable.Path, variable.Span),
                    $"cannot tell what {name} is: {variable.Doubt}",
                    $"flash.sh itself says it: ./flash.sh -r -Z x {situation.BoardWord} {board.RootDevice}");
            }
            if (configuration.SetByFunctions.TryGetValue(name, out string? function))
            {
                diagnostics.AddAbout(file, FlashRules.ByFunction,
                    $"{name} may get another value in {function}, which flash.sh calls with the board's own number");
            }
        }
    }

    internal static void Add(
        DiagnosticBag diagnostics, Rule rule, (string Path, SourceSpan Span) place, string message,
        string? hint = null) => diagnostics.Add(new()
        {
            Rule = rule,
            Severity = rule.Severity,
            Path = place.Path,
            Span = place.Span,
            Message = message,
            Hint = hint,
        });
}
