// A GUID partition table as text, for people and for golden files.
using System.Globalization;
using JetsonCore.Formats.Gpt;

namespace JetsonCore.Formats.Tests.Gpt;

/// <summary>Describes GUID partition tables.</summary>
internal static class GptInspector
{
    /// <summary>Writes a table and its problems as lines of text.</summary>
    public static void Describe(GptDisk disk, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(writer);
        GptTable table = disk.Table;
        writer.WriteLine($"GPT, sectors of {table.SectorSize} bytes, disk of {table.DiskSizeBytes} bytes");
        writer.WriteLine($"disk id {table.DiskGuid}, {table.Entries.Length} of {table.SlotCount} slots used");
        writer.WriteLine($"usable sectors {disk.Header.FirstUsableLba} to {disk.LastUsableLba}, "
            + $"read from the {(disk.Source == GptCopy.Primary ? "primary" : "backup")} copy");
        foreach (string problem in disk.Problems)
            writer.WriteLine($"problem: {problem}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"#",3} {"first",12} {"last",12} {"bytes",16}  {"type",-36}  {"id",-36}  {"flags",-16}  name"));
        foreach (GptEntry entry in table.Entries)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{entry.Number,3} {entry.FirstLba,12} {entry.LastLba,12} {table.SizeBytes(entry),16}  "
                + $"{entry.TypeGuid}  {entry.PartitionGuid}  {(ulong)entry.Attributes:x16}  \"{entry.Name}\""));
        }
        foreach (GptHybridPartition hybrid in table.Hybrid)
        {
            string flag = hybrid.IsBootable ? ", bootable" : "";
            writer.WriteLine($"in the MBR too: {hybrid.Number} as type {hybrid.Type:x2}{flag}");
        }
    }
}
