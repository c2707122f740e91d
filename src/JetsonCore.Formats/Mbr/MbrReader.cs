// Reads a DOS partition table with its logical partitions. An extended partition is a chain: each boot record in it
// holds one logical partition (relative to the record) and a link to the next record (relative to the container).
//
//   container ─► record ─► logical 5      The chain must go forward and stay inside the container, so it ends.
//                  └─► record ─► logical 6 …
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Mbr;

/// <summary>Reads DOS partition tables.</summary>
public static class MbrReader
{
    private const int FirstLogicalNumber = 5, LogicalCountMax = 256;

    /// <summary>Reads the table of a disk.</summary>
    /// <param name="disk">A seekable stream.</param>
    /// <param name="sectorSize">Bytes of a sector.</param>
    /// <exception cref="MalformedDataException">
    /// No signature, partitions that overlap or leave the disk, or a chain that does not end.
    /// </exception>
    public static MbrTable Read(Stream disk, int sectorSize = 512)
    {
        ArgumentNullException.ThrowIfNull(disk);
        MbrTable table = ReadPrimary(disk);
        long sectorCount = disk.Length / sectorSize;
        Check(table.Partitions, sectorCount);
        var logical = new List<MbrPartition>();
        foreach (MbrPartition partition in table.Partitions.Where(partition => partition.IsExtended))
            AddLogical(disk, sectorSize, partition, logical);
        Check(logical, sectorCount);
        return table with { Partitions = [.. table.Partitions, .. logical] };
    }

    /// <summary>
    /// The same of a table that no system would use as it is, for looking into what can be read, and what is wrong
    /// with it: partitions that overlap or leave the disk, a chain that breaks off. A partition may lie outside of the
    /// stream.
    /// </summary>
    /// <exception cref="MalformedDataException">No signature.</exception>
    public static (MbrTable Table, IReadOnlyList<string> Problems) ReadAny(Stream disk, int sectorSize = 512)
    {
        try
        {
            return (Read(disk, sectorSize), []);
        }
        catch (MalformedDataException fault)
        {
            MbrTable table = ReadPrimary(disk);
            var logical = new List<MbrPartition>();
            foreach (MbrPartition partition in table.Partitions.Where(partition => partition.IsExtended))
                TryAddLogical(disk, sectorSize, partition, logical);
            long sectors = disk.Length / sectorSize;
            string[] cut = table.Partitions.Any(partition => partition.EndLba > sectors)
                ? [$"the disk is cut off, or this is the table of another: {sectors} sectors are there"] : [];
            return (table with { Partitions = [.. table.Partitions, .. logical] }, [.. cut, fault.Message]);
        }
    }

    private static void TryAddLogical(
        Stream disk, int sectorSize, MbrPartition container, List<MbrPartition> found)
    {
        try
        {
            AddLogical(disk, sectorSize, container, found);
        }
        catch (MalformedDataException)
        {
            // Those before the break are there, and the problem is told with the table.
        }
    }

    /// <summary>The table of the first sector alone, whatever the disk's size.</summary>
    /// <exception cref="MalformedDataException">No signature.</exception>
    public static MbrTable ReadPrimary(Stream disk)
    {
        byte[] sector = disk.ReadBytesAt(0, MbrTable.SectorLength);
        if (!MbrTable.HasSignature(sector))
            throw new MalformedDataException(MbrTable.SignatureOffset, "the boot sector lacks its signature 55 aa");
        return MbrTable.Decode(sector);
    }

    /// <summary>The same for a disk whose first sector may be anything: without a signature, an empty table.</summary>
    internal static MbrTable ReadPrimaryOrEmpty(Stream disk)
    {
        byte[] sector = disk.ReadBytesAt(0, MbrTable.SectorLength);
        return MbrTable.HasSignature(sector) ? MbrTable.Decode(sector) : new();
    }

    private static void AddLogical(Stream disk, int sectorSize, MbrPartition container, List<MbrPartition> found)
    {
        var sector = new byte[MbrTable.SectorLength];
        long recordLba = container.FirstLba;
        for (int count = 0; count < LogicalCountMax; count++)
        {
            long offset = recordLba * sectorSize;
            disk.ReadExactlyAt(offset, sector);
            if (!MbrTable.HasSignature(sector))
                throw new MalformedDataException(offset + MbrTable.SignatureOffset,
                    "a boot record lacks its signature");
            ImmutableArray<MbrPartition> entries = MbrTable.Decode(sector).Partitions;
            if (entries.FirstOrDefault(entry => !entry.IsExtended) is { } logical)
                found.Add(ToAbsolute(logical, recordLba, container, FirstLogicalNumber + found.Count));
            if (entries.FirstOrDefault(entry => entry.IsExtended) is not { } link)
                return;
            long nextLba = (long)container.FirstLba + link.FirstLba;
            if (nextLba <= recordLba || nextLba >= container.EndLba)
                throw new MalformedDataException(offset, $"the chain of logical partitions leads to sector {nextLba}");
            recordLba = nextLba;
        }
        throw new MalformedDataException(recordLba * sectorSize, $"more than {LogicalCountMax} logical partitions");
    }

    private static MbrPartition ToAbsolute(MbrPartition logical, long recordLba, MbrPartition container, int number)
    {
        long firstLba = recordLba + logical.FirstLba;
        long endLba = firstLba + logical.SectorCount;
        if (logical.SectorCount == 0 || endLba > Math.Min(container.EndLba, uint.MaxValue))
            throw new MalformedDataException(0, $"logical partition {number} leaves its extended partition");
        return logical with { Number = number, FirstLba = (uint)firstLba };
    }

    private static void Check(IEnumerable<MbrPartition> partitions, long sectorCount)
    {
        MbrPartition? before = null;
        // A protective entry may claim more than the disk: 0xFFFFFFFF where the size was not known.
        foreach (MbrPartition partition in partitions
            .Where(partition => partition.Type != MbrPartition.ProtectiveType).OrderBy(partition => partition.FirstLba))
        {
            if (partition.SectorCount == 0 || partition.FirstLba == 0 || partition.EndLba > sectorCount)
                throw new MalformedDataException(MbrTable.PartitionsOffset, $"partition {partition.Number} "
                    + $"({partition.SectorCount} sectors at {partition.FirstLba}) is not inside {sectorCount} sectors");
            if (before is not null && partition.FirstLba < before.EndLba)
                throw new MalformedDataException(MbrTable.PartitionsOffset,
                    $"partitions {before.Number} and {partition.Number} overlap");
            before = partition;
        }
    }
}
