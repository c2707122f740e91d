// A file's content, read through its map when it is asked for.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Reads one file; holes are zeros.</summary>
/// <param name="volume">The file system.</param>
/// <param name="map">The file's map.</param>
/// <param name="length">Its size in bytes.</param>
internal sealed class Ext4FileStream(Ext4Volume volume, FileMap map, long length) : SeekableReadStream
{
    private BlockRun _run;

    public override long Length => length;

    /// <summary>The runs of a file that are no holes.</summary>
    public static IEnumerable<ContentRange> DataRanges(Ext4Volume volume, FileMap map, long length)
    {
        long start = -1;
        for (long at = 0; at < length;)
        {
            BlockRun run = map.Find(at / volume.BlockSize);
            if (run.Physical != 0 && start < 0)
                start = at;
            if (run.Physical == 0 && start >= 0)
            {
                yield return new(start, at - start);
                start = -1;
            }
            at = run.Count > (length - at) / volume.BlockSize ? length : at + run.Count * volume.BlockSize;
        }
        if (start >= 0)
            yield return new(start, length - start);
    }

    public override int Read(Span<byte> buffer)
    {
        int done = 0;
        while (done < buffer.Length && Position < length)
        {
            Span<byte> part = buffer.Slice(done, (int)Math.Min(buffer.Length - done, length - Position));
            done += ReadFromRun(part);
        }
        return done;
    }

    private int ReadFromRun(Span<byte> part)
    {
        long index = Position / volume.BlockSize;
        if (index < _run.Logical || index - _run.Logical >= _run.Count)
            _run = map.Find(index);
        long blocksLeft = _run.Count - (index - _run.Logical);
        int into = (int)(Position % volume.BlockSize);
        if (blocksLeft <= ((long)part.Length + into) / volume.BlockSize)
            part = part[..(int)Math.Min(part.Length, blocksLeft * volume.BlockSize - into)];
        if (_run.Physical == 0)
            part.Clear();
        else
            volume.ReadBytes((_run.Physical + (index - _run.Logical)) * volume.BlockSize + into, part);
        Position += part.Length;
        return part.Length;
    }
}
