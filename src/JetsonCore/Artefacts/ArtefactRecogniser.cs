// Recognises files by their bytes, whatever their names say:
//
//   offset  bytes                        offset  bytes
//   0       hsqs            squashfs     56      ARM\x64         arm64 kernel
//   0       !<arch>\ndeb    .deb         257     ustar, or a header whose checksum holds: tar
//   0       070701, 070702  cpio         510     55 AA           FAT (with its parameter block), MBR, GPT
//   0       3A FF 26 ED     sparse       512…    EFI PART        GPT, at 512, 1024, 2048 or 4096 by the sector size
//   0       D0 0D FE ED     device tree  1080    53 EF           ext2, ext3, ext4
//   0       header lines    assertions           1024    E2 E1 F5 E0     EROFS
//   0       27 05 19 56     image of U-Boot      0       "<?xml" or "<bmap", with <bmap version=: bmap
//   0       !<arch>\n       ar, if no .deb       0       070707, or binary of it: older cpio
//   4086…   SWAPSPACE2      Linux swap, 10 bytes before the end of a page of 4 to 64 KiB
//   510     55 AA           behind 64 zeros: an MBR without partitions, if nothing else fits
//
//   514     HdrS                 kernel for x86      others, which are only named: ForeignFormat.cs
//
// A U-Boot environment has no magic: it is a small file whose checksum holds. Of compressed files the beginning is
// unpacked and looked at in the same way.
using System.Buffers.Binary;
using JetsonCore.Formats.AndroidBoot;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Ar;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Bmap;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Erofs;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.LinuxSwap;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Formats.X86Boot;

namespace JetsonCore.Artefacts;

/// <summary>Recognises files.</summary>
internal static class ArtefactRecogniser
{
    private const int HeadLength = 68 << 10;        // a btrfs has its magic behind 64 KiB

    /// <summary>U-Boot's own limit is the board's; blocks of flash memory have a few MiB.</summary>
    internal const int EnvironmentLengthMax = 16 << 20;

    private const int PartitionsOffset = 446, PartitionLength = 16, SignatureOffset = 510, SectorLength = 512;
    private const int KernelMagicOffset = 56, Ext4MagicOffset = 1080;
    private const byte ProtectiveType = 0xEE;
    private const uint DeviceTreeMagic = 0xD00DFEED;

    /// <summary>What a file is, or null where nothing fits.</summary>
    /// <exception cref="MalformedDataException">It begins like compressed data that cannot be unpacked.</exception>
    /// <exception cref="MissingLibraryException">A compression's native library is not installed.</exception>
    public static ArtefactKind? Recognise(FileContent file)
    {
        ArgumentNullException.ThrowIfNull(file);
        using Stream stream = file.Open();
        byte[] head = ReadHead(stream);
        if (KindOf(head, CompressionFormat.None) is { } kind)
            return kind;
        stream.Position = 0;
        CompressionFormat compression = Decompression.Detect(stream);
        if (compression != CompressionFormat.None)
            return RecogniseCompressed(file, compression);
        if (file.Length is > 5 and <= EnvironmentLengthMax
            && UBootEnvironment.RecogniseLayout(file.ReadAll(EnvironmentLengthMax)) is not null)
            return new(ArtefactFormat.UBootEnvironment, CompressionFormat.None);
        // A signature and nothing else proves little: whatever says more comes before it.
        return IsEmptyMbr(head) ? new(ArtefactFormat.Mbr, CompressionFormat.None) : null;
    }

    /// <summary>A foreign format that may lie behind the table of a disk.</summary>
    public static ForeignFormat? ForeignWithin(Stream disk) => ForeignFormat.WithinOf(ReadHead(disk));

    private static ArtefactKind RecogniseCompressed(FileContent file, CompressionFormat compression)
    {
        using Stream stream = file.Open();
        // Only the first member: in an initial RAM disk others follow.
        using DecompressionStream plain = Decompression.OpenMember(stream, compression);
        byte[] head = ReadHead(plain);
        return KindOf(head, compression)
            ?? new(IsEmptyMbr(head) ? ArtefactFormat.Mbr : ArtefactFormat.Data, compression);
    }

    private static ArtefactKind? KindOf(ReadOnlySpan<byte> head, CompressionFormat compression)
    {
        if (FormatOf(head) is { } format)
            return new(format, compression);
        return (ForeignFormat.AtStartOf(head) ?? ForeignFormat.WithinOf(head)) is { } foreign
            ? new(ArtefactFormat.Foreign, compression) { ForeignName = foreign.Name } : null;
    }

    // Disks come before file systems: the table of a disk may lie where a file system has its magic, not the reverse.
    private static ArtefactFormat? FormatOf(ReadOnlySpan<byte> head)
    {
        if (SquashFsReader.Recognises(head))
            return ArtefactFormat.SquashFs;
        if (DebReader.IsPackage(head))
            return ArtefactFormat.Deb;
        if (ArReader.IsArchive(head))
            return ArtefactFormat.Ar;
        if (CpioReader.IsArchive(head))
            return ArtefactFormat.Cpio;
        if (AndroidSparseReader.IsSparse(head))
            return ArtefactFormat.AndroidSparse;
        if (head.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(head) == DeviceTreeMagic)
            return ArtefactFormat.DeviceTree;
        if (AssertionInspection.IsStream(head))
            return ArtefactFormat.Assertions;
        if (AndroidBootHeader.IsImage(head))
            return ArtefactFormat.AndroidBoot;
        if (IsLayout(head))
            return ArtefactFormat.FlashLayout;
        if (UBootImageHeader.IsImage(head))
            return ArtefactFormat.UBootImage;
        if (BmapHeader.IsBmap(head))
            return ArtefactFormat.Bmap;
        if (HasAt(head, KernelMagicOffset, "ARM\x64"u8))
            return ArtefactFormat.Arm64Kernel;
        if (X86KernelHeader.IsKernel(head))
            return ArtefactFormat.X86Kernel;
        if (TarTree.IsArchive(head))
            return ArtefactFormat.Tar;
        if (ForeignFormat.AtStartOf(head) is not null)
            return null;
        if (IsGpt(head))
            return ArtefactFormat.Gpt;
        // mke2fs clears the first sector: what is there was written later, over a whole disk's old file system.
        if (IsMbr(head) && HasPlaces(head) && !FatReader.IsVolume(head))
            return ArtefactFormat.Mbr;
        if (ForeignFormat.WithinOf(head) is not null)
            return null;
        if (ErofsSuperblock.IsVolume(head))
            return ArtefactFormat.Erofs;
        if (HasAt(head, Ext4MagicOffset, [0x53, 0xEF]))
            return ArtefactFormat.Ext4;
        if (FatReader.IsVolume(head))
            return ArtefactFormat.Vfat;
        if (IsMbr(head))
            return ArtefactFormat.Mbr;
        // What was made over a swap area may have left its magic.
        return LinuxSwapHeader.IsArea(head) ? ArtefactFormat.Swap : null;
    }

    private static bool IsLayout(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        return text.StartsWith("<"u8) && text.IndexOf("<partition_layout"u8) >= 0;
    }

    private static bool IsGpt(ReadOnlySpan<byte> head)
    {
        for (int sectorSize = 512; sectorSize <= 4096; sectorSize *= 2)
        {
            if (HasAt(head, sectorSize, "EFI PART"u8))
                return true;
        }
        return IsMbr(head) && PartitionTypes(head).Contains(ProtectiveType);      // its backup may have survived
    }

    private static bool IsMbr(ReadOnlySpan<byte> head)
    {
        if (!HasAt(head, SignatureOffset, [0x55, 0xAA]))
            return false;
        for (int number = 0; number < 4; number++)
        {
            if (head[PartitionsOffset + (number * PartitionLength)] is not (0 or 0x80))
                return false;
        }
        return PartitionTypes(head).AsSpan().ContainsAnyExcept((byte)0);
    }

    /// <summary>Whether each partition of a table has a start and a size.</summary>
    private static bool HasPlaces(ReadOnlySpan<byte> head)
    {
        for (int number = 0; number < 4; number++)
        {
            ReadOnlySpan<byte> record = head.Slice(PartitionsOffset + (number * PartitionLength), PartitionLength);
            bool hasPlace = record[8..12].ContainsAnyExcept((byte)0) && record[12..].ContainsAnyExcept((byte)0);
            if (record[4] != 0 && !hasPlace)
                return false;
        }
        return true;
    }

    /// <summary>
    /// A table without partitions, as blkid sees one: on a disk, not in a sector alone, which may be any program that a
    /// BIOS starts. Its disk has an id only where fdisk made the table.
    /// </summary>
    private static bool IsEmptyMbr(ReadOnlySpan<byte> head) => head.Length > SectorLength
        && HasAt(head, SignatureOffset, [0x55, 0xAA])
        && !head[PartitionsOffset..SignatureOffset].ContainsAnyExcept((byte)0);

    private static byte[] PartitionTypes(ReadOnlySpan<byte> head)
    {
        var types = new byte[4];
        for (int number = 0; number < types.Length; number++)
            types[number] = head[PartitionsOffset + (number * PartitionLength) + 4];
        return types;
    }

    private static bool HasAt(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> bytes) =>
        head.Length >= offset + bytes.Length && head[offset..].StartsWith(bytes);

    private static byte[] ReadHead(Stream stream)
    {
        var head = new byte[HeadLength];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
