// From a laid-out volume to the partition table on the disk. Numbers follow gadget.yaml's order, so that partition n
// is the n-th structure that is a partition; the implicit writable comes last.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Layout;

namespace JetsonCore.Image;

/// <summary>Makes partition tables of volumes.</summary>
internal static class PartitionTable
{
    /// <summary>The GPT of a volume.</summary>
    /// <param name="volume">The volume; its planner has checked names, ids and places.</param>
    /// <param name="ids">The GUID for a purpose.</param>
    public static GptTable Gpt(VolumePlan volume, Func<string, Guid> ids) => new()
    {
        SectorSize = volume.SectorSize,
        DiskGuid = Guid.TryParse(volume.Id, out Guid disk) ? disk : ids($"disk/{volume.Name}"),
        DiskSizeBytes = volume.SizeBytes,
        Entries =
        [
            .. Partitions(volume).Select((structure, index) => new GptEntry
            {
                Number = index + 1,
                Name = structure.Name ?? "",
                TypeGuid = Guid.Parse(TypePart(structure, ofGpt: true)),
                PartitionGuid = Guid.TryParse(structure.Id, out Guid id)
                    ? id
                    : ids($"partition/{volume.Name}/{structure.Index}"),
                FirstLba = structure.StartBytes / volume.SectorSize,
                LastLba = (structure.EndBytes / volume.SectorSize) - 1,
            }),
        ],
    };

    /// <summary>The DOS table of a volume.</summary>
    public static MbrTable Mbr(VolumePlan volume, Func<string, Guid> ids) => new()
    {
        DiskId = BitConverter.ToUInt32(ids($"disk/{volume.Name}").ToByteArray()),
        Partitions =
        [
            .. Partitions(volume).Select((structure, index) => new MbrPartition
            {
                Number = index + 1,
                Type = byte.Parse(TypePart(structure, ofGpt: false), NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture),
                IsBootable = structure.Role == "system-boot",
                FirstLba = (uint)(structure.StartBytes / volume.SectorSize),
                SectorCount = (uint)(structure.SizeBytes / volume.SectorSize),
            }),
        ],
    };

    private static ImmutableArray<PlannedStructure> Partitions(VolumePlan volume) =>
        [.. volume.Structures.Where(structure => structure.IsPartition).OrderBy(structure => structure.Index)];

    /// <summary>A type is spelled "GUID", "HH" or "HH,GUID".</summary>
    private static string TypePart(PlannedStructure structure, bool ofGpt)
    {
        string[] parts = structure.Type.Split(',');
        return ofGpt ? parts[^1] : parts[0];
    }
}
