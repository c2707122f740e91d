// Work files for what has to be unpacked once and read in parts: the data.tar of a package, a compressed kernel. They
// lie in a folder that the caller chose, on a disk with room, and go with this object.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Keeps unpacked streams in work files.</summary>
public sealed class SpoolFolder : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly CancellationToken _cancellation;
    private int _count;

    /// <summary>Makes a folder of its own below <paramref name="parent"/>, or where temporary files go.</summary>
    /// <param name="parent">Where; null: where temporary files go.</param>
    /// <param name="cancellation">Ends the keeping of what may be endless.</param>
    public SpoolFolder(string? parent = null, CancellationToken cancellation = default)
    {
        _cancellation = cancellation;
        if (parent is null)
        {
            _folder = Directory.CreateTempSubdirectory("jetson-core-");
            return;
        }
        _folder = new DirectoryInfo(Path.Combine(parent, ".jetson-core-spool"));
        if (_folder.Exists)
            _folder.Delete(recursive: true);        // left behind by a run that was killed
        _folder.Create();
    }

    /// <summary>Keeps a stream: a <see cref="ContentSpool"/>. What it returns ends with this object.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">The stream is longer than accepted.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public FileContent Keep(Stream source, long maximumLength)
    {
        _count++;
        string path = Path.Combine(_folder.FullName, $"{_count}");
        using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            SparseCopy.CopyToEnd(source, file, maximumLength, _cancellation);
        return FolderTree.FileContent(path);
    }

    /// <summary>Keeps what <paramref name="write"/> writes into a seekable stream.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public FileContent Keep(Action<FileStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        _count++;
        string path = Path.Combine(_folder.FullName, $"{_count}");
        using (FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            write(file);
        return FolderTree.FileContent(path);
    }

    /// <summary>Removes the work files.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
