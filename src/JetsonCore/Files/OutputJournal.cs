// What a set of results is about to rename, written down and made durable before the first rename, so that a run that
// fails or is killed at any moment leaves nothing mixed: the file is as it was, or the next run makes it so.
//
//   jetson-core commit 1
//   1234 0 tiny.img                    inode of the new file, inode of the one that had the name (0: none), name
//   1235 871 SHA256SUMS                the seal, last
//   end                                without this line nothing has been renamed yet
//
// Order: write this; seal aside; the others aside and the new ones in their places; seal; remove what was aside, then
// this. After each step the folders are made durable.
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Gives files their names together.</summary>
internal sealed class OutputJournal
{
    /// <summary>A folder is left as it was.</summary>
    public static readonly Rule HalfDone =
        new("JC9148", Severity.Error, "results of one run are never left beside those of another");

    /// <summary>The ending of what is kept aside.</summary>
    public const string OldEnding = "old";

    private const string FileName = ".jetson-core-commit", Head = "jetson-core commit 1", End = "end";
    private const int LengthMax = 1 << 20;

    private readonly string _folder;
    private readonly Entry[] _entries;

    private OutputJournal(string folder, Entry[] entries) => (_folder, _entries) = (folder, entries);

    private Entry Seal => _entries[^1];

    private string JournalPath => Path.Combine(_folder, FileName);

    /// <summary>A journal for files that have been made durable aside; the seal last.</summary>
    public static OutputJournal Of(string folder, IReadOnlyList<(string Name, OutputFile File)> files) => new(folder,
    [
        .. files.Select(file => new Entry(file.Name, file.File.Path,
            Posix.Status(file.File.Stream.SafeFileHandle, file.File.Path).Identity.Inode, InodeOf(file.File.Path))),
    ]);

    /// <summary>Puts right what a killed run has left in a folder.</summary>
    /// <exception cref="UserErrorException">It cannot be put right.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Recover(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (Posix.TryStatus(path) is not { } status)
            return;
        if (!status.IsRegularFile || status.UserId != Posix.UserId)
        {
            throw new UserErrorException(FailureKind.Environment, OutputFile.InTheWay, path,
                "cannot write into this folder: an earlier run's list of files is not one of ours",
                "take it out of the way");
        }
        if (Read(folder, path, status) is not { } journal)
            Posix.Remove(path);
        else if (journal.IsCarriedOut)
            journal.RemoveOld();
        else
            journal.TakeBack();
    }

    /// <summary>Gives the files their names.</summary>
    /// <exception cref="IOException">The system refuses; whatever had the names has them still.</exception>
    /// <exception cref="UserErrorException">It refused, and then also to take back what was done.</exception>
    public void Carry()
    {
        try
        {
            Write();
            KeepAside(Seal);
            SyncFolders();
            foreach (Entry entry in _entries.AsSpan(0, _entries.Length - 1))
            {
                KeepAside(entry);
                Posix.Rename(entry.AsidePath, entry.Path);
            }
            SyncFolders();
            Posix.Rename(Seal.AsidePath, Seal.Path);
            SyncFolders();
        }
        catch (Exception failure)
        {
            TakeBackAfter(failure);
            throw;
        }
        RemoveOld();
    }

    private void TakeBackAfter(Exception failure)
    {
        try
        {
            TakeBack();
        }
        catch (IOException exception)
        {
            throw new UserErrorException(FailureKind.Environment, HalfDone, _folder,
                $"cannot give the results their names ({failure.Message}), and then not take back what was done: "
                    + exception.Message,
                "start again: the next run puts the folder right first, as soon as the disk lets it");
        }
    }

    private bool IsCarriedOut => InodeOf(Seal.Path) == Seal.New;

    /// <summary>
    /// The new seal goes first and the old one comes last: in between nothing claims to be whole. A disk that makes
    /// nothing durable any more does not keep the names from going back; but then the journal stays.
    /// </summary>
    private void TakeBack()
    {
        if (IsCarriedOut)
            Posix.Remove(Seal.Path);
        foreach (Entry entry in _entries)
            entry.Restore();
        SyncFolders();
        Posix.TryRemove(JournalPath);
        Posix.SyncFolder(_folder);
    }

    /// <summary>
    /// All files have their names: what the system does not let go, the next run removes, as long as the journal says
    /// what it is.
    /// </summary>
    private void RemoveOld()
    {
        bool isClean = true;
        foreach (Entry entry in _entries)
            isClean &= entry.TryRemoveOld();
        if (isClean)
            Posix.TryRemove(JournalPath);
    }

    private static void KeepAside(Entry entry)
    {
        if (entry.Old != 0)
            Posix.Rename(entry.Path, entry.OldPath);
    }

    private void SyncFolders()
    {
        IEnumerable<string> folders = _entries.Select(entry => Path.GetDirectoryName(entry.Path)!);
        foreach (string folder in folders.Append(_folder).Distinct())
        {
            if (Posix.TryStatus(folder) is { IsFolder: true })
                Posix.SyncFolder(folder);
        }
    }

    private void Write()
    {
        var text = new StringBuilder($"{Head}\n");
        foreach (Entry entry in _entries)
            text.Append(CultureInfo.InvariantCulture, $"{entry.New} {entry.Old} {entry.Name}\n");
        byte[] bytes = NodeName.Encode($"{text}{End}\n");
        using var file = new HostStream(
            Posix.TryCreateFile(JournalPath, mode: 0x180)
                ?? throw new IOException($"cannot make \"{JournalPath}\": something has the name"),
            JournalPath, FileAccess.ReadWrite);
        file.Write(bytes);
        Posix.Sync(file.SafeFileHandle, JournalPath);
        Posix.SyncFolder(_folder);
    }

    /// <summary>The journal of a folder; null where it was never whole.</summary>
    private static OutputJournal? Read(string folder, string path, FileStatus status)
    {
        if (status.SizeBytes > LengthMax)
            return null;
        using var file = new HostFileStream(path, status);
        var bytes = new byte[status.SizeBytes];
        file.ReadExactly(bytes);
        string[] lines = NodeName.Decode(bytes).Split('\n');
        if (lines is not [Head, _, .., End, ""])
            return null;
        Entry?[] entries = [.. lines[1..^2].Select(line => Entry.Parse(folder, line))];
        return entries.Any(entry => entry is null) ? null : new(folder, [.. entries.Select(entry => entry!)]);
    }

    private static ulong InodeOf(string path) => Posix.TryStatus(path)?.Identity.Inode ?? 0;

    /// <param name="Name">The name below the folder.</param>
    /// <param name="Path">The whole of it.</param>
    /// <param name="New">The inode of the new file.</param>
    /// <param name="Old">The inode of what had the name; 0 if nothing had.</param>
    private sealed record Entry(string Name, string Path, ulong New, ulong Old)
    {
        public string AsidePath => OutputFile.AsidePathOf(Path);

        public string OldPath => OutputFile.Beside(Path, OldEnding);

        public static Entry? Parse(string folder, string line)
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            return line.Split(' ', 3) is [string made, string old, { Length: > 0 } name]
                && ulong.TryParse(made, NumberStyles.None, invariant, out ulong newInode)
                && ulong.TryParse(old, NumberStyles.None, invariant, out ulong oldInode)
                && name.Split('/').All(step => step is not ("" or "." or ".."))
                    ? new(name, System.IO.Path.Combine(folder, name), newInode, oldInode)
                    : null;
        }

        /// <summary>What had the name gets it back; can be done again at any point.</summary>
        public void Restore()
        {
            ulong found = InodeOf(Path);
            if (Old != 0 && InodeOf(OldPath) == Old)
            {
                if (found != 0 && found != New)
                {
                    throw new IOException(
                        $"\"{Path}\" is neither the file of the run before nor its own; that is \"{OldPath}\"");
                }
                Posix.RenameOver(OldPath, Path);
            }
            else if (found == New)
            {
                Posix.Remove(Path);
            }
            if (InodeOf(AsidePath) == New)
                Posix.TryRemove(AsidePath);
        }

        public bool TryRemoveOld() => Old == 0 || InodeOf(OldPath) != Old || Posix.TryRemove(OldPath);
    }
}
