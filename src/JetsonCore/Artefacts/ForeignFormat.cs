// Formats that are recognised, so that a message can name them, and not read: file systems of other systems, volumes
// that hold others, disks of virtual machines, programs of UEFI.
//
//   offset   bytes                                offset   bytes
//   0        XFSB                  xfs            512      LABELONE … LVM2 001     LVM (in one of four sectors)
//   0        LUKS BA BE            luks           1024     10 20 F5 F2             f2fs
//   0        QFI FB                qcow2          4096     FC 4E 2B A9             md (RAID, 1.2)
//   0        KDMV, vhdxfile        vmdk, vhdx     32769    CD001, BEA01            iso9660, udf
//   3        "NTFS    ", "EXFAT   "               65588    ReIsEr                  reiserfs
//   64       7F 10 DA BE           vdi            65600    _BHRfS_M                btrfs
//
// Sources: the magic numbers of libblkid (util-linux) and of qemu-img.
using System.Buffers.Binary;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>A format that is only recognised.</summary>
/// <param name="Name">Its name, as blkid has it.</param>
/// <param name="Words">What it is, for a sentence: "this is …".</param>
/// <param name="Offset">Where its magic number lies.</param>
/// <param name="Magic">Its magic number.</param>
internal sealed record ForeignFormat(string Name, string Words, int Offset, byte[] Magic)
{
    private const int SectorLength = 512, LvmTypeOffset = 24, PeOffset = 0x3C;

    /// <summary>Where the label is: offset and length; of btrfs, xfs and ISO 9660.</summary>
    private (int Offset, int Length) Label { get; init; }

    /// <summary>What makes something readable of it; "" where nothing does.</summary>
    public string Hint { get; private init; } = "";

    private static readonly ForeignFormat[] AtStart =
    [
        new("xfs", "an XFS file system", 0, [.. "XFSB"u8]) { Label = (108, 12) },
        new("luks", "a LUKS volume: encrypted", 0, [.. "LUKS"u8, 0xBA, 0xBE]),
        new("ntfs", "an NTFS", 3, [.. "NTFS    "u8]),
        new("exfat", "an exFAT", 3, [.. "EXFAT   "u8]),
        new("qcow2", "a disk of QEMU", 0, [.. "QFI"u8, 0xFB]) { Hint = Convert },
        new("vmdk", "a disk of VMware", 0, [.. "KDMV"u8]) { Hint = Convert },
        new("vhdx", "a disk of Hyper-V", 0, [.. "vhdxfile"u8]) { Hint = Convert },
        new("vdi", "a disk of VirtualBox", 64, [0x7F, 0x10, 0xDA, 0xBE]) { Hint = Convert },
        new("ubi", "a UBI volume of flash memory", 0, [.. "UBI#"u8]),
        new("cramfs", "a cramfs", 0, [0x45, 0x3D, 0xCD, 0x28]),
    ];

    private static readonly ForeignFormat[] Within =
    [
        new("f2fs", "an F2FS", 1024, [0x10, 0x20, 0xF5, 0xF2]),
        new("md", "a part of a Linux RAID", 4096, [0xFC, 0x4E, 0x2B, 0xA9]),
        new("iso9660", "an ISO 9660", 32769, [.. "CD001"u8]) { Label = (32808, 32) },
        new("udf", "a UDF", 32769, [.. "BEA01"u8]),
        new("reiserfs", "a ReiserFS", 65588, [.. "ReIsEr"u8]),
        new("btrfs", "a btrfs", 65600, [.. "_BHRfS_M"u8]) { Label = (65835, 256) },
    ];

    private const string Convert = "make a raw image of it: qemu-img convert -O raw IMAGE IMAGE.raw";

    /// <summary>What bytes are by how they begin: that no disk and no file system of ours begins so.</summary>
    public static ForeignFormat? AtStartOf(ReadOnlySpan<byte> head) => Find(AtStart, head) ?? Program(head);

    /// <summary>What bytes are by what lies further on, where disks may have other bytes before.</summary>
    public static ForeignFormat? WithinOf(ReadOnlySpan<byte> head) => Lvm(head) ?? Find(Within, head);

    /// <summary>A format by its name.</summary>
    public static ForeignFormat Of(string name) =>
        AtStart.Concat(Within).FirstOrDefault(format => format.Name == name) ?? name switch
        {
            "lvm2" => new("lvm2", "a physical volume of LVM", 0, []),
            _ => new(name, "a program for UEFI", 0, []),
        };

    /// <summary>The label of a file system; "" where it has none.</summary>
    public string LabelOf(FileContent file)
    {
        if (Label.Length == 0 || file.Length < Label.Offset + Label.Length)
            return "";
        using Stream stream = file.Open();
        byte[] label = stream.ReadBytesAt(Label.Offset, Label.Length);
        int end = Array.IndexOf(label, (byte)0);
        return Encoding.UTF8.GetString(label, 0, end < 0 ? label.Length : end).TrimEnd(' ');
    }

    /// <summary>What there is to say of a file.</summary>
    public static ArtefactReport Describe(FileContent file, string name)
    {
        ForeignFormat format = Of(name);
        string label = format.LabelOf(file);
        return new()
        {
            Format = name,
            Facts =
            [
                new("content", $"{format.Words}: recognised, not read"),
                .. label.Length > 0 ? [new("label", label)] : (ArtefactFact[])[],
                .. format.Hint.Length > 0 ? [new("hint", format.Hint)] : (ArtefactFact[])[],
            ],
        };
    }

    private static ForeignFormat? Find(ForeignFormat[] formats, ReadOnlySpan<byte> head)
    {
        foreach (ForeignFormat format in formats)
        {
            if (HasAt(head, format.Offset, format.Magic))
                return format;
        }
        return null;
    }

    private static ForeignFormat? Lvm(ReadOnlySpan<byte> head)
    {
        for (int sector = 0; sector < 4; sector++)
        {
            if (HasAt(head, sector * SectorLength, "LABELONE"u8)
                && HasAt(head, (sector * SectorLength) + LvmTypeOffset, "LVM2 001"u8))
                return Of("lvm2");
        }
        return null;
    }

    // A PE program: GRUB, shim, a kernel with initrd and command line in one file.
    private static ForeignFormat? Program(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("MZ"u8) || head.Length < PeOffset + sizeof(int))
            return null;
        int place = BinaryPrimitives.ReadInt32LittleEndian(head[PeOffset..]);
        return place > 0 && HasAt(head, place, "PE\0\0"u8) ? Of("efi") : null;
    }

    private static bool HasAt(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> bytes) =>
        head.Length - bytes.Length >= offset && head[offset..].StartsWith(bytes);
}
