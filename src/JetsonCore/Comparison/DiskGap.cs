// What of a disk lies in no partition, as regions with names: boot code and the gaps, where boards look for boot
// loaders. The tables themselves are compared by what they say.
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

/// <summary>A region of a disk.</summary>
/// <param name="Name">What it is: "gap before partition 1".</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte behind it.</param>
internal readonly record struct DiskGap(string Name, long Start, long End)
{
    private const int BootCodeLength = 440, MbrLength = 512;

    /// <summary>The regions of a disk, in their order.</summary>
    /// <exception cref="Formats.Binary.MalformedDataException">Its table cannot be read.</exception>
    public static IEnumerable<DiskGap> Of(FileContent disk, ArtefactFormat format)
    {
        using Stream stream = disk.Open();
        (long first, long last, (int Number, long Start, long End)[] parts) = format == ArtefactFormat.Gpt
            ? OfGpt(GptReader.ReadAny(stream)) : OfMbr(MbrReader.ReadAny(stream, MbrLength).Table, disk.Length);
        List<DiskGap> gaps = [new("boot code", 0, BootCodeLength)];
        foreach ((int number, long start, long end) in parts.OrderBy(part => part.Start))
        {
            if (start > first)
                gaps.Add(new($"gap before partition {number.ToString(CultureInfo.InvariantCulture)}", first, start));
            first = Math.Max(first, end);
        }
        if (last > first)
            gaps.Add(new("gap behind the last partition", first, last));
        return gaps;
    }

    private static (long First, long Last, (int Number, long Start, long End)[] Parts) OfGpt(GptDisk disk)
    {
        GptTable table = disk.Table;
        long first = disk.FirstUsableLba * table.SectorSize;
        return (first, Math.Min(disk.LastUsableLba + 1, table.SectorCount) * table.SectorSize,
        [
            .. table.Entries.Select(one =>
                (one.Number, table.StartBytes(one), table.StartBytes(one) + table.SizeBytes(one))),
        ]);
    }

    // A logical partition has its record before it, in the gap.
    private static (long First, long Last, (int Number, long Start, long End)[] Parts) OfMbr(
        MbrTable table, long length) => (MbrLength, length,
        [
            .. table.Partitions.Where(one => !one.IsExtended)
                .Select(one => (one.Number, (long)one.FirstLba * MbrLength, one.EndLba * MbrLength)),
        ]);
}
