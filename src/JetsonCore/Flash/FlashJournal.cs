// What was put into a tree: a text file in our folder there, written before the first file is, so that an interrupted
// run can be ended or undone. A line for each file:
//
//   new bootloader/system-data.ext4           was not there
//   replaced bootloader/system.img            was there; the former one is system.img.before-ubuntu-core
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal sealed class FlashJournal
{
    public const string Path = $"{FlashOverlay.Folder}/applied", BusyPath = $"{FlashOverlay.Folder}/busy";
    public const string BackupSuffix = ".before-ubuntu-core";

    private const int LengthMax = 1 << 16;
    private const string New = "new ", Replaced = "replaced ";

    private readonly SortedDictionary<string, bool> _files = new(StringComparer.Ordinal);

    /// <summary>The files by path, with whether one was there before.</summary>
    public IReadOnlyDictionary<string, bool> Files => _files;

    /// <summary>Reads the journal of a tree; an empty one where there is none.</summary>
    /// <exception cref="UserErrorException">It is none of ours.</exception>
    public static FlashJournal Read(L4tTree tree)
    {
        var journal = new FlashJournal();
        string path = tree.PathOf(Path);
        if (!HostFile.Exists(path))
            return journal;
        string text = Encoding.UTF8.GetString(FolderTree.FileContent(path).ReadAll(LengthMax));
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string file = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            bool isOurs = IsOurs(file) && (line.StartsWith(New, StringComparison.Ordinal)
                || line.StartsWith(Replaced, StringComparison.Ordinal));
            if (!isOurs)
            {
                throw new UserErrorException(FailureKind.Input, FlashRules.Interrupted, path,
                    $"cannot follow the record of what was put into the tree: \"{line}\" is no line of it",
                    "remove the files of Ubuntu Core by hand, and this one");
            }
            journal._files[file] = line.StartsWith(Replaced, StringComparison.Ordinal);
        }
        return journal;
    }

    /// <summary>Notes a file, unless it is noted already.</summary>
    public void Add(string path, bool wasThere) => _files.TryAdd(path, wasThere);

    /// <summary>Forgets a file.</summary>
    public void Remove(string path) => _files.Remove(path);

    /// <summary>Writes the journal.</summary>
    public void Write(L4tTree tree)
    {
        string text = string.Concat(_files.Select(file => $"{(file.Value ? Replaced : New)}{file.Key}\n"));
        OutputFile.Write(tree.PathOf(Path), Encoding.UTF8.GetBytes(text), force: true);
    }

    /// <summary>Whether we put files to a path: a board file of ours, or something in bootloader/.</summary>
    private static bool IsOurs(string path)
    {
        string[] steps = path.Split('/');
        return L4tBoard.All.Any(board => board.OwnBoardFile == path)
            || steps[0] == "bootloader" && steps.Length > 1
                && steps.All(step => step is not ("" or "." or "..") && !step.Contains('\0'));
    }
}
