// Where the parts of a FAT file system lie, in sectors:
//
//   0                boot sector                    (FAT32: FSInfo in sector 1, copies of both in sectors 6 and 7)
//   ReservedSectors  first FAT, second FAT          FatSectors each
//   RootSector       root directory                 FAT12 and FAT16 only; in FAT32 it is a chain like any other
//   DataSector       cluster 2, cluster 3, …        SectorsPerCluster each
//
// Spec: Microsoft FAT32 File System Specification 1.03, "FAT Type Determination". The number of clusters alone tells
// FAT12 from FAT16; FAT32 is known by its 16-bit FAT size of 0, as Linux has it, because small FAT32 volumes exist.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fat;

/// <summary>The three widths of the allocation table.</summary>
public enum FatType
{
    /// <summary>12-bit entries: up to 4084 clusters.</summary>
    Fat12 = 12,

    /// <summary>16-bit entries: up to 65524 clusters.</summary>
    Fat16 = 16,

    /// <summary>32-bit entries, of which 28 count.</summary>
    Fat32 = 32,
}

/// <summary>The layout of one FAT file system.</summary>
public sealed record FatGeometry
{
    internal const int FirstCluster = 2, EntrySize = 32;

    /// <summary>Clusters from which on a table of 12 bits is too narrow.</summary>
    internal const long Fat16ClustersMin = 4085, Fat32ClustersMin = 65525, Fat32ClustersMax = 0x0FFFFFF5;

    /// <summary>Width of the table's entries.</summary>
    public required FatType Type { get; init; }

    /// <summary>Bytes of a sector: 512, 1024, 2048 or 4096.</summary>
    public required int SectorSize { get; init; }

    /// <summary>Sectors of a cluster, a power of two up to 128.</summary>
    public required int SectorsPerCluster { get; init; }

    /// <summary>Sectors before the first table.</summary>
    public required int ReservedSectors { get; init; }

    /// <summary>Copies of the table.</summary>
    public int FatCount { get; init; } = 2;

    /// <summary>Sectors of one table.</summary>
    public required long FatSectors { get; init; }

    /// <summary>Slots of the root directory; 0 in FAT32.</summary>
    public required int RootEntryCount { get; init; }

    /// <summary>Sectors of the whole file system.</summary>
    public required long TotalSectors { get; init; }

    /// <summary>Bytes of a cluster.</summary>
    public int ClusterSize => SectorSize * SectorsPerCluster;

    /// <summary>Clusters for content.</summary>
    public long ClusterCount => (TotalSectors - DataSector) / SectorsPerCluster;

    /// <summary>First sector of the root directory of FAT12 and FAT16.</summary>
    public long RootSector => ReservedSectors + (FatCount * FatSectors);

    /// <summary>First sector of cluster 2.</summary>
    public long DataSector => RootSector + Alignment.UnitsFor((long)RootEntryCount * EntrySize, SectorSize);

    /// <summary>Whether a table of this size has an entry for every cluster.</summary>
    internal bool TableIsLargeEnough =>
        FatSectors * SectorSize * 8 / (int)Type >= ClusterCount + FirstCluster;

    internal long FatOffset(int copy) => (ReservedSectors + (copy * FatSectors)) * SectorSize;

    internal long ClusterOffset(long cluster) =>
        (DataSector * SectorSize) + ((cluster - FirstCluster) * ClusterSize);

    internal bool HasCluster(long cluster) => cluster >= FirstCluster && cluster < FirstCluster + ClusterCount;
}
