// A file of the host, a pipe or a device under the name that the user gave: what the system refuses is said with it,
// which a file opened by its descriptor does not know. Bytes go past the class library's own way, which copies them for
// every class derived from its stream.
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>An open file and its name.</summary>
internal sealed class HostStream(SafeFileHandle file, string path, FileAccess access) : FileStream(file, access, 0)
{
    public override string Name => path;

    /// <summary>What is told of the bytes that are written; null for nobody.</summary>
    public WorkStage? Stage { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (!CanSeek)
            return Posix.Read(SafeFileHandle, buffer, path);
        int read = Posix.Read(SafeFileHandle, buffer, Position, path);
        Position += read;
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            RandomAccess.Write(SafeFileHandle, buffer, Position);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(Position + buffer.Length, exception);
        }
        catch (IOException exception)
        {
            throw Named(exception);
        }
        Position += buffer.Length;
        Stage?.Add(buffer.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void SetLength(long value)
    {
        try
        {
            base.SetLength(value);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw TooLarge(value, exception);
        }
        catch (IOException exception)
        {
            throw Named(exception);
        }
    }

    /// <summary>What the class library makes an argument's fault, EFBIG.</summary>
    private IOException TooLarge(long length, Exception exception) => new(
        $"\"{path}\" cannot have {length} bytes: its file system, or ulimit -f, allows no such file", exception);

    private IOException Named(IOException exception) => NoRoom.Of(exception, path)
        ?? new($"cannot write \"{path}\": {exception.Message}", exception.HResult);
}
