// One partition of a DOS table: the 16-byte record of the boot sector (and of the boot records of logical ones).
//
//   offset  size  field
//    0x00      1  status       0x80: bootable; 0x00: not
//    0x01      3  first CHS    head; sector (bits 0-5) and cylinder bits 8-9; cylinder bits 0-7
//    0x04      1  type         0x00: unused
//    0x05      3  last CHS
//    0x08      4  first LBA    little-endian; of logical partitions relative to their boot record
//    0x0C      4  sector count little-endian
//
// Spec: UEFI 2.10, section 5.2.1 (Legacy Master Boot Record).
using System.Buffers.Binary;

namespace JetsonCore.Formats.Mbr;

/// <summary>One partition of a DOS partition table.</summary>
public sealed record MbrPartition
{
    /// <summary>The type of the entry that guards a GPT disk.</summary>
    public const byte ProtectiveType = 0xEE;

    internal const int Size = 16;

    private const int StatusOffset = 0, FirstChsOffset = 1, TypeOffset = 4, LastChsOffset = 5;
    private const int FirstLbaOffset = 8, SectorCountOffset = 12;
    private const byte Bootable = 0x80;

    /// <summary>1 to 4: the slot of a primary partition; from 5: logical ones in the order of their chain.</summary>
    public required int Number { get; init; }

    /// <summary>The type, 0x01 to 0xFF.</summary>
    public required byte Type { get; init; }

    /// <summary>First sector, from the start of the disk.</summary>
    public required uint FirstLba { get; init; }

    /// <summary>Length in sectors.</summary>
    public required uint SectorCount { get; init; }

    /// <summary>Whether the boot flag is set.</summary>
    public bool IsBootable { get; init; }

    /// <summary>The sector behind the last one.</summary>
    public long EndLba => (long)FirstLba + SectorCount;

    /// <summary>Whether it is a container of logical partitions.</summary>
    public bool IsExtended => Type is 0x05 or 0x0F or 0x85;

    /// <summary>Reads a record; null for an unused one.</summary>
    internal static MbrPartition? Decode(ReadOnlySpan<byte> record, int number) => record[TypeOffset] == 0
        ? null
        : new()
        {
            Number = number,
            Type = record[TypeOffset],
            IsBootable = record[StatusOffset] == Bootable,
            FirstLba = BinaryPrimitives.ReadUInt32LittleEndian(record[FirstLbaOffset..]),
            SectorCount = BinaryPrimitives.ReadUInt32LittleEndian(record[SectorCountOffset..]),
        };

    internal void Encode(Span<byte> record)
    {
        record[StatusOffset] = IsBootable ? Bootable : (byte)0;
        MbrChs.Encode(FirstLba, MbrChs.TooLarge(Type), record[FirstChsOffset..]);
        record[TypeOffset] = Type;
        MbrChs.Encode(EndLba - 1, MbrChs.TooLarge(Type), record[LastChsOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[FirstLbaOffset..], FirstLba);
        BinaryPrimitives.WriteUInt32LittleEndian(record[SectorCountOffset..], SectorCount);
    }
}
