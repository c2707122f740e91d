// The files of a build, written aside, which get their names all together at the end or not at all. One of them, the
// seal, tells that the others belong together (SHA256SUMS): it is taken away first and comes last.
//
//   .jetson-core-commit     what a run is about to rename, durable before the first file is (OutputJournal)
//
// A run that is killed between leaves that file, and the next run into the folder takes back what was renamed.
using JetsonCore.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>Files of one output folder.</summary>
internal sealed class OutputSet : IDisposable
{
    private readonly string _folder;
    private readonly bool _force;
    private readonly IReadOnlyList<string> _names;
    private readonly List<string> _madeFolders = [];
    private readonly SortedDictionary<string, OutputFile> _files = new(StringComparer.Ordinal);
    private readonly SafeFileHandle _lock;
    private bool _isCommitted;

    private OutputSet(string folder, bool force, IReadOnlyList<string> names)
    {
        (_folder, _force, _names) = (folder, force, names);
        _madeFolders.AddRange(Posix.MakeFolders(folder));
        try
        {
            _lock = Lock(folder);
        }
        catch
        {
            RemoveMadeFolders();
            throw;
        }
    }

    /// <summary>The files by their names below the folder.</summary>
    public IReadOnlyDictionary<string, OutputFile> Files => _files;

    /// <summary>Opens a folder for results; it is made if missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="force">Whether existing files are overwritten.</param>
    /// <param name="names">All names that files will get, with "/" below the folder; the seal last.</param>
    /// <exception cref="UserErrorException">A name cannot be given, or another run writes into the folder.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static OutputSet Open(string folder, bool force, IReadOnlyList<string> names)
    {
        OutputFile.RequireFolder(folder);
        var set = new OutputSet(Path.GetFullPath(folder), force, names);
        try
        {
            OutputJournal.Recover(set._folder);
            foreach (string name in names)
                set.RequireName(folder, name);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Starts a file.</summary>
    /// <param name="name">One of the names that were said in the beginning.</param>
    public OutputFile Create(string name)
    {
        string path = Path.Combine(_folder, name);
        _madeFolders.AddRange(Posix.MakeFolders(Path.GetDirectoryName(path)!));
        var file = OutputFile.Create(path, _force);
        _files.Add(name, file);
        return file;
    }

    /// <summary>Writes a small file.</summary>
    public void Write(string name, ReadOnlySpan<byte> content) => Create(name).Stream.Write(content);

    /// <summary>Gives all files their names.</summary>
    /// <exception cref="IOException">The system refuses; whatever had the names has them still.</exception>
    /// <exception cref="UserErrorException">It refused, and then also to take back what was done.</exception>
    public void Commit()
    {
        foreach (OutputFile file in _files.Values)
            file.Sync();
        var journal = OutputJournal.Of(_folder, [.. _names.Select(name => (name, _files[name]))]);
        journal.Carry();
        foreach (OutputFile file in _files.Values)
            file.IsDone = true;
        _isCommitted = true;
    }

    /// <summary>Closes the files; those without a name vanish, and folders that they leave empty.</summary>
    public void Dispose()
    {
        foreach (OutputFile file in _files.Values)
            file.Abandon();
        if (!_isCommitted)
            RemoveMadeFolders();
        foreach (OutputFile file in _files.Values)
            file.Dispose();
        if (_lock is null)
            return;
        Posix.Unlock(_lock);
        _lock.Dispose();
    }

    private static SafeFileHandle Lock(string folder)
    {
        SafeFileHandle open = Posix.OpenFolder(folder);
        if (Posix.TryLock(open))
            return open;
        open.Dispose();
        throw new UserErrorException(FailureKind.Environment, OutputFile.Busy, folder,
            "cannot write into it: another run is writing into this folder",
            "wait until it has ended, or name another folder");
    }

    private void RequireName(string folder, string name)
    {
        string path = Path.Join(folder, name);
        if (name.Any(char.IsControl) || name.Split('/').Any(step => step is "" or "." or ".."))
        {
            throw new UserErrorException(FailureKind.Input, OutputFile.InTheWay, path,
                "cannot write: a result cannot have such a name", "change the name that the gadget gives it");
        }
        OutputFile.RequireName(path, _force);
        string old = OutputFile.Beside(path, OutputJournal.OldEnding);
        if (Posix.TryStatus(old) is not null)
        {
            throw new UserErrorException(FailureKind.Environment, OutputFile.InTheWay, old,
                $"cannot keep an earlier \"{path}\" aside: this name is taken", "take it out of the way");
        }
    }

    /// <summary>Innermost first; those in which there is something stay.</summary>
    private void RemoveMadeFolders()
    {
        for (int index = _madeFolders.Count - 1; index >= 0; index--)
            Posix.TryRemove(_madeFolders[index]);
    }
}
