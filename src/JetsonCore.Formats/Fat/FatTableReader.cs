// Follows chains in the first allocation table. The table is read in pages, never as a whole: its size is hostile.
// A cluster may be met once in the whole file system; what meets it again is a loop or a cross-link.
using System.Buffers.Binary;
using System.Collections;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fat;

internal sealed class FatTableReader(Stream image, FatGeometry geometry)
{
    private const int PageLength = 1 << 16, EntryLengthMax = 4;
    private const uint Fat32EntryMask = 0x0FFFFFFF;

    private readonly byte[] _page = new byte[PageLength + EntryLengthMax];
    private readonly BitArray _met = new((int)geometry.ClusterCount);
    private long _pageStart = -1;

    /// <summary>The runs of clusters of a chain: first cluster and count of each.</summary>
    /// <exception cref="MalformedDataException">The chain leaves the file system or meets a cluster again.</exception>
    public List<(uint First, uint Count)> Chain(uint firstCluster)
    {
        var runs = new List<(uint First, uint Count)>();
        uint cluster = firstCluster;
        do
        {
            Meet(cluster);
            if (runs.Count > 0 && runs[^1].First + runs[^1].Count == cluster)
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            else
                runs.Add((cluster, 1));
            cluster = Next(cluster);
        }
        while (!IsEnd(cluster));
        return runs;
    }

    private void Meet(uint cluster)
    {
        if (!geometry.HasCluster(cluster))
            throw new MalformedDataException(geometry.FatOffset(0),
                $"a chain leads to cluster {cluster}, there are {geometry.ClusterCount} from 2 on");
        int index = (int)(cluster - FatGeometry.FirstCluster);
        if (_met[index])
            throw new MalformedDataException(geometry.ClusterOffset(cluster),
                $"cluster {cluster} is met twice: a chain is a loop, or two files share it");
        _met[index] = true;
    }

    private bool IsEnd(uint value) => geometry.Type switch
    {
        FatType.Fat12 => value >= 0xFF8,
        FatType.Fat16 => value >= 0xFFF8,
        _ => value >= 0x0FFFFFF8,
    };

    private uint Next(uint cluster)
    {
        ReadOnlySpan<byte> entry = Bytes((long)cluster * (int)geometry.Type / 8);
        switch (geometry.Type)
        {
            case FatType.Fat12:
                ushort pair = BinaryPrimitives.ReadUInt16LittleEndian(entry);
                return (cluster & 1) != 0 ? (uint)pair >> 4 : pair & 0xFFFu;
            case FatType.Fat16:
                return BinaryPrimitives.ReadUInt16LittleEndian(entry);
            default:
                return BinaryPrimitives.ReadUInt32LittleEndian(entry) & Fat32EntryMask;
        }
    }

    // Pages overlap by one entry, so that an entry of 12 bits is never cut in two.
    private ReadOnlySpan<byte> Bytes(long offset)
    {
        long start = offset - (offset % PageLength);
        if (start != _pageStart)
        {
            long offsetInImage = geometry.FatOffset(0) + start;
            int length = (int)Math.Min(_page.Length, image.Length - offsetInImage);
            image.ReadExactlyAt(offsetInImage, _page.AsSpan(0, length));
            _pageStart = start;
        }
        return _page.AsSpan((int)(offset - start), EntryLengthMax);
    }
}
