// What mkfs.vfat's options say, as values.
namespace JetsonCore.Formats.Fat;

/// <summary>How a FAT file system shall be made.</summary>
public sealed record FatOptions
{
    /// <summary>Size in bytes, a multiple of the sector size; null for the smallest that fits.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Room beyond the content when the smallest size is wanted.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Width of the table; null for FAT12 up to 4.1 MiB, FAT16 below 512 MiB, FAT32 above.</summary>
    public FatType? Type { get; init; }

    /// <summary>Bytes of a cluster, a power of two up to 64 KiB; null to choose by size.</summary>
    public int? ClusterSize { get; init; }

    /// <summary>Bytes of a sector: 512, 1024, 2048 or 4096.</summary>
    public int SectorSize { get; init; } = 512;

    /// <summary>Label of at most eleven characters of code page 850; null for none.</summary>
    public string? Label { get; init; }

    /// <summary>The "volume id".</summary>
    public required uint SerialNumber { get; init; }

    /// <summary>Slots of the root directory of FAT12 and FAT16; null for 512, or more if the tree needs them.</summary>
    public int? RootEntryCount { get; init; }

    /// <summary>Sectors before the tables; null for 1, and 32 in FAT32.</summary>
    public int? ReservedSectors { get; init; }

    /// <summary>Tables, each like the first: 1 or 2.</summary>
    public int TableCount { get; init; } = 2;

    /// <summary>Sectors of the disk before this file system.</summary>
    public uint HiddenSectors { get; init; }

    /// <summary>Sectors of a track, for BIOSes; null for the largest power of two up to 32 without rest.</summary>
    public int? SectorsPerTrack { get; init; }

    /// <summary>Heads, for BIOSes.</summary>
    public int Heads { get; init; } = 64;

    /// <summary>Media type: 0xF8 is a fixed disk.</summary>
    public byte MediaType { get; init; } = 0xF8;
}
