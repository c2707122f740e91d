// A sparse file of an archive, its holes as zeros.
namespace JetsonCore.Formats.Tar;

/// <summary>Reads a sparse file.</summary>
/// <param name="stored">The stored bytes; closed with this stream.</param>
/// <param name="runs">Where they belong, ascending and apart.</param>
/// <param name="length">The file's length.</param>
internal sealed class TarSparseStream(Stream stored, List<TarSparseRun> runs, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= length)
            return 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, length - Position)];
        int index = RunAtOrBehind(Position);
        long runStart = index < runs.Count ? runs[index].Start : length;
        int read;
        if (Position < runStart)
        {
            read = (int)Math.Min(buffer.Length, runStart - Position);
            buffer[..read].Clear();
        }
        else
        {
            long into = Position - runStart;
            stored.Position = runs[index].StoredAt + into;
            read = stored.Read(buffer[..(int)Math.Min(buffer.Length, runs[index].Length - into)]);
        }
        Position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stored.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The first run that ends behind a position.</summary>
    private int RunAtOrBehind(long position)
    {
        (int low, int high) = (0, runs.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (runs[middle].Start + runs[middle].Length > position)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
