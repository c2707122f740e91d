// A tree with all that decides what flash.sh would do in it: the board file, the layout as typed and as filled in, the
// files taken. With a bundle the tree is seen as `flash apply` would leave it.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Flash;

/// <summary>What flash.sh would find.</summary>
public sealed record FlashSituation
{
    /// <summary>The tree.</summary>
    public required L4tTree Tree { get; init; }

    /// <summary>The board.</summary>
    public required L4tBoard Board { get; init; }

    /// <summary>The release; null where it is not known.</summary>
    public L4tRelease? Release { get; init; }

    /// <summary>The bundle; null where none was given.</summary>
    public FlashManifest? Bundle { get; init; }

    /// <summary>Our files for this tree, in the order in which they are put there; empty without a bundle.</summary>
    public ImmutableArray<L4tFile> Overlay { get; init; } = [];

    /// <summary>The board file that counts: ours where it is there, else the vendor's.</summary>
    public L4tConfiguration? Configuration { get; init; }

    /// <summary>Whether that is ours.</summary>
    public bool IsOurs { get; init; }

    /// <summary>The files that flash.sh takes.</summary>
    public L4tInputs? Inputs { get; init; }

    /// <summary>The layout that counts, as typed.</summary>
    public LayoutDocument? Layout { get; init; }

    /// <summary>The same filled in: what bootloader/flash.xml would say.</summary>
    public LayoutDocument? Filled { get; init; }

    /// <summary>The line of the layout for each line of the filled one.</summary>
    public IReadOnlyList<int> FilledLines { get; init; } = [];

    /// <summary>The board word of the command.</summary>
    public string BoardWord => IsOurs ? Board.OwnName : Board.Name;

    /// <summary>The command that flashes, to be run in the tree.</summary>
    public string Command => $"./flash.sh -r {BoardWord} {Board.RootDevice}";

    /// <summary>The place in the layout of a place in the filled one.</summary>
    public SourceSpan PlaceOf(SourceSpan filled)
    {
        if (!filled.IsKnown || filled.Line > FilledLines.Count)
            return SourceSpan.None;
        int line = FilledLines[filled.Line - 1];
        return filled with { Line = line, EndLine = line };
    }

    /// <summary>The partitions of the device with APP that are in its table, in their order.</summary>
    public IEnumerable<LayoutPartition> Table()
    {
        if (Filled?.Find(FlashOverlay.BootPartition) is not { } app)
            return [];
        LayoutPartition[] device = [.. Filled.Partitions.Where(partition => partition.Device == app.Device)];
        int primary = Array.FindIndex(device, partition => partition.Type is "GP1" or "primary_gpt");
        return device[(primary + 1)..].Where(partition => partition.Type is not ("GPT" or "secondary_gpt"));
    }
}

/// <summary>Which tree to look at.</summary>
public sealed record FlashRequest
{
    /// <summary>The folder.</summary>
    public required string TreePath { get; init; }

    /// <summary>The bundle; null where none was given.</summary>
    public FlashBundleFile? Bundle { get; init; }

    /// <summary>The board word; null: the bundle's, or the first that the tree has.</summary>
    public string? Board { get; init; }
}

/// <summary>Looks at trees.</summary>
internal static class FlashSurvey
{
    /// <summary>Finds out what flash.sh would find; null where the folder is no tree.</summary>
    public static FlashSituation? Read(
        FlashRequest request, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var tree = new L4tTree(request.TreePath);
        if (!tree.HasFile("flash.sh") || !tree.HasFolder("bootloader"))
        {
            string missing = tree.HasFile("flash.sh") ? "bootloader/" : "flash.sh";
            diagnostics.AddAbout(request.TreePath, FlashRules.NoTree,
                $"cannot find {missing}: this is no unpacked Linux_for_Tegra",
                "unpack NVIDIA's driver package, and name the folder Linux_for_Tegra that comes out");
            return null;
        }
        if (FindBoard(request, tree, diagnostics) is not { } board)
            return null;
        var situation = new FlashSituation { Tree = tree, Board = board, Bundle = request.Bundle?.Manifest };
        L4tConfiguration? vendor = L4tConfiguration.Read(tree, board.BoardFile);
        string? layoutPath = LayoutPathOf(vendor);
        byte[]? layout = layoutPath is null ? null : Bytes(tree, layoutPath);
        int devices = layout is null ? 0 : DeviceCount(layoutPath!, layout);
        L4tRelease? release = L4tReleaseFinder.Find(tree, vendor, devices, cancellation);
        situation = situation with { Release = release };
        if (situation.Bundle is { } manifest && release is not null && layout is not null && IsUsable(manifest, board))
        {
            situation = situation with { Overlay = MakeOverlay(situation, manifest, layoutPath!, layout) };
            foreach (L4tFile file in situation.Overlay)
                tree.Add(file);
        }
        return Complete(situation, vendor);
    }

    private static L4tBoard? FindBoard(FlashRequest request, L4tTree tree, DiagnosticBag diagnostics)
    {
        if (request.Board is { } name)
            return L4tBoard.Find(name);
        L4tBoard? found = L4tBoard.All.FirstOrDefault(board =>
            board.Name == request.Bundle?.Manifest.Board && tree.HasFile(tree.Follow(board.BoardFile)))
            ?? L4tBoard.All.FirstOrDefault(board => tree.HasFile(tree.Follow(board.BoardFile)));
        if (found is null)
        {
            diagnostics.AddAbout(tree.PathOf(L4tBoard.JetsonTx1.BoardFile), FlashRules.NoBoardFile,
                "cannot find the board file: there is neither this one nor that of another known board",
                "take the L4T package for this board; in Linux_for_Tegra NAME.conf is the file of the board NAME");
        }
        return found;
    }

    private static bool IsUsable(FlashManifest manifest, L4tBoard board) => manifest.Board == board.Name
        && manifest.File(FlashRole.Boot) is not null && manifest.File(FlashRole.Data) is not null
        && manifest.File(FlashRole.UBoot) is not null;

    private static ImmutableArray<L4tFile> MakeOverlay(
        FlashSituation situation, FlashManifest manifest, string layoutPath, byte[] layout)
    {
        try
        {
            return FlashOverlay.Make(situation.Board, situation.Release!, manifest, layoutPath, layout);
        }
        catch (LayoutSyntaxException)
        {
            return [];      // the check of the layout says why
        }
    }

    private static FlashSituation Complete(FlashSituation situation, L4tConfiguration? vendor)
    {
        L4tTree tree = situation.Tree;
        bool isOurs = tree.HasFile(situation.Board.OwnBoardFile);
        L4tConfiguration? configuration = isOurs
            ? L4tConfiguration.Read(tree, situation.Board.OwnBoardFile) : vendor;
        situation = situation with { Configuration = configuration, IsOurs = isOurs };
        if (configuration is null || LayoutPathOf(configuration) is not { } path)
            return situation;
        L4tGeneration generation = situation.Release?.Generation ?? L4tGeneration.R32;
        L4tInputs inputs = L4tInputs.Find(configuration, generation);
        situation = situation with { Inputs = inputs };
        if (Bytes(tree, path) is not { } bytes)
            return situation;
        try
        {
            LayoutDocument layout = LayoutReader.Read(tree.PathOf(path), LayoutReader.Decode(bytes));
            FilledLayout filled = PlaceholderScript.Fill(
                layout.Text, L4tPlaceholders.Commands(configuration, inputs, generation));
            situation = situation with { Layout = layout, FilledLines = filled.Lines };
            return situation with { Filled = LayoutReader.Read(layout.Path, filled.Text) };
        }
        catch (LayoutSyntaxException)
        {
            return situation;       // said by the check of the layout, which reads again
        }
    }

    private static string? LayoutPathOf(L4tConfiguration? configuration) =>
        configuration?.Value("EMMC_CFG") is { Length: > 0 } name
        && configuration.Value("target_board") is { Length: > 0 } target
            ? $"bootloader/{target}/cfg/{name}" : null;

    private static int DeviceCount(string path, byte[] layout)
    {
        try
        {
            return LayoutReader.Read(path, LayoutReader.Decode(layout)).DeviceTypes.Length;
        }
        catch (LayoutSyntaxException)
        {
            return 0;
        }
    }

    /// <summary>The bytes of a layout; null where it is missing or too large.</summary>
    public static byte[]? Bytes(L4tTree tree, string path)
    {
        try
        {
            return tree.Read(path, LayoutReader.LengthMax);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }
}
