// Chooses width, cluster size and table size of a new file system. The sizes at which the choice changes are those of
// the specification's tables for disks ("DskTableFAT16", "DskTableFAT32"); widths are not chosen within 16 clusters of
// their borders, as it advises, because some systems draw the borders slightly elsewhere.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

internal static class FatGeometryPlanner
{
    private const int ClusterSizeMax = 65536, RootEntryCountDefault = 512, Fat32ReservedSectorsMin = 9;
    private const int TrackSectors = 32, BorderMargin = 16;
    private const long MiB = 1 << 20, Fat12BytesMax = 8400L * 512, Fat16BytesMax = (512 * MiB) - 1;

    private static readonly FatType[] Types = [FatType.Fat12, FatType.Fat16, FatType.Fat32];

    private static readonly (FatType Type, long BytesMax, int ClusterSize)[] UsualClusterSizes =
    [
        (FatType.Fat12, long.MaxValue, 512),
        (FatType.Fat16, 16 * MiB, 1024),
        (FatType.Fat16, 128 * MiB, 2048),
        (FatType.Fat16, 256 * MiB, 4096),
        (FatType.Fat16, 512 * MiB, 8192),
        (FatType.Fat16, 1024 * MiB, 16384),
        (FatType.Fat16, long.MaxValue, 32768),
        (FatType.Fat32, 260 * MiB, 512),
        (FatType.Fat32, 8192 * MiB, 4096),
        (FatType.Fat32, 16384 * MiB, 8192),
        (FatType.Fat32, 32768 * MiB, 16384),
        (FatType.Fat32, long.MaxValue, 32768),
    ];

    /// <summary>The geometry for a tree.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="ContentDoesNotFitException">The tree needs more than the size given.</exception>
    public static FatGeometry Plan(FatOptions options, FatTreePlan tree)
    {
        CheckOptions(options);
        if (options.SizeBytes is not { } sizeBytes)
            return PlanSmallest(options, tree);
        if (sizeBytes % options.SectorSize != 0 || sizeBytes <= 0)
            throw new ArgumentException($"cannot make a file system of {sizeBytes} bytes: they are no whole sectors");
        FatGeometry geometry = PlanForSize(options, tree, sizeBytes / options.SectorSize)
            ?? throw new ArgumentException($"cannot make a FAT file system of {sizeBytes} bytes with the width and "
                + "cluster size asked for: the number of clusters would not be one of that width");
        long needed = tree.ClustersNeeded(geometry.ClusterSize, geometry.Type) * geometry.ClusterSize;
        long available = geometry.ClusterCount * geometry.ClusterSize;
        if (needed > available)
            throw new ContentDoesNotFitException($"cannot fit the content: it takes {needed} bytes in clusters of "
                + $"{geometry.ClusterSize}, the file system has {available}")
            {
                NeededBytes = needed,
                AvailableBytes = available,
            };
        return geometry;
    }

    private static void CheckOptions(FatOptions options)
    {
        if (options.SectorSize is < 512 or > 4096 || !int.IsPow2(options.SectorSize))
            throw new ArgumentException($"cannot use sectors of {options.SectorSize} bytes");
        if (options.ClusterSize is { } size
            && (size < options.SectorSize || size > ClusterSizeMax || !int.IsPow2(size)))
        {
            throw new ArgumentException($"cannot use clusters of {size} bytes with sectors of {options.SectorSize}");
        }
        if (options.TableCount is not (1 or 2))
            throw new ArgumentException($"cannot make {options.TableCount} tables: 1 and 2 are known");
        if (options.ReservedSectors is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"cannot reserve {options.ReservedSectors} sectors");
        if (options.RootEntryCount is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"cannot make a root directory of {options.RootEntryCount} entries");
    }

    private static FatGeometry? PlanForSize(FatOptions options, FatTreePlan tree, long totalSectors)
    {
        long sizeBytes = totalSectors * options.SectorSize;
        FatType usual = sizeBytes <= Fat12BytesMax ? FatType.Fat12
            : sizeBytes <= Fat16BytesMax ? FatType.Fat16 : FatType.Fat32;
        FatType[] types = options.Type is { } given ? [given] : [usual, .. Types.Where(type => type != usual)];
        return (
            from type in types
            from clusterSize in ClusterSizes(options, type, sizeBytes)
            let geometry = TryMake(options, tree, type, clusterSize, totalSectors)
            where geometry is not null
            select geometry).FirstOrDefault();
    }

    private static FatGeometry PlanSmallest(FatOptions options, FatTreePlan tree)
    {
        IEnumerable<FatGeometry> fitting =
            from type in options.Type is { } given ? [given] : Types
            from clusterSize in ClusterSizes(options, type, sizeBytes: 0)
            let geometry = TrySmallest(options, tree, type, clusterSize)
            where geometry is not null
            select geometry;
        return fitting.MinBy(geometry => geometry.TotalSectors)
            ?? throw new ContentDoesNotFitException("cannot fit the content: it takes more clusters than FAT numbers");
    }

    // Starts below what is needed and grows by whole tracks, of which few are missing.
    private static FatGeometry? TrySmallest(FatOptions options, FatTreePlan tree, FatType type, int clusterSize)
    {
        (long clustersMin, long clustersMax) = ClusterRange(type);
        long clusters = tree.ClustersNeeded(clusterSize, type) + Alignment.UnitsFor(options.FreeBytes, clusterSize);
        clusters = Math.Max(clusters, clustersMin);
        if (clusters > clustersMax)
            return null;
        long tableBytes = 2 * (clusters * (int)type / 8);
        long total = ((clusters * clusterSize) + tableBytes) / options.SectorSize;
        total = Alignment.Up(total, TrackSectors);
        while (true)
        {
            FatGeometry geometry = Make(options, tree, type, clusterSize, total);
            if (geometry.ClusterCount > clustersMax || total > uint.MaxValue)
                return null;
            if (geometry.ClusterCount >= clusters)
                return geometry;
            total += TrackSectors;
        }
    }

    private static FatGeometry? TryMake(
        FatOptions options, FatTreePlan tree, FatType type, int clusterSize, long totalSectors)
    {
        FatGeometry geometry = Make(options, tree, type, clusterSize, totalSectors);
        (long clustersMin, long clustersMax) = ClusterRange(type);
        bool isPossible = geometry.ClusterCount >= clustersMin && geometry.ClusterCount <= clustersMax
            && totalSectors <= uint.MaxValue && (type == FatType.Fat32 || geometry.FatSectors <= ushort.MaxValue);
        return isPossible ? geometry : null;
    }

    private static FatGeometry Make(
        FatOptions options, FatTreePlan tree, FatType type, int clusterSize, long totalSectors)
    {
        int sectorSize = options.SectorSize, sectorsPerCluster = clusterSize / sectorSize;
        var geometry = new FatGeometry
        {
            Type = type,
            SectorSize = sectorSize,
            SectorsPerCluster = sectorsPerCluster,
            ReservedSectors = type == FatType.Fat32
                ? Math.Max(options.ReservedSectors ?? TrackSectors, Fat32ReservedSectorsMin)
                : options.ReservedSectors ?? 1,
            FatCount = options.TableCount,
            RootEntryCount = type == FatType.Fat32 ? 0 : RootEntryCount(options, tree),
            TotalSectors = totalSectors,
            FatSectors = 1,
        };
        // The larger the table, the fewer clusters are left to number: begin at or below the balance.
        long shared = Math.Max(0, totalSectors - geometry.DataSector);
        long bits = (int)type;
        long atMost = (shared + (2L * sectorsPerCluster)) * bits / ((8L * clusterSize) + (options.TableCount * bits));
        geometry = geometry with { FatSectors = Math.Max(1, atMost) };
        while (!geometry.TableIsLargeEnough)
            geometry = geometry with { FatSectors = geometry.FatSectors + 1 };
        return geometry;
    }

    private static int RootEntryCount(FatOptions options, FatTreePlan tree)
    {
        int perSector = options.SectorSize / FatGeometry.EntrySize;
        int wanted = Math.Max(options.RootEntryCount ?? RootEntryCountDefault, tree.Root.SlotCount);
        int rounded = (int)Alignment.Up(wanted, perSector);
        if (rounded > ushort.MaxValue || (options.RootEntryCount is { } given && tree.Root.SlotCount > given))
            throw new ContentDoesNotFitException($"cannot fit the root directory: its names take {tree.Root.SlotCount} "
                + $"entries, it has {options.RootEntryCount ?? ushort.MaxValue}");
        return rounded;
    }

    private static IEnumerable<int> ClusterSizes(FatOptions options, FatType type, long sizeBytes)
    {
        if (options.ClusterSize is { } given)
            return [given];
        int usual = UsualClusterSizes.First(row => row.Type == type && sizeBytes <= row.BytesMax).ClusterSize;
        return new[] { usual, 512, 1024, 2048, 4096, 8192, 16384, 32768 }.Distinct()
            .Where(size => size >= options.SectorSize && size / options.SectorSize <= 128);
    }

    private static (long Min, long Max) ClusterRange(FatType type) => type switch
    {
        FatType.Fat12 => (1, FatGeometry.Fat16ClustersMin - 1 - BorderMargin),
        FatType.Fat16 => (FatGeometry.Fat16ClustersMin + BorderMargin, FatGeometry.Fat32ClustersMin - 1 - BorderMargin),
        _ => (FatGeometry.Fat32ClustersMin + BorderMargin, FatGeometry.Fat32ClustersMax),
    };
}
