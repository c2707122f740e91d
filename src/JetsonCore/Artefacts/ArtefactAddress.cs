// Where an artefact lies: the one room in which addresses are understood.
//
//   FILE                 a file of the host; also if its name holds ":"
//   IMAGE:NAME[/PATH]    a partition of a disk image by its name in the table
//   IMAGE:NUMBER[/PATH]  by its number
//   IMAGE:@BYTES[/PATH]  what lies from an offset on, to the image's end: 17408, 0x4400, 17K
//   ARCHIVE:PATH         in a file that holds files itself: kernel.snap:initrd.img
//
// Images may be compressed, or Android sparse ones. PATH is a file or folder in what lies there, and may go on in a
// file that holds files itself: a snap's file in an image.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>What keeps unpacked bytes, and how much is accepted.</summary>
/// <param name="Spool">Keeps what has to be unpacked.</param>
/// <param name="Limits">What is accepted.</param>
/// <param name="Cancellation">Ends the reading early.</param>
internal sealed record ArtefactReading(ContentSpool Spool, ReadLimits Limits, CancellationToken Cancellation)
{
    public FileContent Unpack(FileContent file, CompressionFormat compression)
    {
        using Stream packed = file.Open();
        using DecompressionStream plain = Decompression.OpenRead(packed, compression);
        return Spool(plain, Limits.ContentBytes);
    }
}

/// <summary>An address, taken apart.</summary>
/// <param name="Text">As it was typed, for messages.</param>
/// <param name="File">A file of the host.</param>
/// <param name="Part">What is named in it; null for the whole.</param>
internal sealed record ArtefactAddress(string Text, string File, string? Part)
{
    private const int NamesShown = 24;

    /// <summary>Takes an address apart; a file that is really called so comes before a part of one.</summary>
    public static ArtefactAddress Parse(string text)
    {
        if (!HostFile.Exists(text) && !HostFile.IsFolder(text))
        {
            for (int colon = text.LastIndexOf(':'); colon > 0; colon = text.LastIndexOf(':', colon - 1))
            {
                if (HostFile.Exists(text[..colon]))
                    return new(text, text[..colon], text[(colon + 1)..]);
            }
        }
        return new(text, text, null);
    }

    /// <summary>The bytes that lie there, and the path in them.</summary>
    /// <exception cref="UserErrorException">There is no such part.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">The image is damaged.</exception>
    public (FileContent Content, string Path) Find(ArtefactReading reading)
    {
        FileContent image = FolderTree.FileContent(File);
        if (Part is null)
            return (image, "");
        image = Unwrapped(image, reading);
        if (!Part.StartsWith('@') && ArtefactRecogniser.Recognise(image) is { } kind && ArtefactTree.HoldsFiles(kind))
            return (image, Part);
        (string part, string path) = Part.Split('/', 2) is [string first, string rest] ? (first, rest) : (Part, "");
        if (part.StartsWith('@'))
            return (From(image, part), path);
        List<(int Number, string Name, long Start, long Size)> partitions = Partitions(image);
        // A name may hold "/" itself: the longest that fits is meant.
        var named = partitions.Where(partition => partition.Name.Length > 0
                && (Part == partition.Name || Part.StartsWith($"{partition.Name}/", StringComparison.Ordinal)))
            .OrderByDescending(partition => partition.Name.Length).ToList();
        if (named.Count > 0)
        {
            path = Part[Math.Min(Part.Length, named[0].Name.Length + 1)..];
            return (image.Slice(named[0].Start, named[0].Size), path);
        }
        int index = partitions.FindIndex(partition =>
            partition.Number.ToString(CultureInfo.InvariantCulture) == part);
        return index >= 0
            ? (image.Slice(partitions[index].Start, partitions[index].Size), path)
            : throw Missing($"cannot find the partition \"{part}\"", Known(partitions));
    }

    /// <summary>
    /// The partitions of a file that is a whole disk, also a compressed or a sparse one; null where it is none.
    /// </summary>
    public static IReadOnlyList<(string Name, FileContent Content)>? Disk(string path, ArtefactReading reading)
    {
        FileContent image = Unwrapped(FolderTree.FileContent(path), reading);
        if (ArtefactRecogniser.Recognise(image) is not { Format: ArtefactFormat.Gpt or ArtefactFormat.Mbr })
            return null;
        return
        [
            .. new ArtefactAddress(path, path, null).Partitions(image).Select(part =>
                (part.Name is "" ? part.Number.ToString(CultureInfo.InvariantCulture) : part.Name,
                    image.Slice(part.Start, part.Size))),
        ];
    }

    private static FileContent Unwrapped(FileContent image, ArtefactReading reading)
    {
        // Archives that follow a compressed one are seen only from outside.
        if (ArtefactRecogniser.Recognise(image)
            is { Compression: not CompressionFormat.None, Format: not ArtefactFormat.Cpio } packed)
            image = reading.Unpack(image, packed.Compression);
        if (ArtefactRecogniser.Recognise(image) is not { Format: ArtefactFormat.AndroidSparse })
            return image;
        FileContent sparse = image;
        using Stream stream = sparse.Open();
        using AndroidSparseStream expanded = AndroidSparseReader.Open(stream, reading.Limits);
        return new(expanded.Length, () => AndroidSparseReader.Open(sparse.Open(), reading.Limits));
    }

    private FileContent From(FileContent image, string part)
    {
        if (Bytes(part[1..]) is not { } offset)
            throw Missing(
                $"cannot read the offset \"{part[1..]}\"", "write bytes, a number with K, M or G, or 0x and digits");
        return offset < image.Length
            ? image.Slice(offset, image.Length - offset)
            : throw Missing($"cannot read from byte {offset} on: there are {image.Length}", hint: null);
    }

    private static long? Bytes(string text)
    {
        const NumberStyles Digits = NumberStyles.None;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out long hex) && hex >= 0 ? hex : null;
        }
        int unit = text.Length > 1 ? "KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) : -1;
        return long.TryParse(unit < 0 ? text : text.AsSpan(0, text.Length - 1), Digits, CultureInfo.InvariantCulture,
            out long number) && number <= long.MaxValue >> (10 * (unit + 1)) ? number << (10 * (unit + 1)) : null;
    }

    private List<(int Number, string Name, long Start, long Size)> Partitions(FileContent image)
    {
        const int MbrSectorSize = 512;
        using Stream stream = image.Open();
        ArtefactKind? kind = ArtefactRecogniser.Recognise(image);
        switch (kind?.Format)
        {
            case ArtefactFormat.Gpt:
                GptTable gpt = GptReader.Read(stream).Table;
                return
                [
                    .. gpt.Entries.Select(entry =>
                        (entry.Number, entry.Name, gpt.StartBytes(entry), gpt.SizeBytes(entry))),
                ];
            case ArtefactFormat.Mbr:
                return
                [
                    .. MbrReader.Read(stream, MbrSectorSize).Partitions.Where(partition => !partition.IsExtended)
                        .Select(partition => (partition.Number, "", (long)partition.FirstLba * MbrSectorSize,
                            (long)partition.SectorCount * MbrSectorSize)),
                ];
            default:
                string what = kind is null ? "of no known format" : ArtefactInspector.NameOf(kind);
                throw Missing($"cannot look for partitions: \"{File}\" is {what}, no disk with a partition table",
                    "with @BYTES, what lies from an offset on is read of any file");
        }
    }

    private static string Known(List<(int Number, string Name, long Start, long Size)> partitions)
    {
        if (partitions.Count == 0)
            return "the table has no partitions";
        IEnumerable<string> names = partitions.Take(NamesShown).Select(partition => partition.Name.Length > 0
            ? $"{partition.Number} {partition.Name}"
            : $"{partition.Number}");
        return $"there are {string.Join(", ", names)}{(partitions.Count > NamesShown ? ", …" : "")}";
    }

    private UserErrorException Missing(string message, string? hint) =>
        new(FailureKind.Input, ArtefactTree.NoSuchPart, Text, message, hint);
}
