// The files of a build, written aside, which get their names all together at the end or not at all.
using JetsonCore.Files;

namespace JetsonCore.Build;

/// <summary>Files of one output folder.</summary>
/// <param name="folder">The folder; made if missing.</param>
/// <param name="force">Whether existing files are overwritten.</param>
internal sealed class OutputSet(string folder, bool force) : IDisposable
{
    private readonly SortedDictionary<string, OutputFile> _files = new(StringComparer.Ordinal);
    private readonly bool _folderWasThere = Directory.Exists(folder);

    /// <summary>The files by their names below the folder.</summary>
    public IReadOnlyDictionary<string, OutputFile> Files => _files;

    /// <summary>Starts a file.</summary>
    /// <exception cref="Diagnostics.UserErrorException">It exists and must not be overwritten.</exception>
    public OutputFile Create(string name)
    {
        OutputFile file = OutputFile.Create(Path.Combine(folder, name), force);
        _files.Add(name, file);
        return file;
    }

    /// <summary>Writes a small file.</summary>
    public void Write(string name, ReadOnlySpan<byte> content) => Create(name).Stream.Write(content);

    /// <summary>Gives all files their names.</summary>
    public void Commit() => OutputFile.CommitAll([.. _files.Values]);

    /// <summary>Closes the files; those without a name vanish, and folders that they leave empty.</summary>
    public void Dispose()
    {
        foreach (OutputFile file in _files.Values)
            file.Dispose();
        string root = Path.GetFullPath(folder);
        HashSet<string> folders = [.. _files.Values.Select(file => Path.GetDirectoryName(file.Path)!)];
        folders.Remove(root);
        if (!_folderWasThere)
            folders.Add(root);
        foreach (string path in folders.OrderByDescending(path => path.Length))
        {
            if (Directory.Exists(path) && !new DirectoryInfo(path).EnumerateFileSystemInfos().Any())
                Directory.Delete(path);
        }
    }
}
