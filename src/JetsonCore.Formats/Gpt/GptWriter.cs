// Writes a GPT: MBR, primary header and entries, entries and header again at the end of the disk. The boot code in the
// first 440 bytes of the disk stays as it is, so it may be written before or after.
//
// A hybrid MBR (three partitions at most) keeps its protective entry first, from sector 1 to the first partition shown.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Mbr;

namespace JetsonCore.Formats.Gpt;

/// <summary>Writes GUID partition tables.</summary>
public static class GptWriter
{
    private const int HybridCountMax = 3;

    /// <summary>Writes both copies of a table and the MBR; makes the image as long as the disk.</summary>
    /// <param name="image">A seekable stream open for reading and writing.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="ArgumentException">The table breaks the rules, or the image is longer than it.</exception>
    public static void Write(Stream image, GptTable table)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(table);
        Check(table);
        if (image.Length > table.DiskSizeBytes)
            throw new ArgumentException(
                $"cannot write a table for {table.DiskSizeBytes} bytes: the image has {image.Length}");
        image.SetLength(table.DiskSizeBytes);
        var entries = new byte[table.SlotCount * GptEntry.Size];
        foreach (GptEntry entry in table.Entries)
            entry.Encode(entries.AsSpan((entry.Number - 1) * GptEntry.Size));
        var primary = new GptHeader
        {
            MyLba = GptTable.PrimaryHeaderLba,
            AlternateLba = table.BackupHeaderLba,
            FirstUsableLba = table.FirstUsableLba,
            LastUsableLba = table.LastUsableLba,
            DiskGuid = table.DiskGuid,
            EntriesLba = GptTable.EntriesLba,
            SlotCount = table.SlotCount,
            EntriesCrc = Crc32.Of(entries),
        };
        WriteMbr(image, MakeMbr(table), table.SectorSize);
        WriteCopy(image, primary, entries, table.SectorSize);
        WriteCopy(image, BackupOf(primary, table.LastUsableLba + 1), entries, table.SectorSize);
    }

    /// <summary>The header at the end of the disk that belongs to the one at its start.</summary>
    internal static GptHeader BackupOf(GptHeader primary, long entriesLba) => primary with
    {
        MyLba = primary.AlternateLba,
        AlternateLba = primary.MyLba,
        EntriesLba = entriesLba,
    };

    internal static void WriteCopy(Stream image, GptHeader header, ReadOnlySpan<byte> entries, int sectorSize)
    {
        var sector = new byte[sectorSize];
        header.Encode(sector);
        image.Position = header.MyLba * sectorSize;
        image.Write(sector);
        image.Position = header.EntriesLba * sectorSize;
        image.Write(entries);
        image.Write(new byte[Alignment.Up(entries.Length, sectorSize) - entries.Length]);
    }

    internal static void WriteMbr(Stream image, MbrTable mbr, int sectorSize)
    {
        MbrWriter.Write(image, mbr);
        image.Position = MbrTable.SectorLength;
        image.Write(new byte[sectorSize - MbrTable.SectorLength]);
    }

    internal static MbrPartition Protective(long sectorCount) => new()
    {
        Number = 1,
        Type = MbrPartition.ProtectiveType,
        FirstLba = GptTable.PrimaryHeaderLba,
        SectorCount = (uint)Math.Min(sectorCount - 1, uint.MaxValue),
    };

    private static MbrTable MakeMbr(GptTable table)
    {
        if (table.Hybrid.IsEmpty)
            return new() { Partitions = [Protective(table.SectorCount)] };
        var shown = new List<MbrPartition>();
        foreach (GptHybridPartition hybrid in table.Hybrid)
        {
            GptEntry entry = table.Entries.First(entry => entry.Number == hybrid.Number);
            shown.Add(new()
            {
                Number = shown.Count + 2,
                Type = hybrid.Type,
                IsBootable = hybrid.IsBootable,
                FirstLba = (uint)entry.FirstLba,
                SectorCount = (uint)entry.SectorCount,
            });
        }
        return new() { Partitions = [Protective(shown.Min(partition => partition.FirstLba)), .. shown] };
    }

    private static void Check(GptTable table)
    {
        if (table.SectorSize is not (512 or 4096))
            throw new ArgumentException($"cannot write a table with sectors of {table.SectorSize} bytes");
        if (table.DiskSizeBytes % table.SectorSize != 0)
            throw new ArgumentException($"cannot write a table: {table.DiskSizeBytes} bytes are not whole sectors");
        if (table.SlotCount is < 1 or > GptTable.SlotCountMax)
            throw new ArgumentException($"cannot write a table of {table.SlotCount} slots");
        if (table.LastUsableLba < table.FirstUsableLba)
            throw new ArgumentException($"cannot write a table: {table.DiskSizeBytes} bytes have no room for it");
        CheckEntries(table);
        if (GptTable.FindFault(table.Entries, table.FirstUsableLba, table.LastUsableLba) is { } fault)
            throw new ArgumentException($"cannot write a table: {fault}");
        CheckHybrid(table);
    }

    private static void CheckEntries(GptTable table)
    {
        var numbers = new HashSet<int>();
        var ids = new HashSet<Guid>();
        foreach (GptEntry entry in table.Entries)
        {
            if (entry.Number < 1 || entry.Number > table.SlotCount || !numbers.Add(entry.Number))
                throw Refusal(entry, $"not a free slot of {table.SlotCount}");
            if (!ids.Add(entry.PartitionGuid))
                throw Refusal(entry, $"another has the partition GUID {entry.PartitionGuid} too");
            if (entry.Name.Length > GptEntry.NameLengthMax || entry.Name.Contains('\0'))
                throw Refusal(entry, $"the name \"{entry.Name}\" has {entry.Name.Length} UTF-16 units or a NUL, "
                    + $"{GptEntry.NameLengthMax} are the most");
            if (entry.TypeGuid == Guid.Empty)
                throw Refusal(entry, "its type GUID is that of unused slots");
        }
    }

    private static ArgumentException Refusal(GptEntry entry, string reason) =>
        new($"cannot write partition {entry.Number}: {reason}");

    private static void CheckHybrid(GptTable table)
    {
        if (table.Hybrid.Length > HybridCountMax)
            throw new ArgumentException($"cannot show {table.Hybrid.Length} partitions in a hybrid MBR of 3");
        foreach (GptHybridPartition hybrid in table.Hybrid)
        {
            GptEntry entry = table.Entries.FirstOrDefault(entry => entry.Number == hybrid.Number)
                ?? throw new ArgumentException($"cannot show partition {hybrid.Number} in the MBR: there is none");
            if (entry.LastLba > uint.MaxValue)
                throw new ArgumentException(
                    $"cannot show partition {hybrid.Number} in the MBR: it ends at sector {entry.LastLba}");
        }
    }
}
