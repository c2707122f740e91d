// Work files for what has to be unpacked once and read in parts: the data.tar of a package, a compressed kernel. They
// have no names, so that runs cannot meet in them, nobody else can get at them, and nothing stays however a run ends.
// They lie in a folder that the caller chose, on a disk with room.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Keeps unpacked streams in work files.</summary>
public sealed class SpoolFolder : IDisposable
{
    private readonly string _folder;
    private readonly CancellationToken _cancellation;
    private readonly List<HostStream> _files = [];

    /// <summary>Work files on the disk of a folder.</summary>
    /// <param name="parent">The folder, or what it will be below; null: where temporary files go.</param>
    /// <param name="cancellation">Ends the keeping of what may be endless.</param>
    public SpoolFolder(string? parent = null, CancellationToken cancellation = default)
    {
        _cancellation = cancellation;
        _folder = Path.GetFullPath(parent ?? Path.GetTempPath());
        while (Posix.TryStatus(_folder) is null && Path.GetDirectoryName(_folder) is { } above)
            _folder = above;
    }

    /// <summary>Keeps a stream: a <see cref="ContentSpool"/>. What it returns ends with this object.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">The stream is longer than accepted.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public FileContent Keep(Stream source, long maximumLength) =>
        Keep(file => SparseCopy.CopyToEnd(source, file, maximumLength, _cancellation));

    /// <summary>Keeps what <paramref name="write"/> writes into a seekable stream.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public FileContent Keep(Action<FileStream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var file = new HostStream(
            Posix.CreateNameless(_folder), $"{_folder}, a work file", FileAccess.ReadWrite);
        _files.Add(file);
        write(file);
        return new(file.Length, () => new HandleStream(file.SafeFileHandle, file.Name),
            () => SparseCopy.DataRanges(file).Select(range => new ContentRange(range.Offset, range.Length)))
        {
            IsIndependent = true,
        };
    }

    /// <summary>Removes the work files.</summary>
    public void Dispose()
    {
        foreach (HostStream file in _files)
            file.Dispose();
    }
}
