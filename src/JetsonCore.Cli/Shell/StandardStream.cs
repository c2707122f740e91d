// Standard output and standard error. The class library's prepare a terminal at their first byte, and start a thread
// that waits for its signals: a twentieth of the time of a short run.
using JetsonCore.Files;

namespace JetsonCore.Cli.Shell;

/// <summary>
/// Writes to an open file descriptor, without a buffer; a reader that has gone away is no error. Once the system has
/// refused bytes, no more are written.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    private const int ErrorDescriptor = 2;

    public static StandardStream Output { get; } = new(1);

    /// <summary>Never fails: there is nobody left who could be told.</summary>
    public static StandardStream Error { get; } = new(ErrorDescriptor);

    /// <summary>Whether standard input is a terminal, so that a person may answer.</summary>
    public static bool InputIsTerminal => Posix.IsTerminal(0);

    /// <summary>Why the system refused bytes; null if it has not.</summary>
    public IOException? Failure { get; private set; }

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
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null)
            return;
        try
        {
            Posix.Write(descriptor, buffer);
        }
        catch (IOException exception)
        {
            Failure = exception;
            if (descriptor != ErrorDescriptor)
                throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
