// What lies at the first byte that differs, where all that can be said of two artefacts is equal.
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

internal static class StructureNames
{
    private const int MbrPartitions = 446, MbrEnd = 512;

    public static string At(ArtefactKind kind, FileContent content, long offset)
    {
        if (kind.Compression != CompressionFormat.None)
            return $"{ArtefactInspector.NameOf(kind.Compression)}: compressed otherwise";
        try
        {
            using Stream stream = content.Open();
            return kind.Format switch
            {
                ArtefactFormat.Ext4 => Ext4Reader.Open(stream).StructureAt(offset),
                ArtefactFormat.SquashFs => SquashFs(stream, offset),
                ArtefactFormat.Gpt => Gpt(stream, offset),
                ArtefactFormat.Mbr => offset < MbrPartitions ? "boot code"
                    : offset < MbrEnd ? "partition table" : "between partitions",
                _ => "",
            };
        }
        catch (MalformedDataException)
        {
            return "";
        }
    }

    private static string SquashFs(Stream stream, long offset)
    {
        using SquashFsReader reader = SquashFsReader.Open(stream);
        return reader.StructureAt(offset);
    }

    private static string Gpt(Stream stream, long offset)
    {
        GptTable table = GptReader.ReadAny(stream).Table;
        long sector = offset / table.SectorSize, last = (stream.Length / table.SectorSize) - 1;
        if (sector is 0 or 1)
            return sector == 0 ? "protective MBR" : "primary header";
        if (sector >= last)
            return "backup header";
        GptEntry[] around = [.. table.Entries.Where(entry => table.StartBytes(entry) <= offset)];
        if (around.Length == 0)
            return "primary table, or the gap behind it";
        GptEntry before = around.MaxBy(table.StartBytes)!;
        return string.Create(CultureInfo.InvariantCulture, $"behind partition {before.Number} {before.Name}");
    }
}
