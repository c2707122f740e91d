// Reads a GPT from a disk image that may be damaged or hostile. The primary copy is preferred; where it is broken, the
// backup (where a readable primary header points, or in the last sector) takes its place, and the result says so.
//
// Without a sector size both are tried: a primary header at byte 512 or 4096 decides, then a backup header.
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Mbr;

namespace JetsonCore.Formats.Gpt;

/// <summary>Reads GUID partition tables.</summary>
public static class GptReader
{
    private const long LbaMax = 1L << 50;

    private static readonly int[] SectorSizes = [512, 4096];

    /// <summary>Reads the table of a disk.</summary>
    /// <param name="disk">A seekable stream.</param>
    /// <param name="sectorSize">Bytes of a sector, or null to find out.</param>
    /// <exception cref="MalformedDataException">Neither copy can be accepted.</exception>
    public static GptDisk Read(Stream disk, int? sectorSize = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var faults = new List<MalformedDataException>();
        foreach ((int size, long lba) in FindHeaders(disk, sectorSize is { } given ? [given] : SectorSizes))
        {
            try
            {
                GptDisk found = ReadCopy(disk, size, lba);
                return found with
                {
                    Problems =
                    [
                        .. DescribeOtherCopy(disk, found, faults),
                        .. DescribeIds(found),
                        .. DescribeMbr(disk, found),
                    ],
                };
            }
            catch (MalformedDataException fault)
            {
                faults.Add(fault);
            }
        }
        throw faults.FirstOrDefault() ?? new MalformedDataException(0, "no GPT header at the start or end of the disk");
    }

    /// <summary>
    /// The same of a table that no system would use as it is, for looking into what can be read: entries that overlap
    /// or leave the disk, sums that are wrong, a disk that is cut off. What is wrong is among the problems; entries may
    /// lie outside of the stream.
    /// </summary>
    /// <exception cref="MalformedDataException">Neither copy has a readable header.</exception>
    public static GptDisk ReadAny(Stream disk)
    {
        try
        {
            return Read(disk);
        }
        catch (MalformedDataException)
        {
            foreach ((int size, long lba) in FindHeaders(disk, SectorSizes))
            {
                if (TryReadDamaged(disk, size, lba) is { } found)
                    return found;
            }
            throw;
        }
    }

    private static GptDisk? TryReadDamaged(Stream disk, int sectorSize, long lba)
    {
        try
        {
            var problems = new List<string>();
            GptDisk found = ReadCopy(disk, sectorSize, lba, problems);
            long sectors = found.Header.AlternateLba + 1;
            if (found.Source == GptCopy.Primary && sectors > found.Table.SectorCount)
            {
                problems.Insert(0, $"the disk is cut off: its table is of {sectors} sectors, "
                    + $"{found.Table.SectorCount} are there");
            }
            return found with { Problems = [.. problems, .. DescribeIds(found), .. DescribeMbr(disk, found)] };
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    /// <summary>Where a sector begins with the signature, best place first.</summary>
    private static IEnumerable<(int SectorSize, long Lba)> FindHeaders(Stream disk, int[] sectorSizes)
    {
        foreach (int size in sectorSizes)
        {
            if (HasSignature(disk, size, GptTable.PrimaryHeaderLba))
                yield return (size, GptTable.PrimaryHeaderLba);
        }
        foreach (int size in sectorSizes)
        {
            long last = (disk.Length / size) - 1;
            long announced = AnnouncedBackup(disk, size) ?? last;
            if (HasSignature(disk, size, announced))
                yield return (size, announced);
            if (announced != last && HasSignature(disk, size, last))
                yield return (size, last);
        }
    }

    private static bool HasSignature(Stream disk, int sectorSize, long lba)
    {
        if (lba < GptTable.PrimaryHeaderLba || lba >= disk.Length / sectorSize)
            return false;
        byte[] start = disk.ReadBytesAt(lba * sectorSize, GptHeader.Signature.Length);
        return start.AsSpan().SequenceEqual(GptHeader.Signature);
    }

    // A primary header may be whole while its entries are not.
    private static long? AnnouncedBackup(Stream disk, int sectorSize)
    {
        try
        {
            return ReadHeader(disk, sectorSize, GptTable.PrimaryHeaderLba).AlternateLba;
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private static GptHeader ReadHeader(Stream disk, int sectorSize, long lba)
    {
        long sectorCount = disk.Length / sectorSize;
        if (lba < GptTable.PrimaryHeaderLba || lba >= sectorCount)
            throw new MalformedDataException(0, $"a header at sector {lba} is not inside a disk of {sectorCount}");
        return GptHeader.Decode(disk.ReadBytesAt(lba * sectorSize, sectorSize), lba);
    }

    /// <param name="disk">The disk.</param>
    /// <param name="sectorSize">Bytes of a sector.</param>
    /// <param name="lba">Where the header lies.</param>
    /// <param name="problems">Takes what is wrong with the entries; null: then the copy is refused.</param>
    private static GptDisk ReadCopy(Stream disk, int sectorSize, long lba, List<string>? problems = null)
    {
        GptHeader header = ReadHeader(disk, sectorSize, lba);
        long headerOffset = lba * sectorSize;
        long sectorCount = disk.Length / sectorSize;
        CheckRegions(header, header.EntryArraySectors(sectorSize), sectorCount, headerOffset);
        byte[] array = disk.ReadBytesAt(header.EntriesLba * sectorSize, header.EntryArrayLength);
        uint crc = Crc32.Of(array);
        if (crc != header.EntriesCrc)
            Refuse($"the entries' crc32 is {header.EntriesCrc:x8}, their bytes sum to {crc:x8}");
        ImmutableArray<GptEntry> entries = DecodeEntries(header, array, problems);
        long lastLba = Math.Min(header.LastUsableLba, sectorCount - 1);
        if (GptTable.FindFault(entries, header.FirstUsableLba, lastLba) is { } fault)
            Refuse(fault);
        bool isPrimary = lba == GptTable.PrimaryHeaderLba;
        var table = new GptTable
        {
            SectorSize = sectorSize,
            DiskGuid = header.DiskGuid,
            DiskSizeBytes = sectorCount * sectorSize,
            SlotCount = header.SlotCount,
            Entries = entries,
        };
        return new(header, [.. array])
        {
            Table = table with { Hybrid = ReadHybrid(disk, table) },
            Source = isPrimary ? GptCopy.Primary : GptCopy.Backup,
            Problems = [],
        };

        void Refuse(string reason)
        {
            if (problems is null)
                throw new MalformedDataException(header.EntriesLba * sectorSize, reason);
            problems.Add(reason);
        }
    }

    private static void CheckRegions(GptHeader header, long arraySectors, long sectorCount, long headerOffset)
    {
        if (header.FirstUsableLba <= GptTable.PrimaryHeaderLba || header.LastUsableLba < header.FirstUsableLba - 1)
            throw new MalformedDataException(headerOffset,
                $"usable sectors {header.FirstUsableLba} to {header.LastUsableLba} are not possible");
        bool isPrimary = header.MyLba == GptTable.PrimaryHeaderLba;
        long first = isPrimary ? GptTable.EntriesLba : Math.Min(header.LastUsableLba, sectorCount) + 1;
        long end = isPrimary ? Math.Min(header.FirstUsableLba, sectorCount) : header.MyLba;
        if (header.EntriesLba < first || header.EntriesLba > end - arraySectors)
            throw new MalformedDataException(headerOffset,
                $"{arraySectors} sectors of entries at {header.EntriesLba} are not inside {first} to {end - 1}");
    }

    private static ImmutableArray<GptEntry> DecodeEntries(
        GptHeader header, ReadOnlySpan<byte> array, List<string>? problems)
    {
        var entries = ImmutableArray.CreateBuilder<GptEntry>();
        for (int slot = 0; slot < header.SlotCount; slot++)
        {
            if (GptEntry.Decode(array.Slice(slot * header.EntrySize, GptEntry.Size), slot + 1) is not { } entry)
                continue;
            bool isPossible = entry.FirstLba >= 0 && entry.LastLba >= entry.FirstLba && entry.LastLba < LbaMax;
            if (problems is null || isPossible)
                entries.Add(entry);
            else
            {
                problems.Add($"partition {entry.Number} (sectors {entry.FirstLba} to {entry.LastLba}) is left out: "
                    + "no disk has these sectors");
            }
        }
        return entries.ToImmutable();
    }

    private static ImmutableArray<GptHybridPartition> ReadHybrid(Stream disk, GptTable table)
    {
        var found = ImmutableArray.CreateBuilder<GptHybridPartition>();
        foreach (MbrPartition shown in MbrReader.ReadPrimaryOrEmpty(disk).Partitions)
        {
            GptEntry? entry = table.Entries.FirstOrDefault(entry =>
                entry.FirstLba == shown.FirstLba && entry.SectorCount == shown.SectorCount);
            if (entry is not null && shown.Type != MbrPartition.ProtectiveType)
                found.Add(new(entry.Number, shown.Type, shown.IsBootable));
        }
        return found.ToImmutable();
    }

    private static IEnumerable<string> DescribeOtherCopy(
        Stream disk, GptDisk found, List<MalformedDataException> faults)
    {
        if (found.Source == GptCopy.Backup)
        {
            string reason = faults.Count > 0 ? faults[0].Message : "there is no header at its place";
            return [$"the primary table is damaged: {reason}"];
        }
        long last = found.Table.SectorCount - 1;
        if (found.Header.AlternateLba != last)
            return [$"the backup table ends at sector {found.Header.AlternateLba}, the disk at {last}"];
        try
        {
            GptDisk backup = ReadCopy(disk, found.Table.SectorSize, last);
            return backup.EntryArray.SequenceEqual(found.EntryArray) && backup.Header.DiskGuid == found.Header.DiskGuid
                ? []
                : ["the backup table differs from the primary one"];
        }
        catch (MalformedDataException fault)
        {
            return [$"the backup table is damaged: {fault.Message}"];
        }
    }

    private static IEnumerable<string> DescribeIds(GptDisk found) =>
        from entry in found.Table.Entries
        group entry.Number by entry.PartitionGuid into sameId
        where sameId.Count() > 1
        select $"partitions {string.Join(", ", sameId)} have the same GUID {sameId.Key}";

    private static IEnumerable<string> DescribeMbr(Stream disk, GptDisk found)
    {
        MbrTable mbr = MbrReader.ReadPrimaryOrEmpty(disk);
        if (!mbr.IsProtective)
            yield return "the MBR has no protective entry (type ee)";
        int shown = mbr.Partitions.Count(partition => partition.Type != MbrPartition.ProtectiveType);
        if (shown != found.Table.Hybrid.Length)
            yield return $"{shown - found.Table.Hybrid.Length} partitions of the MBR are not in the GPT";
    }
}
