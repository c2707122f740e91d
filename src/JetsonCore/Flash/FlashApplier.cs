// Puts our files into a tree and takes them out again. Nothing of NVIDIA's is edited; a file that is in the way
// (a system.img of one's own) is kept beside and comes back. Whatever moment the power fails at, running it again ends
// the work: the journal is on the disk before the first file, and every file appears whole or not at all.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash.Tree;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash;

/// <summary>What happens to a file.</summary>
public enum FlashChangeKind
{
    /// <summary>It is there already.</summary>
    Same,

    /// <summary>It is put there.</summary>
    Add,

    /// <summary>It takes the place of one that is kept.</summary>
    Replace,

    /// <summary>It takes the place of an older one of ours.</summary>
    Update,

    /// <summary>It is taken away.</summary>
    Remove,

    /// <summary>The one that was there before comes back.</summary>
    Restore,
}

/// <summary>One change.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Path">The file, in the tree.</param>
/// <param name="Length">Bytes of the new file; 0 where there is none.</param>
public sealed record FlashChange(FlashChangeKind Kind, string Path, long Length);

/// <summary>Applies bundles to trees.</summary>
public static class FlashApplier
{
    // What the bundle's script leaves in our folder, ended or interrupted.
    private static readonly string[] Scraps = ["layout.part", "made.part", "no-flash.log"];

    /// <summary>What applying would change.</summary>
    public static ImmutableArray<FlashChange> Plan(FlashSituation situation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        FlashJournal journal = FlashJournal.Read(situation.Tree);
        HashSet<string> wanted = [.. situation.Overlay.Select(file => file.Path)];
        return
        [
            .. situation.Overlay.Select(file => new FlashChange(
                KindOf(situation.Tree, journal, file, cancellation), file.Path, file.Length)),
            .. journal.Files.Where(file => !wanted.Contains(file.Key)).Select(file => Taken(situation.Tree, file)),
        ];
    }

    /// <summary>Applies changes as planned.</summary>
    /// <param name="situation">The tree.</param>
    /// <param name="changes">The plan.</param>
    /// <param name="contents">The bundle's files.</param>
    /// <param name="cancellation">Ends the work early; it can be done again.</param>
    /// <exception cref="IOException">There is no room, or the tree cannot be written.</exception>
    /// <exception cref="UserErrorException">A folder of the tree is a link.</exception>
    public static void Apply(
        FlashSituation situation, ImmutableArray<FlashChange> changes, DirectoryNode contents,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(contents);
        L4tTree tree = situation.Tree;
        FlashChange[] work = [.. changes.Where(change => change.Kind != FlashChangeKind.Same)];
        FlashJournal journal = FlashJournal.Read(tree);
        if (work.Length == 0 && !HostFile.Exists(tree.PathOf(FlashJournal.BusyPath))
            && !HostFile.Exists(Part(tree, FlashJournal.BusyPath))
            && changes.All(change => journal.Files.ContainsKey(change.Path)))
        {
            return;
        }
        foreach (FlashChange change in changes)
            CheckFolders(tree, change.Path);
        CheckContents(situation, work, contents, cancellation);
        Begin(tree);
        foreach (FlashChange change in changes)
            File.Delete(Part(tree, change.Path));       // what an interrupted run has left
        foreach (FlashChange change in changes)
            journal.Add(change.Path, change.Kind == FlashChangeKind.Replace);
        journal.Write(tree);
        foreach (FlashChange change in work)
        {
            cancellation.ThrowIfCancellationRequested();
            if (change.Kind is FlashChangeKind.Remove or FlashChangeKind.Restore)
            {
                TakeOut(tree, new(change.Path, journal.Files[change.Path]));
                journal.Remove(change.Path);
                continue;
            }
            if (change.Kind == FlashChangeKind.Replace)
                Posix.RenameOver(tree.PathOf(change.Path), Backup(tree, change.Path));
            Put(tree, situation.Overlay.First(file => file.Path == change.Path), contents, cancellation);
        }
        journal.Write(tree);
        End(tree);
    }

    /// <summary>What undoing would change.</summary>
    public static ImmutableArray<FlashChange> PlanUndo(FlashSituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        FlashJournal journal = FlashJournal.Read(situation.Tree);
        foreach (string path in Leftovers(situation))
            journal.Add(path, wasThere: false);
        // The board file first: without it nothing of the rest does anything.
        return
        [
            .. journal.Files.OrderBy(file => file.Key.Contains('/', StringComparison.Ordinal))
                .ThenBy(file => file.Key, StringComparer.Ordinal).Select(file => Taken(situation.Tree, file)),
        ];
    }

    /// <summary>Takes everything out again.</summary>
    /// <exception cref="IOException">The tree cannot be written.</exception>
    public static void Undo(FlashSituation situation, ImmutableArray<FlashChange> changes)
    {
        ArgumentNullException.ThrowIfNull(situation);
        L4tTree tree = situation.Tree;
        string folder = tree.PathOf(FlashOverlay.Folder);
        if (changes.IsEmpty && !HostFile.IsFolder(folder))
            return;
        foreach (FlashChange change in changes)
            CheckFolders(tree, change.Path);
        Begin(tree);
        foreach (FlashChange change in changes)
            TakeOut(tree, new(change.Path, change.Kind == FlashChangeKind.Restore));
        File.Delete(Part(tree, FlashJournal.Path));
        File.Delete(tree.PathOf(FlashJournal.Path));
        File.Delete(tree.PathOf(FlashJournal.BusyPath));
        foreach (string scrap in Scraps)
            File.Delete(tree.PathOf($"{FlashOverlay.Folder}/{scrap}"));
        if (Posix.Names(folder).Count == 0)
            Directory.Delete(folder);
        Posix.SyncFolder(tree.PathOf("bootloader"));
    }

    /// <summary>What the bundle's script puts there, which keeps no journal.</summary>
    private static IEnumerable<string> Leftovers(FlashSituation situation)
    {
        L4tTree tree = situation.Tree;
        string? target = L4tConfiguration.Read(tree, situation.Board.BoardFile)?.Value("target_board");
        string[] known =
        [
            situation.Board.OwnBoardFile,
            $"bootloader/{target}/cfg/{FlashOverlay.LayoutName}",
            $"{FlashOverlay.Folder}/u-boot.bin",
            $"{FlashOverlay.Folder}/u-boot",
        ];
        return known.Where(path => HostFile.Exists(tree.PathOf(path)));
    }

    private static FlashChange Taken(L4tTree tree, KeyValuePair<string, bool> file) =>
        new(file.Value && (HostFile.Exists(Backup(tree, file.Key)) || HostFile.Exists(tree.PathOf(file.Key)))
            ? FlashChangeKind.Restore : FlashChangeKind.Remove, file.Key, 0);

    private static FlashChangeKind KindOf(
        L4tTree tree, FlashJournal journal, L4tFile file, CancellationToken cancellation)
    {
        string path = tree.PathOf(file.Path);
        if (FlashStateCheck.IsSame(path, file, cancellation))
            return FlashChangeKind.Same;
        if (Posix.TryStatus(path) is null)
            return FlashChangeKind.Add;
        bool isNoted = journal.Files.TryGetValue(file.Path, out bool wasThere);
        bool isOurs = isNoted && (!wasThere || HostFile.Exists(Backup(tree, file.Path)))
            || file.Content is not null || file.Path.StartsWith($"{FlashOverlay.Folder}/", StringComparison.Ordinal);
        return isOurs ? FlashChangeKind.Update : FlashChangeKind.Replace;
    }

    private static string Backup(L4tTree tree, string path) => tree.PathOf(path + FlashJournal.BackupSuffix);

    /// <summary>Where OutputFile writes a file before it gets its name.</summary>
    private static string Part(L4tTree tree, string path) =>
        tree.PathOf(Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.part"));

    private static void Begin(L4tTree tree)
    {
        Directory.CreateDirectory(tree.PathOf(FlashOverlay.Folder));
        OutputFile.Write(tree.PathOf(FlashJournal.BusyPath), [], force: true);
    }

    private static void End(L4tTree tree)
    {
        File.Delete(tree.PathOf(FlashJournal.BusyPath));
        Posix.SyncFolder(tree.PathOf(FlashOverlay.Folder));
    }

    private static void Put(L4tTree tree, L4tFile file, DirectoryNode contents, CancellationToken cancellation)
    {
        FileContent content = ContentOf(file, contents);
        using OutputFile output = OutputFile.Create(tree.PathOf(file.Path), force: true);
        using (Stream source = content.Open())
            SparseCopy.Copy(source, output.Stream, content.Length, cancellation);
        output.Commit();
    }

    private static FileContent ContentOf(L4tFile file, DirectoryNode contents) =>
        file.Content ?? (contents.Find(file.Path) as RegularFileNode)?.Content
        ?? throw new UserErrorException(FailureKind.Input, FlashRules.BadBundle, file.Path,
            "cannot put the file into the tree: the bundle's manifest names it, the bundle has it not",
            "the bundle is damaged: copy it anew");

    /// <summary>A damaged bundle is found before anything in the tree is changed.</summary>
    private static void CheckContents(
        FlashSituation situation, FlashChange[] work, DirectoryNode contents, CancellationToken cancellation)
    {
        HashSet<string> written = [.. work.Select(change => change.Path)];
        foreach (L4tFile file in situation.Overlay.Where(file => file.Content is null && written.Contains(file.Path)))
        {
            string digest =
                Convert.ToHexStringLower(ContentDigest.Sha256(ContentOf(file, contents), cancellation));
            if (digest != file.Sha256)
            {
                throw new UserErrorException(FailureKind.Input, FlashRules.BadBundle, file.Path,
                    $"cannot put the file into the tree: its sum is {digest}, the manifest says {file.Sha256}",
                    "the bundle is damaged: copy it anew");
            }
        }
    }

    private static void TakeOut(L4tTree tree, KeyValuePair<string, bool> file)
    {
        string path = tree.PathOf(file.Key), backup = Backup(tree, file.Key);
        File.Delete(Part(tree, file.Key));
        if (HostFile.Exists(backup))
            Posix.RenameOver(backup, path);
        else if (!file.Value)
            File.Delete(path);
    }

    /// <summary>Nothing is written through links: they may lead out of the tree.</summary>
    private static void CheckFolders(L4tTree tree, string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0;
            slash = path.IndexOf('/', slash + 1))
        {
            string folder = tree.PathOf(path[..slash]);
            if (Posix.TryStatus(folder) is { IsLink: true })
            {
                throw new UserErrorException(FailureKind.Input, FlashRules.NoTree, folder,
                    $"cannot write into the tree: this folder is a link to \"{Posix.LinkTarget(folder)}\"",
                    "apply to a tree that is all in one place");
            }
        }
    }
}
