// The volume with every offset decided and nothing written: what the image writer, the flash bundle, the verifier
// and `jetson-core layout` all work from. Nobody else computes an offset.
using System.Collections.Immutable;

namespace JetsonCore.Layout;

/// <summary>Kinds of partition table.</summary>
public enum VolumeSchema
{
    /// <summary>GUID partition table.</summary>
    Gpt,

    /// <summary>DOS partition table.</summary>
    Mbr,

    /// <summary>The boot areas of an eMMC: no table, no image.</summary>
    Emmc,
}

/// <summary>One volume, laid out.</summary>
public sealed record VolumePlan
{
    /// <summary>The volume's name in gadget.yaml.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of partition table.</summary>
    public required VolumeSchema Schema { get; init; }

    /// <summary>The bootloader named by the volume.</summary>
    public string? Bootloader { get; init; }

    /// <summary>The volume's id as spelled in gadget.yaml.</summary>
    public string? Id { get; init; }

    /// <summary>Bytes of a logical sector: 512 or 4096.</summary>
    public int SectorSize { get; init; } = 512;

    /// <summary>Bytes of the whole volume with both partition tables, a multiple of the sector size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Structures in the order of their start; the implicit writable among them.</summary>
    public required ImmutableArray<PlannedStructure> Structures { get; init; }

    /// <summary>The structure of a role, or null.</summary>
    public PlannedStructure? WithRole(string role) => Structures.FirstOrDefault(s => s.Role == role);
}

/// <summary>One structure, placed.</summary>
public sealed record PlannedStructure
{
    /// <summary>Its place in gadget.yaml's list, from 0; the implicit writable comes last.</summary>
    public required int Index { get; init; }

    /// <summary>Its name; the GPT partition's name. The implicit one is called "writable".</summary>
    public string? Name { get; init; }

    /// <summary>Its role after defaults, or null.</summary>
    public string? Role { get; init; }

    /// <summary>Its type as spelled: a GUID, two hex digits, "HH,GUID", "bare" or "mbr".</summary>
    public required string Type { get; init; }

    /// <summary>Partition id as spelled in gadget.yaml, or null.</summary>
    public string? Id { get; init; }

    /// <summary>First byte, from the start of the volume.</summary>
    public required long StartBytes { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>"ext4", "vfat", …; null where there is none.</summary>
    public string? Filesystem { get; init; }

    /// <summary>The file system's label after defaults, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Whether it is not in gadget.yaml but added by the builder (Ubuntu Core 18's writable).</summary>
    public bool Implicit { get; init; }

    /// <summary>Where its start, in sectors, is to be written, as a byte of the volume; null for nowhere.</summary>
    public long? OffsetWriteBytes { get; init; }

    /// <summary>What goes into it, from gadget.yaml.</summary>
    public ImmutableArray<PlannedContent> Content { get; init; } = [];

    /// <summary>Byte behind the last one.</summary>
    public long EndBytes => StartBytes + SizeBytes;

    /// <summary>Whether it has an entry in the partition table.</summary>
    public bool IsPartition => Type is not ("bare" or "mbr") && Role != "mbr";
}

/// <summary>One item of a structure's content: an image at an offset, or a source with a target.</summary>
public sealed record PlannedContent
{
    /// <summary>Image file of raw content, relative to the gadget's root; null for file system content.</summary>
    public string? Image { get; init; }

    /// <summary>Where in the structure a raw image starts, in bytes.</summary>
    public long OffsetBytes { get; init; }

    /// <summary>Room declared for a raw image, in bytes, or null for the file's size.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>Source in the gadget (or "$kernel:ASSET/PATH") of file system content.</summary>
    public string? Source { get; init; }

    /// <summary>Target in the file system.</summary>
    public string? Target { get; init; }
}
