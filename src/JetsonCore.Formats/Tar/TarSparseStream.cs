// A sparse file of an archive, its holes as zeros.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Tar;

/// <summary>Reads a sparse file.</summary>
/// <param name="stored">The stored bytes; closed with this stream.</param>
/// <param name="runs">Where they belong, ascending and apart.</param>
/// <param name="length">The file's length.</param>
internal sealed class TarSparseStream(Stream stored, List<TarSparseRun> runs, long length)
    : SeekableReadStream
{
    public override long Length => length;

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
