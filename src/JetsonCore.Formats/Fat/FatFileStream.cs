// The content of one file: its runs of clusters as one seekable stream.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fat;

internal sealed class FatFileStream(Stream image, FatGeometry geometry, IReadOnlyList<(uint First, uint Count)> runs,
    long length) : SeekableReadStream
{
    private int _run;
    private long _runStart;

    public override long Length { get; } = length;

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.IsEmpty)
            return 0;
        long inRun = FindRun();
        long runLength = (long)runs[_run].Count * geometry.ClusterSize;
        int count = (int)Math.Min(Math.Min(buffer.Length, Length - Position), runLength - inRun);
        image.ReadExactlyAt(geometry.ClusterOffset(runs[_run].First) + inRun, buffer[..count]);
        Position += count;
        return count;
    }

    /// <summary>Makes the run of the position the current one; returns the place in it.</summary>
    private long FindRun()
    {
        if (Position < _runStart)
            (_run, _runStart) = (0, 0);
        while (Position - _runStart >= (long)runs[_run].Count * geometry.ClusterSize)
        {
            _runStart += (long)runs[_run].Count * geometry.ClusterSize;
            _run++;
        }
        return Position - _runStart;
    }
}
