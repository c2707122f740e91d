// One partition of a GPT: the 128-byte entry.
//
//   offset  size  field
//    0x00     16  partition type GUID    mixed-endian, as Guid.ToByteArray gives it; all zero: unused
//    0x10     16  unique partition GUID
//    0x20      8  first LBA              little-endian
//    0x28      8  last LBA               inclusive
//    0x30      8  attributes
//    0x38     72  name                   36 UTF-16LE units, padded with NUL
//
// Spec: UEFI 2.10, section 5.3.3 (GPT Partition Entry Array).
using System.Buffers.Binary;

namespace JetsonCore.Formats.Gpt;

/// <summary>One partition of a GUID partition table.</summary>
public sealed record GptEntry
{
    /// <summary>The most UTF-16 units of a name.</summary>
    public const int NameLengthMax = 36;

    internal const int Size = 128;

    private const int TypeOffset = 0x00, IdOffset = 0x10, FirstLbaOffset = 0x20, LastLbaOffset = 0x28;
    private const int AttributesOffset = 0x30, NameOffset = 0x38;

    /// <summary>Its slot in the table, counted from 1, as Linux numbers partitions.</summary>
    public required int Number { get; init; }

    /// <summary>The name, at most 36 UTF-16 units, without NUL.</summary>
    public string Name { get; init; } = "";

    /// <summary>What kind of partition it is.</summary>
    public required Guid TypeGuid { get; init; }

    /// <summary>What tells it from all other partitions.</summary>
    public required Guid PartitionGuid { get; init; }

    /// <summary>First sector.</summary>
    public required long FirstLba { get; init; }

    /// <summary>Last sector, which belongs to the partition.</summary>
    public required long LastLba { get; init; }

    /// <summary>Flags.</summary>
    public GptAttributes Attributes { get; init; }

    /// <summary>Length in sectors.</summary>
    public long SectorCount => LastLba - FirstLba + 1;

    /// <summary>Reads an entry; null for an unused one. Sectors beyond 2^63 come out negative.</summary>
    internal static GptEntry? Decode(ReadOnlySpan<byte> entry, int number)
    {
        var type = new Guid(entry.Slice(TypeOffset, 16));
        return type == Guid.Empty ? null : new()
        {
            Number = number,
            TypeGuid = type,
            PartitionGuid = new Guid(entry.Slice(IdOffset, 16)),
            FirstLba = BinaryPrimitives.ReadInt64LittleEndian(entry[FirstLbaOffset..]),
            LastLba = BinaryPrimitives.ReadInt64LittleEndian(entry[LastLbaOffset..]),
            Attributes = (GptAttributes)BinaryPrimitives.ReadUInt64LittleEndian(entry[AttributesOffset..]),
            Name = DecodeName(entry.Slice(NameOffset, 2 * NameLengthMax)),
        };
    }

    internal void Encode(Span<byte> entry)
    {
        entry[..Size].Clear();
        TypeGuid.TryWriteBytes(entry[TypeOffset..]);
        PartitionGuid.TryWriteBytes(entry[IdOffset..]);
        BinaryPrimitives.WriteInt64LittleEndian(entry[FirstLbaOffset..], FirstLba);
        BinaryPrimitives.WriteInt64LittleEndian(entry[LastLbaOffset..], LastLba);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[AttributesOffset..], (ulong)Attributes);
        for (int index = 0; index < Name.Length; index++)
            BinaryPrimitives.WriteUInt16LittleEndian(entry[(NameOffset + (2 * index))..], Name[index]);
    }

    private static string DecodeName(ReadOnlySpan<byte> bytes)
    {
        Span<char> name = stackalloc char[NameLengthMax];
        int length = 0;
        while (length < NameLengthMax)
        {
            char unit = (char)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * length)..]);
            if (unit == '\0')
                break;
            name[length++] = unit;
        }
        return new(name[..length]);
    }
}

/// <summary>Flags of a partition; bits 48 to 63 belong to its type.</summary>
[Flags]
public enum GptAttributes : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Bit 0: the platform needs the partition.</summary>
    RequiredPartition = 1,

    /// <summary>Bit 1: firmware must not offer block access to it.</summary>
    NoBlockIoProtocol = 2,

    /// <summary>Bit 2: bootable for a legacy BIOS.</summary>
    LegacyBiosBootable = 4,

    /// <summary>Bit 59: discoverable partitions: may be grown to fill the disk.</summary>
    GrowFileSystem = 1UL << 59,

    /// <summary>Bit 60: basic data and discoverable partitions: read only.</summary>
    ReadOnly = 1UL << 60,

    /// <summary>Bit 62: basic data: hidden.</summary>
    Hidden = 1UL << 62,

    /// <summary>Bit 63: basic data and discoverable partitions: not mounted automatically.</summary>
    NoAutomount = 1UL << 63,
}
