// What a format says of itself, beside the files in it, as names and values to compare: what `inspect` shows, without
// what follows from the files (their number, what is free) or is compared as a file of its own (variables, headers).
using JetsonCore.Artefacts;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

internal static class ArtefactProperties
{
    private static readonly string[] FollowFromFiles =
    [
        "files", "freeBytes", "freeInodes", "usedBytes", "journalledBlocks", "sha3-384", "dataBytes", "dataChecksum",
        "kernelBytes", "kernel", "ramdiskBytes", "commandLine", "content", "treeBytes", "model", "compatible",
        "description", "problem",
    ];

    public static IReadOnlyList<KeyValuePair<string, string>> Of(
        FileContent content, ArtefactKind kind, ArtefactReading reading)
    {
        var properties = new List<KeyValuePair<string, string>>();
        if (kind.Format != ArtefactFormat.Cpio)
            properties.Add(new("compression", ArtefactInspector.NameOf(kind.Compression)));
        if (kind is { Format: ArtefactFormat.SquashFs, Compression: CompressionFormat.None })
        {
            Add(properties, FileSystemInspection.SquashFsAlone(content));
            return properties;
        }
        if (!SaysMore(kind.Format))
            return properties;
        ArtefactReport report = ArtefactInspector.Describe(content, kind, reading);
        Add(properties, report.Facts);
        foreach (ArtefactTable table in report.Tables.Where(table => table.Name == "partitions"))
        {
            properties.AddRange(table.Rows.SelectMany(row => row.Skip(1)
                .Where(fact => !FollowFromFiles.Contains(fact.Name) && fact.Name != "label")
                .Select(fact => KeyValuePair.Create($"partition {row[0].Text}: {fact.Name}", fact.Text))));
        }
        return properties;
    }

    // Of features each is a property of its own, so that the one that differs is named.
    private static void Add(List<KeyValuePair<string, string>> properties, IEnumerable<ArtefactFact> facts)
    {
        foreach (ArtefactFact fact in facts.Where(fact => !FollowFromFiles.Contains(fact.Name)))
        {
            if (fact.Name == "features")
            {
                properties.AddRange(fact.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Distinct(StringComparer.Ordinal).Select(name => KeyValuePair.Create($"feature {name}", "on")));
            }
            else
            {
                properties.Add(new(fact.Name, fact.Text));
            }
        }
    }

    /// <summary>Whether a property is a time.</summary>
    public static bool IsTime(string name) => name == "time";

    // The rest say nothing that is not a file of theirs, or would be unpacked once more for it.
    private static bool SaysMore(ArtefactFormat format) => format is ArtefactFormat.Ext4 or ArtefactFormat.Vfat
        or ArtefactFormat.SquashFs or ArtefactFormat.Gpt or ArtefactFormat.Mbr or ArtefactFormat.UBootImage
        or ArtefactFormat.AndroidBoot or ArtefactFormat.DeviceTree;
}
