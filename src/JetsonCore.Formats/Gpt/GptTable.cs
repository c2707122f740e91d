// A GUID partition table as values, and where its parts lie on a disk:
//
//   LBA 0          protective (or hybrid) MBR
//   LBA 1          primary header
//   LBA 2 …        entry array: SlotCount × 128 bytes
//   FirstUsableLba … LastUsableLba            partitions
//   end - n - 1 …  entry array again
//   end            backup header              the last sector of the disk
//
// Spec: UEFI 2.10, section 5.3.1 (GPT overview).
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Gpt;

/// <summary>A GUID partition table.</summary>
public sealed record GptTable
{
    /// <summary>Slots of a usual table.</summary>
    public const int SlotCountDefault = 128;

    internal const int PrimaryHeaderLba = 1, EntriesLba = 2, SlotCountMax = 16384;

    // UEFI reserves room for 128 entries even where a table has fewer.
    private const int EntryArrayLengthMin = SlotCountDefault * GptEntry.Size;

    /// <summary>Bytes of a logical sector: 512 or 4096.</summary>
    public int SectorSize { get; init; } = 512;

    /// <summary>Identifies the disk.</summary>
    public required Guid DiskGuid { get; init; }

    /// <summary>Bytes of the whole disk, a multiple of the sector size.</summary>
    public required long DiskSizeBytes { get; init; }

    /// <summary>Slots of the entry array, used or not: 1 to 16384.</summary>
    public int SlotCount { get; init; } = SlotCountDefault;

    /// <summary>The partitions in the order of their numbers.</summary>
    public ImmutableArray<GptEntry> Entries { get; init; } = [];

    /// <summary>Up to three partitions that the MBR names too; empty for a purely protective MBR.</summary>
    public ImmutableArray<GptHybridPartition> Hybrid { get; init; } = [];

    /// <summary>Sectors of the disk.</summary>
    public long SectorCount => DiskSizeBytes / SectorSize;

    /// <summary>The first sector that a partition of a table written by <see cref="GptWriter"/> may have.</summary>
    public long FirstUsableLba => EntriesLba + EntryArraySectors;

    /// <summary>The last sector that a partition of a table written by <see cref="GptWriter"/> may have.</summary>
    public long LastUsableLba => BackupHeaderLba - EntryArraySectors - 1;

    internal long BackupHeaderLba => SectorCount - 1;

    private long EntryArraySectors =>
        Alignment.UnitsFor(Math.Max((long)SlotCount * GptEntry.Size, EntryArrayLengthMin), SectorSize);

    /// <summary>First byte of a partition.</summary>
    public long StartBytes(GptEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.FirstLba * SectorSize;
    }

    /// <summary>Length of a partition in bytes.</summary>
    public long SizeBytes(GptEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.SectorCount * SectorSize;
    }

    /// <summary>
    /// What keeps the partitions from lying in the sectors <paramref name="firstUsableLba"/> to
    /// <paramref name="lastUsableLba"/> side by side; null where nothing does.
    /// </summary>
    internal static string? FindFault(IEnumerable<GptEntry> entries, long firstUsableLba, long lastUsableLba)
    {
        GptEntry? before = null;
        foreach (GptEntry entry in entries.OrderBy(entry => entry.FirstLba))
        {
            if (entry.FirstLba < firstUsableLba || entry.LastLba > lastUsableLba || entry.LastLba < entry.FirstLba)
            {
                return $"partition {entry.Number} (sectors {entry.FirstLba} to {entry.LastLba}) "
                    + $"is not inside the usable sectors {firstUsableLba} to {lastUsableLba}";
            }
            if (before is not null && entry.FirstLba <= before.LastLba)
                return $"partitions {before.Number} and {entry.Number} overlap at sector {entry.FirstLba}";
            before = entry;
        }
        return null;
    }
}

/// <summary>A partition that a hybrid MBR shows to systems without GPT.</summary>
/// <param name="Number">The partition's number in the GPT.</param>
/// <param name="Type">Its type in the MBR.</param>
/// <param name="IsBootable">Whether its boot flag is set.</param>
public sealed record GptHybridPartition(int Number, byte Type, bool IsBootable = false);
