// The file of a result: what the system refuses is said with the file's name, which a file opened by its descriptor
// does not know. Bytes go past the class library's own way, which copies them for every class derived from its stream.
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>An open file under the name that it will get.</summary>
internal sealed class OutputStream(SafeFileHandle file, string path) : FileStream(file, FileAccess.ReadWrite, 0)
{
    public override string Name => path;

    public override int Read(Span<byte> buffer)
    {
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
        catch (IOException exception)
        {
            throw Named(exception);
        }
        Position += buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void SetLength(long value)
    {
        try
        {
            base.SetLength(value);
        }
        catch (ArgumentOutOfRangeException exception)      // what the class library makes of EFBIG
        {
            throw new IOException(
                $"\"{path}\" cannot have {value} bytes: its file system takes no such file", exception);
        }
        catch (IOException exception)
        {
            throw Named(exception);
        }
    }

    private IOException Named(IOException exception) =>
        new($"cannot write \"{path}\": {exception.Message}", exception.HResult);
}
