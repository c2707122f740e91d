// Reads a file of the host as it was when it was looked at: whoever writes to it meanwhile is noticed at the next bytes
// that are read, before they get anywhere. What the system says of a file costs a thousandth of reading it.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>A file open for reading that must stay as it was.</summary>
internal sealed class HostFileStream : SeekableReadStream
{
    private readonly string _path;
    private readonly FileStatus _known;
    private readonly SafeFileHandle _file;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">Its status when it was looked at.</param>
    /// <exception cref="UserErrorException">It is not the same any more.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public HostFileStream(string path, FileStatus known)
    {
        (_path, _known) = (path, known);
        _file = Posix.OpenRead(path);
        try
        {
            RequireUnchanged();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override long Length => _known.SizeBytes;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = Posix.Read(_file, buffer[..(int)Math.Clamp(Length - Position, 0, buffer.Length)], Position, _path);
        if (read > 0)
            RequireUnchanged();
        else if (Position < Length && !buffer.IsEmpty)
            throw InputChange.Of(_path, _known, Posix.Status(_file, _path));
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    private void RequireUnchanged()
    {
        FileStatus now = Posix.Status(_file, _path);
        if (now.Identity != _known.Identity || now.SizeBytes != _known.SizeBytes
            || now.ModificationSeconds != _known.ModificationSeconds
            || now.ModificationNanoseconds != _known.ModificationNanoseconds)
        {
            throw InputChange.Of(_path, _known, now);
        }
    }
}
