// Writes a DOS partition table of up to four primary partitions. The boot code in front of it stays as it is.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Mbr;

/// <summary>Writes DOS partition tables.</summary>
public static class MbrWriter
{
    /// <summary>Writes disk id, entries and signature into the first sector.</summary>
    /// <param name="image">A seekable stream open for reading and writing; made long enough where it is empty.</param>
    /// <param name="table">The table; primary partitions only.</param>
    /// <exception cref="ArgumentException">A number outside 1 to 4, an empty or overlapping partition.</exception>
    public static void Write(Stream image, MbrTable table)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(table);
        Check(table);
        var sector = new byte[MbrTable.SectorLength];
        if (image.Length < sector.Length)
            image.SetLength(sector.Length);
        image.ReadExactlyAt(0, sector);
        table.Encode(sector);
        image.Position = MbrTable.DiskIdOffset;
        image.Write(sector.AsSpan(MbrTable.DiskIdOffset));
    }

    private static void Check(MbrTable table)
    {
        var numbers = new HashSet<int>();
        foreach (MbrPartition partition in table.Partitions)
        {
            if (partition.Number is < 1 or > MbrTable.PrimaryCount || !numbers.Add(partition.Number))
                throw new ArgumentException($"cannot write partition {partition.Number}: it is no free primary slot");
            if (partition.Type == 0 || partition.SectorCount == 0)
                throw new ArgumentException($"cannot write partition {partition.Number}: it is empty");
        }
        MbrPartition? before = null;
        foreach (MbrPartition partition in table.Partitions.OrderBy(partition => partition.FirstLba))
        {
            if (before is not null && partition.FirstLba < before.EndLba)
                throw new ArgumentException($"cannot write partition {partition.Number}: it overlaps {before.Number}");
            before = partition;
        }
    }
}
