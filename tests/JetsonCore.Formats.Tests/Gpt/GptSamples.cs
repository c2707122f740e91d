// Seeded tables for the tests of this folder.
using JetsonCore.Formats.Gpt;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Gpt;

internal static class GptSamples
{
    public static readonly Guid LinuxType = new("0FC63DAF-8483-4772-8E79-3D69D8477DE4");

    private static readonly string[] Names =
        ["system-boot", "LNX", "writable", "", "Größe", "数据分区", "Ελληνικά", "раздел", "🙂", new('x', 36)];

    public static Guid Guid(SeededRandom random) => new(random.Bytes(16));

    /// <summary>Partitions of random place, name and flags that fit the disk.</summary>
    public static GptTable Table(SeededRandom random, int sectorSize = 512)
    {
        var table = new GptTable
        {
            SectorSize = sectorSize,
            DiskGuid = Guid(random),
            DiskSizeBytes = sectorSize * (600L + random.Next(5000)),
            SlotCount = random.Pick([128, 128, 128, 160, 256]),
        };
        var entries = new List<GptEntry>();
        long lba = table.FirstUsableLba + random.Next(20);
        for (int number = 1 + random.Next(3); lba < table.LastUsableLba; number += 1 + random.Next(2))
        {
            long last = Math.Min(lba + random.Next(300), table.LastUsableLba);
            entries.Add(new()
            {
                Number = number,
                Name = random.Pick(Names),
                TypeGuid = random.Chance(2) ? LinuxType : Guid(random),
                PartitionGuid = Guid(random),
                FirstLba = lba,
                LastLba = last,
                Attributes = (GptAttributes)(random.NextUInt64() & 0xFFFF000000000007),
            });
            lba = last + 1 + random.Next(40);
        }
        return table with { Entries = [.. entries] };
    }

    public static MemoryStream Write(GptTable table)
    {
        var image = new MemoryStream();
        GptWriter.Write(image, table);
        return image;
    }
}
