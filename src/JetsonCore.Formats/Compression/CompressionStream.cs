// Writing one compressed member: the stream that every encoder is used through.
namespace JetsonCore.Formats.Compression;

/// <summary>
/// Takes plain bytes and writes them compressed; closing it completes the member and leaves the target open. After a
/// write has failed, closing writes nothing more.
/// </summary>
public sealed class CompressionStream : Stream
{
    private readonly MemberEncoder _encoder;
    private bool _failed;
    private bool _closed;

    internal CompressionStream(MemberEncoder encoder) => _encoder = encoder;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_closed;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        bool done = false;
        try
        {
            _encoder.Write(buffer);
            done = true;
        }
        finally
        {
            _failed |= !done;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Does nothing: a flush would change the bytes.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            using (_encoder)
            {
                if (!_failed)
                    _encoder.Finish();
            }
        }
        base.Dispose(disposing);
    }
}
