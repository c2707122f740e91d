// A read-only part of a seekable stream, as a stream of its own: a partition inside an image, a member of an archive.
// Every read states its place, so several windows may share one stream as long as one thread reads at a time.
namespace JetsonCore.Formats.Binary;

/// <summary>A read-only, seekable window onto another stream.</summary>
public sealed class StreamWindow : SeekableReadStream
{
    private readonly Stream _whole;
    private readonly long _start;
    private readonly bool _leaveOpen;

    /// <summary>Opens the window.</summary>
    /// <param name="whole">A seekable stream.</param>
    /// <param name="start">First byte of the window, in bytes of <paramref name="whole"/>.</param>
    /// <param name="length">Length of the window in bytes.</param>
    /// <param name="leaveOpen">Whether closing the window leaves <paramref name="whole"/> open.</param>
    /// <exception cref="MalformedDataException">The window does not lie within the stream.</exception>
    public StreamWindow(Stream whole, long start, long length, bool leaveOpen = true)
    {
        ArgumentNullException.ThrowIfNull(whole);
        if (start < 0 || length < 0 || start > whole.Length || length > whole.Length - start)
            throw new MalformedDataException(Math.Max(start, 0), $"needs {length} bytes at {start} of {whole.Length}");
        (_whole, _start, _leaveOpen) = (whole, start, leaveOpen);
        Length = length;
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length)
            return 0;
        int count = (int)Math.Min(buffer.Length, Length - Position);
        _whole.Position = _start + Position;
        int read = _whole.Read(buffer[..count]);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
            _whole.Dispose();
        base.Dispose(disposing);
    }
}
