// What holds other files without a tree of its own, shown as files all the same: an address leads through it, `fs ls`
// lists it, and a comparison finds what differs in it.
//
//   GPT, MBR             partitions, by name, else by number
//   Android boot image   kernel, ramdisk, command-line
//   image of U-Boot      data, or 1, 2, … of an image or script of several parts
//   environment          a file for each variable
//   assertions           a file for each, by its type: model, account-key, account-key-2
//   device tree          a folder for each node, a file for each property
//   ar, .deb             members, as they are packed
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Formats.AndroidBoot;
using JetsonCore.Formats.Ar;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Artefacts;

/// <summary>A part of a file.</summary>
/// <param name="Number">Its number, from 1; of a partition the one in the table.</param>
/// <param name="Name">Its name; "" where it has none.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ArtefactPart(int Number, string Name, FileContent Content)
{
    /// <summary>Its number as it is typed.</summary>
    public string NumberText => Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Takes files apart.</summary>
internal static class ArtefactParts
{
    private const int MbrSectorSize = 512, PartsOfImageMax = 64;

    /// <summary>Whether files of a format are made of parts.</summary>
    public static bool Has(ArtefactFormat format) => format is ArtefactFormat.Gpt or ArtefactFormat.Mbr
        or ArtefactFormat.AndroidBoot or ArtefactFormat.UBootImage or ArtefactFormat.UBootEnvironment
        or ArtefactFormat.Assertions or ArtefactFormat.DeviceTree or ArtefactFormat.Ar;

    /// <summary>The parts of a file, in their order; none of a device tree, which is one.</summary>
    /// <exception cref="MalformedDataException">It is damaged.</exception>
    public static IReadOnlyList<ArtefactPart> Of(FileContent file, ArtefactFormat format, ReadLimits limits)
    {
        switch (format)
        {
            case ArtefactFormat.Gpt:
                using (Stream stream = file.Open())
                {
                    GptTable gpt = GptReader.ReadAny(stream).Table;
                    return [.. gpt.Entries.Select(entry => new ArtefactPart(
                        entry.Number, entry.Name, Within(file, gpt.StartBytes(entry), gpt.SizeBytes(entry))))];
                }
            case ArtefactFormat.Mbr:
                using (Stream stream = file.Open())
                {
                    return [.. MbrReader.ReadAny(stream, MbrSectorSize).Table.Partitions
                        .Where(partition => !partition.IsExtended)
                        .Select(partition => new ArtefactPart(partition.Number, "", Within(file,
                            (long)partition.FirstLba * MbrSectorSize, (long)partition.SectorCount * MbrSectorSize)))];
                }
            case ArtefactFormat.AndroidBoot:
                return OfAndroidBoot(file);
            case ArtefactFormat.UBootImage:
                return OfUBootImage(file);
            case ArtefactFormat.UBootEnvironment:
                return OfEnvironment(file);
            case ArtefactFormat.Assertions:
                return OfAssertions(file);
            case ArtefactFormat.Ar or ArtefactFormat.Deb:
                return [.. ArReader.Read(file, limits).Select((member, index) =>
                    new ArtefactPart(index + 1, member.Name, member.Content))];
            default:
                return [];
        }
    }

    /// <summary>A folder with a file for each part: of its name, where that is one and no other part has it.</summary>
    public static DirectoryNode Tree(IReadOnlyList<ArtefactPart> parts)
    {
        var tree = new DirectoryNode();
        foreach (ArtefactPart part in parts)
            tree.Set(FileName(parts, part), new RegularFileNode(FileMetadata.File, part.Content));
        return tree;
    }

    /// <summary>The name that a part has as a file.</summary>
    public static string FileName(IReadOnlyList<ArtefactPart> parts, ArtefactPart part) =>
        NodeName.IsValid(part.Name)
        && parts.Count(other => other.Name == part.Name || other.NumberText == part.Name) == 1
            ? part.Name : part.NumberText;

    /// <summary>A device tree, as a running system shows it below /proc/device-tree.</summary>
    /// <param name="file">The tree.</param>
    /// <param name="remark">Is told what has no place in it: names that no file has, or that another one has.</param>
    /// <exception cref="MalformedDataException">It is damaged.</exception>
    public static DirectoryNode OfDeviceTree(FileContent file, TreeRemark remark)
    {
        using Stream stream = file.Open();
        return Folder(FdtNode.Read(stream), "", remark);
    }

    private static DirectoryNode Folder(FdtNode node, string path, TreeRemark remark)
    {
        var folder = new DirectoryNode();
        foreach ((string name, ReadOnlyMemory<byte> value) in node.Properties)
            Add(name, new RegularFileNode(FileMetadata.File, FileContent.Of(value.ToArray())));
        foreach (FdtNode inner in node.Nodes)
        {
            bool isTaken = inner.Name.Length > 0 && node.Value(inner.Name) is not null;
            Add(isTaken ? $"{inner.Name}#1" : inner.Name, Folder(inner, $"{path}{inner.Name}/", remark));
        }
        return folder;

        void Add(string name, FileNode child)
        {
            if (NodeName.IsValid(name) && !folder.Children.ContainsKey(name))
                folder.Set(name, child);
            else
                remark($"{path}{name}", "is left out: no file has this name, or another one has it");
        }
    }

    // A table may say more than there is: the other partitions can be read all the same, and of one that is cut off
    // what is there.
    internal static FileContent Within(FileContent file, long start, long size) =>
        start >= 0 && size > 0 && start < file.Length
            ? file.Slice(start, Math.Min(size, file.Length - start))
            : new(Math.Max(size, 0), () => throw new MalformedDataException(
                Math.Max(start, 0), $"the partition of {size} bytes does not lie in the image of {file.Length}"));

    private static IReadOnlyList<ArtefactPart> OfAndroidBoot(FileContent file)
    {
        using Stream stream = file.Open();
        AndroidBootHeader header = AndroidBootHeader.Read(stream);
        return
        [
            new(1, "kernel", file.Slice(header.KernelOffset, header.KernelLength)),
            new(2, "ramdisk", file.Slice(header.RamdiskOffset, header.RamdiskLength)),
            new(3, "command-line", FileContent.Of(Encoding.Latin1.GetBytes(header.CommandLine))),
        ];
    }

    // Of several parts the lengths come first: words of 4 bytes, up to one of 0; the parts begin at multiples of 4.
    private static List<ArtefactPart> OfUBootImage(FileContent file)
    {
        using Stream stream = file.Open();
        UBootImageHeader header = UBootImageHeader.Read(stream);
        FileContent data = Within(file, UBootImageHeader.Size, header.DataBytes);
        if (header.Kind is not ("multi" or "script"))
            return [new(1, "data", data)];
        var lengths = new List<long>();
        long place = 0;
        while (BinaryPrimitives.ReadUInt32BigEndian(data.Slice(place, 4).ReadAll(4)) is > 0 and uint length)
        {
            lengths.Add(length);
            place += 4;
            if (lengths.Count > PartsOfImageMax)
                throw new MalformedDataException(UBootImageHeader.Size + place, $"more than {PartsOfImageMax} parts");
        }
        place += 4;
        var parts = new List<ArtefactPart>();
        foreach (long length in lengths)
        {
            parts.Add(new(parts.Count + 1, lengths.Count == 1 ? "data" : "", data.Slice(place, length)));
            place = Alignment.Up(place + length, 4);
        }
        return parts;
    }

    private static IReadOnlyList<ArtefactPart> OfEnvironment(FileContent file)
    {
        byte[] block = file.ReadAll(ArtefactRecogniser.EnvironmentLengthMax);
        UBootEnvironmentLayout layout =
            UBootEnvironment.RecogniseLayout(block) ?? UBootEnvironmentLayout.Redundant;
        return [.. UBootEnvironment.Decode(block, layout).Select((variable, index) => new ArtefactPart(
            index + 1, variable.Key, FileContent.Of(NodeName.Encode(variable.Value))))];
    }

    private static List<ArtefactPart> OfAssertions(FileContent file)
    {
        var parts = new List<ArtefactPart>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Assertion assertion in AssertionReader.ReadAll(file.ReadAll(AssertionReader.StreamLimit)))
        {
            string type = assertion.Type.Name;
            int count = counts[type] = counts.GetValueOrDefault(type) + 1;
            string name = count == 1 ? type : string.Create(CultureInfo.InvariantCulture, $"{type}-{count}");
            parts.Add(new(parts.Count + 1, name, FileContent.Of(assertion.ToBytes())));
        }
        return parts;
    }
}
