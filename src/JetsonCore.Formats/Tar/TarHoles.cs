// A file with holes as GNU tar stores it in form 1.0: the pax header says GNU.sparse.major=1, minor=0, name, realsize;
// the name in the header is another, for programs that do not know this; before the stored bytes stands the map of
// them: COUNT, then OFFSET and LENGTH, each a line of digits, filled to whole blocks. A hole at the end is a run of
// no bytes.
// Spec: GNU tar manual, "Storing Sparse Files".
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>What is stored of one file with holes.</summary>
internal sealed class TarHoles
{
    private const int RangesMax = 1 << 20;          // as many as our reader takes

    private TarHoles(IReadOnlyList<ContentRange> ranges, long realSize)
    {
        (Ranges, RealSize) = (ranges, realSize);
        var map = new StringBuilder();
        bool endsInHole = ranges.Count == 0 || ranges[^1].Start + ranges[^1].Length < realSize;
        Line(map, ranges.Count + (endsInHole ? 1 : 0));
        foreach (ContentRange range in endsInHole ? ranges.Append(new(realSize, 0)) : ranges)
        {
            Line(map, range.Start);
            Line(map, range.Length);
        }
        Map = new byte[Alignment.Up(map.Length, TarHeader.Size)];
        Encoding.ASCII.GetBytes(map.ToString(), Map);
    }

    /// <summary>The runs that are stored.</summary>
    public IReadOnlyList<ContentRange> Ranges { get; }

    /// <summary>What stands before their bytes, in whole blocks.</summary>
    public byte[] Map { get; }

    /// <summary>Bytes of the map and of the runs.</summary>
    public long StoredBytes => Map.Length + Ranges.Sum(range => range.Length);

    private long RealSize { get; }

    /// <summary>How a content is stored, if leaving its holes out makes it shorter.</summary>
    public static TarHoles? Of(FileContent content)
    {
        ContentRange[] ranges = [.. content.DataRanges(TarHeader.Size).Take(RangesMax)];
        if (ranges.Length == RangesMax)
            return null;
        var holes = new TarHoles(ranges, content.Length);
        return holes.StoredBytes < content.Length ? holes : null;
    }

    /// <summary>The name for programs that do not know this form, which GNU tar makes with its process's id.</summary>
    public static byte[] PlaceholderName(byte[] name)
    {
        int slash = name.AsSpan().LastIndexOf((byte)'/') + 1;
        return [.. name[..slash], .. "GNUSparseFile.0/"u8, .. name[slash..]];
    }

    /// <summary>Appends the records of the pax header.</summary>
    public void Encode(byte[] name, List<byte> records)
    {
        TarPax.Encode(TarSparseMap.MajorKey, "1"u8, records);
        TarPax.Encode(TarSparseMap.MinorKey, "0"u8, records);
        TarPax.Encode(TarSparseMap.NameKey, name, records);
        TarPax.Encode(TarSparseMap.RealSizeKey, Encoding.ASCII.GetBytes(
            RealSize.ToString(CultureInfo.InvariantCulture)), records);
    }

    private static void Line(StringBuilder map, long number) =>
        map.Append(CultureInfo.InvariantCulture, $"{number}\n");
}
