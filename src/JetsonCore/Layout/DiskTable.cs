// What a disk's partition table says, whichever kind it is: what a gadget is compared with.
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;

namespace JetsonCore.Layout;

/// <summary>A partition of a disk.</summary>
/// <param name="Name">Its name in a GPT; empty in a DOS table.</param>
/// <param name="StartBytes">Its first byte.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Filesystem">"ext4", "vfat", "crypto_LUKS", or empty.</param>
internal sealed record DiskPartition(string Name, long StartBytes, long SizeBytes, string Filesystem);

/// <summary>The table of a disk.</summary>
internal sealed record DiskTable
{
    public required VolumeSchema Schema { get; init; }

    /// <summary>A GUID, or "0x" and eight digits.</summary>
    public required string Id { get; init; }

    public required int SectorSize { get; init; }

    /// <summary>Behind the last byte that partitions may take.</summary>
    public required long UsableEndBytes { get; init; }

    public required ImmutableArray<DiskPartition> Partitions { get; init; }

    /// <summary>Reads a disk's table.</summary>
    /// <exception cref="MalformedDataException">It has none.</exception>
    public static DiskTable Read(Stream disk)
    {
        try
        {
            GptDisk gpt = GptReader.Read(disk);
            int sectorSize = gpt.Table.SectorSize;
            return new()
            {
                Schema = VolumeSchema.Gpt,
                Id = gpt.Table.DiskGuid.ToString().ToUpperInvariant(),
                SectorSize = sectorSize,
                UsableEndBytes = (gpt.LastUsableLba + 1) * sectorSize,
                Partitions =
                [
                    .. gpt.Table.Entries.Select(entry => Partition(
                        disk, entry.Name, gpt.Table.StartBytes(entry), gpt.Table.SizeBytes(entry))),
                ],
            };
        }
        catch (MalformedDataException) when (HasDosTable(disk))
        {
            MbrTable mbr = MbrReader.Read(disk);
            return new()
            {
                Schema = VolumeSchema.Mbr,
                Id = $"0x{mbr.DiskId:x8}",
                SectorSize = 512,
                UsableEndBytes = disk.Length,
                Partitions =
                [
                    .. mbr.Partitions.Where(partition => !partition.IsExtended).Select(partition => Partition(
                        disk, "", partition.FirstLba * 512L, partition.SectorCount * 512L)),
                ],
            };
        }
    }

    private static bool HasDosTable(Stream disk)
    {
        try
        {
            return !MbrReader.Read(disk).IsProtective;
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }

    private static DiskPartition Partition(Stream disk, string name, long startBytes, long sizeBytes)
    {
        Span<byte> head = stackalloc byte[2048];
        disk.Position = Math.Min(startBytes, disk.Length);
        int length = disk.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return new(name, startBytes, sizeBytes, FilesystemOf(head[..length]));
    }

    private static string FilesystemOf(ReadOnlySpan<byte> head)
    {
        const int ExtMagic = 1024 + 0x38, FatName = 0x36, Fat32Name = 0x52;
        if (head.Length < 2048)
            return "";
        if (head[ExtMagic] == 0x53 && head[ExtMagic + 1] == 0xEF)
            return "ext4";
        if (head[FatName..].StartsWith("FAT"u8) || head[Fat32Name..].StartsWith("FAT32"u8))
            return "vfat";
        return head.StartsWith("LUKS"u8) ? "crypto_LUKS" : "";
    }
}
