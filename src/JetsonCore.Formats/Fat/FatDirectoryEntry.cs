// The 32-byte entries of a directory.
//
//   short entry                                   long entry: 13 units of a name, last part first
//   offset  size  field                           offset  size  field
//    0x00     11  name; E5: deleted; 00: end       0x00      1  number from 1; 40: last part of the name
//    0x0B      1  attributes                       0x01     10  units 1-5, UTF-16LE
//    0x0C      1  08: stem, 10: extension small    0x0B      1  attributes 0F
//    0x0D      1  creation time, 1/100 s           0x0C      1  0
//    0x0E      4  creation time, date              0x0D      1  checksum of the short name
//    0x12      2  access date                      0x0E     12  units 6-11
//    0x14      2  first cluster, upper half        0x1A      2  0
//    0x16      4  modification time, date          0x1C      4  units 12-13
//    0x1A      2  first cluster, lower half
//    0x1C      4  size in bytes; 0 of directories
//
// After the last unit of a name comes 0000, then FFFF. Spec: Microsoft FAT32 File System Specification 1.03.
using System.Buffers.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

[Flags]
internal enum FatAttributes : byte
{
    None = 0,
    ReadOnly = 0x01,
    Hidden = 0x02,
    System = 0x04,
    VolumeLabel = 0x08,
    Directory = 0x10,
    Archive = 0x20,
    LongName = ReadOnly | Hidden | System | VolumeLabel,
    LongNameMask = LongName | Directory | Archive,
}

internal sealed record FatDirectoryEntry
{
    public const byte EndMark = 0x00, DeletedMark = 0xE5, LastLongMark = 0x40;
    public const int UnitsPerLongEntry = 13, NameUnitsMax = 255;

    private const int AttributesOffset = 0x0B, CaseOffset = 0x0C, CreationOffset = 0x0E, AccessDateOffset = 0x12;
    private const int ClusterHighOffset = 0x14, TimeOffset = 0x16, DateOffset = 0x18, ClusterLowOffset = 0x1A;
    private const int SizeOffset = 0x1C, LongChecksumOffset = 0x0D;
    private const byte LowerStem = 0x08, LowerExtension = 0x10;

    private static readonly int[] UnitOffsets = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

    /// <summary>Eleven bytes.</summary>
    public required byte[] ShortName { get; init; }

    public required FatAttributes Attributes { get; init; }

    public uint FirstCluster { get; init; }

    public uint SizeBytes { get; init; }

    public FileTime ModificationTime { get; init; }

    /// <summary>The short name as text, in the case that Windows NT notes beside it.</summary>
    public string DisplayName { get; init; } = "";

    public void Encode(Span<byte> entry)
    {
        entry[..FatGeometry.EntrySize].Clear();
        ShortName.CopyTo(entry);
        entry[AttributesOffset] = (byte)Attributes;
        (ushort date, ushort time) = FatTime.Encode(ModificationTime);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[CreationOffset..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[(CreationOffset + 2)..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[AccessDateOffset..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[TimeOffset..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[DateOffset..], date);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[ClusterHighOffset..], (ushort)(FirstCluster >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(entry[ClusterLowOffset..], (ushort)(FirstCluster & 0xFFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[SizeOffset..], SizeBytes);
    }

    public static FatDirectoryEntry Decode(ReadOnlySpan<byte> entry)
    {
        byte lower = entry[CaseOffset];
        return new()
        {
            ShortName = entry[..FatShortName.Length].ToArray(),
            DisplayName = FatShortName.Decode(entry, (lower & LowerStem) != 0, (lower & LowerExtension) != 0),
            Attributes = (FatAttributes)entry[AttributesOffset],
            FirstCluster = ((uint)BinaryPrimitives.ReadUInt16LittleEndian(entry[ClusterHighOffset..]) << 16)
                | BinaryPrimitives.ReadUInt16LittleEndian(entry[ClusterLowOffset..]),
            SizeBytes = BinaryPrimitives.ReadUInt32LittleEndian(entry[SizeOffset..]),
            ModificationTime = FatTime.Decode(
                BinaryPrimitives.ReadUInt16LittleEndian(entry[DateOffset..]),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[TimeOffset..])),
        };
    }

    public static bool IsLong(ReadOnlySpan<byte> entry) =>
        ((FatAttributes)entry[AttributesOffset] & FatAttributes.LongNameMask) == FatAttributes.LongName;

    public static int LongEntryCount(string name) =>
        (name.Length + UnitsPerLongEntry - 1) / UnitsPerLongEntry;

    /// <summary>Writes the entry of part <paramref name="number"/>, counted from 1, of a long name.</summary>
    public static void EncodeLong(string name, int number, byte checksum, Span<byte> entry)
    {
        entry[..FatGeometry.EntrySize].Clear();
        bool isLast = number == LongEntryCount(name);
        entry[0] = (byte)(number | (isLast ? LastLongMark : 0));
        entry[AttributesOffset] = (byte)FatAttributes.LongName;
        entry[LongChecksumOffset] = checksum;
        int start = (number - 1) * UnitsPerLongEntry;
        for (int index = 0; index < UnitsPerLongEntry; index++)
        {
            int at = start + index;
            ushort unit = at < name.Length ? name[at] : at == name.Length ? (ushort)0 : ushort.MaxValue;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[UnitOffsets[index]..], unit);
        }
    }

    /// <summary>Number (with its mark), checksum and the thirteen units of a long entry.</summary>
    public static (byte Number, byte Checksum, string Units) DecodeLong(ReadOnlySpan<byte> entry)
    {
        Span<char> units = stackalloc char[UnitsPerLongEntry];
        for (int index = 0; index < UnitsPerLongEntry; index++)
            units[index] = (char)BinaryPrimitives.ReadUInt16LittleEndian(entry[UnitOffsets[index]..]);
        return (entry[0], entry[LongChecksumOffset], new(units));
    }
}
