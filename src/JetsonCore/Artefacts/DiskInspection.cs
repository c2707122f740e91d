// Disks: the partition table, and what each partition holds by its first bytes.
using System.Buffers.Binary;
using System.Collections.Immutable;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Erofs;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.LinuxSwap;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

internal static class DiskInspection
{
    private const int MbrSectorSize = 512, AlternateOffset = 512 + 32;
    private const long TableBytesMax = 8 << 20;

    private static readonly ArtefactFact[] NoFacts = [];

    public static ArtefactReport Gpt(FileContent file)
    {
        bool isCutOff = IsCutOff(file, out long diskBytes);
        if (isCutOff)
            file = new FileContent(diskBytes, OpenWithZeros(file, diskBytes));
        using Stream stream = file.Open();
        GptDisk disk = GptReader.ReadAny(stream);
        GptTable table = disk.Table;
        return new()
        {
            Format = "gpt",
            Facts =
            [
                ArtefactFact.Of("sectorSize", table.SectorSize),
                new("diskId", $"{table.DiskGuid}"),
                ArtefactFact.Of("slots", table.SlotCount),
                new("readFrom", disk.Source == GptCopy.Primary ? "primary" : "backup"),
                .. AlsoHolds(file),
                .. isCutOff ? [new ArtefactFact("disk", "not here: a primary table without its disk")] : NoFacts,
                .. disk.Problems.Select(problem => new ArtefactFact("problem", problem)),
            ],
            Tables = [new("partitions", [.. table.Entries.Select(entry => Row(file, table, entry))])],
        };
    }

    // What starts from CDs and from sticks is both: an ISO 9660 leaves the first 32 KiB to the table.
    private static IEnumerable<ArtefactFact> AlsoHolds(FileContent file)
    {
        using Stream stream = file.Open();
        return ArtefactRecogniser.ForeignWithin(stream) is not { Name: "iso9660" } hybrid ? []
            : [new("alsoHolds", $"{hybrid.Words}: recognised, not read"), new("label", hybrid.LabelOf(file))];
    }

    private static Func<Stream> OpenWithZeros(FileContent file, long length) =>
        () => new ZeroTailStream(file.Open(), length);

    /// <summary>Whether a file is a primary table and no more, as mkgpt writes ppt.img.</summary>
    private static bool IsCutOff(FileContent file, out long diskBytes)
    {
        diskBytes = 0;
        if (file.Length is < AlternateOffset + sizeof(long) or > TableBytesMax)
            return false;
        using Stream stream = file.Open();
        if (!stream.ReadBytesAt(MbrSectorSize, 8).AsSpan().SequenceEqual("EFI PART"u8))
            return false;
        long alternate = BinaryPrimitives.ReadInt64LittleEndian(stream.ReadBytesAt(AlternateOffset, sizeof(long)));
        if (alternate is < 0 or > (1L << 40))
            return false;
        diskBytes = (alternate + 1) * MbrSectorSize;
        return diskBytes > TableBytesMax && diskBytes > file.Length;
    }

    public static ArtefactReport Mbr(FileContent file)
    {
        using Stream stream = file.Open();
        // The first sector alone, as it is kept aside before a disk is changed.
        bool isCutOff = file.Length <= MbrSectorSize;
        (MbrTable table, IReadOnlyList<string> problems) = isCutOff
            ? (MbrReader.ReadPrimary(stream), []) : MbrReader.ReadAny(stream, MbrSectorSize);
        return new()
        {
            Format = "mbr",
            Facts =
            [
                new("diskId", $"{table.DiskId:x8}"),
                .. AlsoHolds(file),
                .. isCutOff ? [new ArtefactFact("disk", "not here: a table without its disk")] : NoFacts,
                .. problems.Select(problem => new ArtefactFact("problem", problem)),
            ],
            Tables = [new("partitions", [.. table.Partitions.Select(partition => Row(file, partition))])],
        };
    }

    private static ImmutableArray<ArtefactFact> Row(FileContent file, GptTable table, GptEntry entry)
    {
        (long start, long size) = (table.StartBytes(entry), table.SizeBytes(entry));
        return
        [
            ArtefactFact.Of("number", entry.Number),
            new("name", entry.Name),
            ArtefactFact.Of("startBytes", start),
            ArtefactFact.Of("sizeBytes", size),
            new("type", $"{entry.TypeGuid}"),
            new("id", $"{entry.PartitionGuid}"),
            .. Content(file, start, size),
        ];
    }

    private static ImmutableArray<ArtefactFact> Row(FileContent file, MbrPartition partition)
    {
        long start = (long)partition.FirstLba * MbrSectorSize, size = (long)partition.SectorCount * MbrSectorSize;
        return
        [
            ArtefactFact.Of("number", partition.Number),
            new("type", $"{partition.Type:x2}"),
            ArtefactFact.Of("startBytes", start),
            ArtefactFact.Of("sizeBytes", size),
            new("bootable", partition.IsBootable ? "yes" : "no"),
            .. Content(file, start, size),
        ];
    }

    /// <summary>The label of what a partition holds; "" where it has none, or cannot be read.</summary>
    public static string Label(FileContent partition) => Content(partition).Label;

    private static ArtefactFact[] Content(FileContent file, long start, long size)
    {
        (string format, string label) = Content(ArtefactParts.Within(file, start, size));
        return [new("content", format), new("label", label)];
    }

    // What a partition holds cannot make its disk unreadable.
    private static (string Format, string Label) Content(FileContent partition)
    {
        string format = "";
        try
        {
            if (ArtefactRecogniser.Recognise(partition) is not { } kind)
                return ("", "");
            format = ArtefactInspector.NameOf(kind);
            if (kind is { Format: ArtefactFormat.Foreign, Compression: CompressionFormat.None })
                return (format, ForeignFormat.Of(kind.ForeignName).LabelOf(partition));
            if (kind.Compression != CompressionFormat.None)
                return (format, "");
            using Stream stream = partition.Open();
            return (format, kind.Format switch
            {
                ArtefactFormat.Ext4 => Ext4Reader.Open(stream).Label,
                ArtefactFormat.Vfat => FatReader.Read(stream).Label ?? "",
                ArtefactFormat.Swap => LinuxSwapHeader.Read(stream).Label,
                ArtefactFormat.Erofs => ErofsSuperblock.Read(stream).Label,
                _ => "",
            });
        }
        catch (MalformedDataException)
        {
            return (format, "");
        }
    }
}
