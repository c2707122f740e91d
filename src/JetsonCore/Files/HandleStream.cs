// A read-only stream over an open file that keeps its own position: several may read one file at the same time, also
// a file that is locked for writing by this very process.
using JetsonCore.Formats.Binary;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>Reads a file through an open handle, which it does not close.</summary>
/// <param name="handle">An open file.</param>
/// <param name="name">How messages name it.</param>
internal sealed class HandleStream(SafeFileHandle handle, string name) : SeekableReadStream
{
    /// <summary>What is told of the bytes that are read; null for nobody.</summary>
    public WorkStage? Stage { get; init; }

    /// <inheritdoc/>
    public override long Length => RandomAccess.GetLength(handle);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = Posix.Read(handle, buffer, Position, name);
        Position += read;
        Stage?.Add(read);
        return read;
    }
}
