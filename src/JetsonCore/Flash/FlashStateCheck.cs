// What of ours is in the tree already: nothing, all of it, an older state, or what an interrupted run has left.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash;

internal static class FlashStateCheck
{
    private const string OriginalRootSize = "14GiB";

    public static void Check(FlashSituation situation, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        L4tTree tree = situation.Tree;
        if (HostFile.Exists(tree.PathOf(FlashJournal.BusyPath)))
        {
            diagnostics.AddAbout(tree.PathOf(FlashJournal.BusyPath), FlashRules.Interrupted,
                "cannot trust the files in the tree: an apply or undo was interrupted, or still runs",
                "run jetson-core flash apply again, or with --undo");
        }
        CheckPatches(situation, diagnostics);
        if (situation.Overlay.IsEmpty)
            return;
        L4tFile[] there = [.. situation.Overlay.Where(file => HostFile.Exists(tree.PathOf(file.Path)))];
        if (!HostFile.Exists(tree.PathOf(situation.Board.OwnBoardFile)))
        {
            diagnostics.AddAbout(tree.Root, FlashRules.NotApplied,
                $"nothing of the bundle is in force yet: judged as flash apply would leave it "
                    + $"({there.Length} of {situation.Overlay.Length} files are there)", "run jetson-core flash apply");
            return;
        }
        foreach (L4tFile file in situation.Overlay)
            CheckFile(situation, file, diagnostics, cancellation);
    }

    /// <summary>Whether a file of the tree has exactly the bytes of one of ours.</summary>
    public static bool IsSame(string path, L4tFile file, CancellationToken cancellation)
    {
        if (Posix.TryStatus(path) is not { IsRegularFile: true } found || found.SizeBytes != file.Length)
            return false;
        byte[] digest = ContentDigest.Sha256(FolderTree.FileContent(path), cancellation);
        return Convert.ToHexStringLower(digest) == file.Sha256;
    }

    private static void CheckFile(
        FlashSituation situation, L4tFile file, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        string path = situation.Tree.PathOf(file.Path);
        if (IsSame(path, file, cancellation))
            return;
        FileStatus? found = Posix.TryStatus(path, follow: true);
        bool isText = file.Content is not null;
        diagnostics.AddAbout(path, isText ? FlashRules.Stale : FlashRules.Changed,
            found is null ? $"cannot find the file: the bundle has it with {file.Length} bytes"
            : isText ? "cannot use this file: made from the vendor's it would be another one"
            : $"cannot use this file: it has {found.Value.SizeBytes} bytes, and is not the bundle's with {file.Length}",
            "run jetson-core flash apply again");
    }

    /// <summary>What the patches of old recipes leave behind.</summary>
    private static void CheckPatches(FlashSituation situation, DiagnosticBag diagnostics)
    {
        L4tTree tree = situation.Tree;
        L4tConfiguration? vendor = situation.IsOurs
            ? L4tConfiguration.Read(tree, situation.Board.BoardFile) : situation.Configuration;
        if (vendor?.Variable("ROOTFSSIZE") is { Value: { } size } variable && size != OriginalRootSize)
        {
            FlashChecker.Add(diagnostics, FlashRules.OldPatch, (variable.Path, variable.Span),
                $"ROOTFSSIZE is {size} in NVIDIA's own file, which has {OriginalRootSize} when unpacked: somebody has "
                    + "edited it", situation.IsOurs ? "our board file sets its own; nothing has to be done" : null);
        }
        string[] left =
        [
            .. ((string[])[vendor?.BoardFile ?? "", VendorLayout(vendor)]).Where(path => path.Length > 0)
                .SelectMany(path => (string[])[$"{path}.orig", $"{path}.rej"]).Where(tree.HasFile),
        ];
        if (left.Length > 0)
        {
            diagnostics.AddAbout(tree.PathOf(left[0]), FlashRules.OldPatch,
                $"patch(1) has left {string.Join(", ", left)}: a .rej file means that a patch was not applied");
        }
    }

    private static string VendorLayout(L4tConfiguration? vendor) =>
        vendor?.Value("EMMC_CFG") is { Length: > 0 } name
            ? $"bootloader/{vendor.Value("target_board")}/cfg/{name}" : "";
}
