// The boot sector with the BIOS parameter block.
//
//   offset  size  field                          offset  size  field (FAT32)
//    0x00      3  jump over the block             0x24      4  sectors of a FAT
//    0x03      8  OEM name                        0x28      2  flags: which FAT is active; 0: both alike
//    0x0B      2  bytes of a sector               0x2A      2  version 0.0
//    0x0D      1  sectors of a cluster            0x2C      4  first cluster of the root directory
//    0x0E      2  reserved sectors                0x30      2  FSInfo sector
//    0x10      1  FATs                            0x32      2  sector of the boot sector's copy
//    0x11      2  root entries; 0: FAT32          0x34     12  reserved
//    0x13      2  total sectors, or 0             0x40         drive number … as on the left at 0x24
//    0x15      1  media type, F8: fixed disk
//    0x16      2  sectors of a FAT; 0: FAT32
//    0x18      2  sectors of a track              0x1FE     2  55 AA
//    0x1A      2  heads
//    0x1C      4  hidden sectors (before the partition)
//    0x20      4  total sectors, if 0x13 is 0
//    0x24      1  drive number                    0x27      4  serial number
//    0x25      1  reserved                        0x2B     11  label
//    0x26      1  29: the next three are there    0x36      8  "FAT12   ", "FAT16   ", "FAT32   "
//
// Spec: Microsoft FAT32 File System Specification 1.03, "Boot Sector and BPB Structure". All little-endian.
using System.Buffers.Binary;
using System.Numerics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Fat;

internal sealed record FatBootSector
{
    public const int Size = 512, InfoSector = 1, BackupSector = 6, SerialTailLength = 26;

    private const int OemOffset = 0x03, SectorSizeOffset = 0x0B, SectorsPerClusterOffset = 0x0D, ReservedOffset = 0x0E;
    private const int FatCountOffset = 0x10, RootEntriesOffset = 0x11, Total16Offset = 0x13, MediaOffset = 0x15;
    private const int FatSectors16Offset = 0x16, TrackOffset = 0x18, HeadsOffset = 0x1A, HiddenOffset = 0x1C;
    private const int Total32Offset = 0x20, Tail16Offset = 0x24, FatSectors32Offset = 0x24, RootClusterOffset = 0x2C;
    private const int FsInfoOffset = 0x30, BackupOffset = 0x32, Tail32Offset = 0x40, SignatureOffset = 0x1FE;
    private const int TailMarkOffset = 2, TailSerialOffset = 3, TailLabelOffset = 7, TailTypeOffset = 18;
    private const byte TailMark = 0x29;

    public required FatGeometry Geometry { get; init; }

    public uint SerialNumber { get; init; }

    /// <summary>Eleven bytes.</summary>
    public byte[] Label { get; init; } = [];

    public byte MediaType { get; init; }

    public int SectorsPerTrack { get; init; }

    public int Heads { get; init; }

    public uint HiddenSectors { get; init; }

    /// <summary>FAT32: where the root directory starts.</summary>
    public uint RootCluster { get; init; }

    public void Encode(Span<byte> sector)
    {
        bool isFat32 = Geometry.Type == FatType.Fat32;
        int tailOffset = isFat32 ? Tail32Offset : Tail16Offset;
        int codeOffset = tailOffset + SerialTailLength;
        sector.Clear();
        ReadOnlySpan<byte> jump = [0xEB, (byte)(codeOffset - 2), 0x90];
        jump.CopyTo(sector);
        "MSWIN4.1"u8.CopyTo(sector[OemOffset..]);               // the name that the specification advises
        BinaryPrimitives.WriteUInt16LittleEndian(sector[SectorSizeOffset..], (ushort)Geometry.SectorSize);
        sector[SectorsPerClusterOffset] = (byte)Geometry.SectorsPerCluster;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[ReservedOffset..], (ushort)Geometry.ReservedSectors);
        sector[FatCountOffset] = (byte)Geometry.FatCount;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[RootEntriesOffset..], (ushort)Geometry.RootEntryCount);
        bool isShort = Geometry.TotalSectors <= ushort.MaxValue && !isFat32;
        if (isShort)
            BinaryPrimitives.WriteUInt16LittleEndian(sector[Total16Offset..], (ushort)Geometry.TotalSectors);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(sector[Total32Offset..], (uint)Geometry.TotalSectors);
        sector[MediaOffset] = MediaType;
        BinaryPrimitives.WriteUInt16LittleEndian(sector[TrackOffset..], (ushort)SectorsPerTrack);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[HeadsOffset..], (ushort)Heads);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[HiddenOffset..], HiddenSectors);
        if (isFat32)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(sector[FatSectors32Offset..], (uint)Geometry.FatSectors);
            BinaryPrimitives.WriteUInt32LittleEndian(sector[RootClusterOffset..], RootCluster);
            BinaryPrimitives.WriteUInt16LittleEndian(sector[FsInfoOffset..], InfoSector);
            BinaryPrimitives.WriteUInt16LittleEndian(sector[BackupOffset..], BackupSector);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(sector[FatSectors16Offset..], (ushort)Geometry.FatSectors);
        }
        EncodeTail(sector[tailOffset..]);
        ReadOnlySpan<byte> code = [0xCD, 0x18, 0xEB, 0xFE];     // int 18h: not bootable; then wait for ever
        code.CopyTo(sector[codeOffset..]);
        (sector[SignatureOffset], sector[SignatureOffset + 1]) = (0x55, 0xAA);
    }

    /// <summary>Whether a sector looks like one: a jump, the signature, and sizes that FAT knows.</summary>
    public static bool IsPlausible(ReadOnlySpan<byte> sector)
    {
        if (sector.Length < Size || sector[0] is not (0xEB or 0xE9) || sector[MediaOffset] is not (0xF0 or >= 0xF8))
            return false;
        int sectorSize = BinaryPrimitives.ReadUInt16LittleEndian(sector[SectorSizeOffset..]);
        return sector[SignatureOffset] == 0x55 && sector[SignatureOffset + 1] == 0xAA
            && sectorSize is (512 or 1024 or 2048 or 4096)
            && BitOperations.IsPow2(sector[SectorsPerClusterOffset]) && sector[FatCountOffset] is (1 or 2)
            && BinaryPrimitives.ReadUInt16LittleEndian(sector[ReservedOffset..]) > 0;
    }

    /// <summary>Reads a boot sector and checks it against the length of the image.</summary>
    public static FatBootSector Decode(ReadOnlySpan<byte> sector, long imageLength)
    {
        if (sector[SignatureOffset] != 0x55 || sector[SignatureOffset + 1] != 0xAA)
            throw new MalformedDataException(SignatureOffset, "the boot sector lacks its signature 55 aa");
        int fatSectors16 = BinaryPrimitives.ReadUInt16LittleEndian(sector[FatSectors16Offset..]);
        bool isFat32 = fatSectors16 == 0;
        int total16 = BinaryPrimitives.ReadUInt16LittleEndian(sector[Total16Offset..]);
        var geometry = new FatGeometry
        {
            Type = isFat32 ? FatType.Fat32 : FatType.Fat16,
            SectorSize = BinaryPrimitives.ReadUInt16LittleEndian(sector[SectorSizeOffset..]),
            SectorsPerCluster = sector[SectorsPerClusterOffset],
            ReservedSectors = BinaryPrimitives.ReadUInt16LittleEndian(sector[ReservedOffset..]),
            FatCount = sector[FatCountOffset],
            FatSectors = isFat32 ? BinaryPrimitives.ReadUInt32LittleEndian(sector[FatSectors32Offset..]) : fatSectors16,
            RootEntryCount = BinaryPrimitives.ReadUInt16LittleEndian(sector[RootEntriesOffset..]),
            TotalSectors = total16 != 0 ? total16 : BinaryPrimitives.ReadUInt32LittleEndian(sector[Total32Offset..]),
        };
        Check(geometry, imageLength);
        if (geometry.Type == FatType.Fat16 && geometry.ClusterCount < FatGeometry.Fat16ClustersMin)
            geometry = geometry with { Type = FatType.Fat12 };
        if (!geometry.TableIsLargeEnough)
            throw new MalformedDataException(FatSectors16Offset,
                $"tables of {geometry.FatSectors} sectors are too small for {geometry.ClusterCount} clusters");
        ReadOnlySpan<byte> tail = sector[(isFat32 ? Tail32Offset : Tail16Offset)..];
        bool hasTail = tail[TailMarkOffset] == TailMark;
        return new()
        {
            Geometry = geometry,
            SerialNumber = hasTail ? BinaryPrimitives.ReadUInt32LittleEndian(tail[TailSerialOffset..]) : 0,
            Label = hasTail ? tail.Slice(TailLabelOffset, FatShortName.Length).ToArray() : [],
            MediaType = sector[MediaOffset],
            SectorsPerTrack = BinaryPrimitives.ReadUInt16LittleEndian(sector[TrackOffset..]),
            Heads = BinaryPrimitives.ReadUInt16LittleEndian(sector[HeadsOffset..]),
            HiddenSectors = BinaryPrimitives.ReadUInt32LittleEndian(sector[HiddenOffset..]),
            RootCluster = isFat32 ? BinaryPrimitives.ReadUInt32LittleEndian(sector[RootClusterOffset..]) : 0,
        };
    }

    private static void Check(FatGeometry geometry, long imageLength)
    {
        if (geometry.SectorSize is < 512 or > 4096 || !int.IsPow2(geometry.SectorSize))
            throw new MalformedDataException(SectorSizeOffset,
                $"sectors of {geometry.SectorSize} bytes are not possible");
        if (!int.IsPow2(geometry.SectorsPerCluster))
            throw new MalformedDataException(SectorsPerClusterOffset,
                $"clusters of {geometry.SectorsPerCluster} sectors are not possible");
        if (geometry.ReservedSectors == 0 || geometry.FatCount is 0 or > 4 || geometry.FatSectors == 0)
            throw new MalformedDataException(ReservedOffset, $"{geometry.ReservedSectors} reserved sectors and "
                + $"{geometry.FatCount} tables of {geometry.FatSectors} sectors are not possible");
        if (geometry.RootEntryCount == 0 != (geometry.Type == FatType.Fat32))
            throw new MalformedDataException(RootEntriesOffset,
                $"a root directory of {geometry.RootEntryCount} slots is not possible here");
        if (geometry.TotalSectors > imageLength / geometry.SectorSize)
            throw new MalformedDataException(Total16Offset,
                $"{geometry.TotalSectors} sectors of {geometry.SectorSize} bytes are more than {imageLength} bytes");
        if (geometry.ClusterCount < 1 || geometry.ClusterCount > FatGeometry.Fat32ClustersMax
            || (geometry.Type != FatType.Fat32 && geometry.ClusterCount >= FatGeometry.Fat32ClustersMin))
        {
            throw new MalformedDataException(Total16Offset, $"{geometry.ClusterCount} clusters are not possible");
        }
    }

    private void EncodeTail(Span<byte> tail)
    {
        tail[0] = (byte)(MediaType == 0xF8 ? 0x80 : 0);         // drive number: first fixed disk, or floppy
        tail[TailMarkOffset] = TailMark;
        BinaryPrimitives.WriteUInt32LittleEndian(tail[TailSerialOffset..], SerialNumber);
        Label.CopyTo(tail[TailLabelOffset..]);
        ReadOnlySpan<byte> type = Geometry.Type switch
        {
            FatType.Fat12 => "FAT12   "u8,
            FatType.Fat16 => "FAT16   "u8,
            _ => "FAT32   "u8,
        };
        type.CopyTo(tail[TailTypeOffset..]);
    }
}
