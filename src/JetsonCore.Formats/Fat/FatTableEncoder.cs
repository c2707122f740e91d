// Gives every planned file its clusters, one behind the other, and writes the chains down as the allocation table:
//
//   entry 0   media type with ones above      entry n   next cluster of the chain, or ones: its end
//   entry 1   ones: end mark, and "unmounted cleanly, no errors" in its two upper bits
//
// Entries of 12 bits share bytes: entry 2k has byte 3k and the lower half of the next, entry 2k + 1 the rest.
// Spec: Microsoft FAT32 File System Specification 1.03, "FAT Data Structure".
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fat;

internal sealed class FatTableEncoder
{
    private readonly FatGeometry _geometry;
    private readonly byte[] _bytes;

    private FatTableEncoder(FatGeometry geometry, long entryCount)
    {
        _geometry = geometry;
        _bytes = new byte[Alignment.UnitsFor(entryCount * (int)geometry.Type, 8)];
    }

    private uint EndMark => _geometry.Type switch
    {
        FatType.Fat12 => 0xFFF,
        FatType.Fat16 => 0xFFFF,
        _ => 0x0FFFFFFF,
    };

    /// <summary>Places all files of a plan and returns the used part of the table.</summary>
    public static byte[] Place(FatTreePlan plan, FatGeometry geometry, byte mediaType)
    {
        long used = plan.ClustersNeeded(geometry.ClusterSize, geometry.Type);
        var table = new FatTableEncoder(geometry, FatGeometry.FirstCluster + used);
        table.Set(0, (table.EndMark & ~0xFFu) | mediaType);
        table.Set(1, table.EndMark);
        uint next = FatGeometry.FirstCluster;
        if (geometry.Type == FatType.Fat32)
            next = table.PlaceFile(plan.Root, next, Math.Max(1, plan.Root.SizeBytes));
        foreach (FatPlannedFile file in plan.Files)
            next = table.PlaceFile(file, next, file.SizeBytes);
        return table._bytes;
    }

    private uint PlaceFile(FatPlannedFile file, uint first, long sizeBytes)
    {
        uint end = first + (uint)Alignment.UnitsFor(sizeBytes, _geometry.ClusterSize);
        file.FirstCluster = end == first ? 0 : first;
        for (uint cluster = first; cluster < end; cluster++)
            Set(cluster, cluster + 1 == end ? EndMark : cluster + 1);
        return end;
    }

    private void Set(uint cluster, uint value)
    {
        switch (_geometry.Type)
        {
            case FatType.Fat12:
                int at = (int)(cluster * 3 / 2);
                int shift = (cluster & 1) != 0 ? 4 : 0;
                _bytes[at] |= (byte)((value << shift) & 0xFF);
                _bytes[at + 1] |= (byte)((value << shift) >> 8);
                break;
            case FatType.Fat16:
                BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan((int)cluster * 2), (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan((int)cluster * 4), value);
                break;
        }
    }
}
