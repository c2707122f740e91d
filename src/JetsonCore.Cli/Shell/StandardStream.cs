// Standard output and standard error that lead to a file or a pipe. The class library's prepare a terminal at their
// first byte, and start a thread that waits for its signals: a twentieth of the time of a short run.
using JetsonCore.Files;

namespace JetsonCore.Cli.Shell;

/// <summary>Writes to an open file descriptor, without a buffer; a reader that has gone away is no error.</summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    public static StandardStream Output { get; } = new(1);

    public static StandardStream Error { get; } = new(2);

    /// <summary>Whether a person may be looking on.</summary>
    public bool IsTerminal { get; } = Posix.IsTerminal(descriptor);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">The system refuses: the disk is full, say.</exception>
    public override void Write(ReadOnlySpan<byte> buffer) => Posix.Write(descriptor, buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
