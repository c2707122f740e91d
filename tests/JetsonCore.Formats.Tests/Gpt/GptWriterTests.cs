// GPT writing: the smallest table as hex, the rules that callers must keep, and sgdisk, sfdisk and fdisk as judges.
using System.Globalization;
using System.Text.Json;
using JetsonCore.Formats.Gpt;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Gpt;

public class GptWriterTests
{
    private static readonly GptTable Small = new()
    {
        DiskGuid = new("00112233-4455-6677-8899-AABBCCDDEEFF"),
        DiskSizeBytes = 128 * 512,
        Entries =
        [
            new()
            {
                Number = 1,
                Name = "boot",
                TypeGuid = GptSamples.LinuxType,
                PartitionGuid = new("11111111-2222-3333-4444-555555555555"),
                FirstLba = 34,
                LastLba = 94,
                Attributes = GptAttributes.LegacyBiosBootable,
            },
        ],
    };

    [Fact]
    public void The_smallest_table_has_these_bytes()
    {
        byte[] image = GptSamples.Write(Small).ToArray();
        Assert.Equal("000000000000" + "00000200EE020200010000007F000000", Hex(image, 0x1B8, 22));
        Assert.Equal("55AA", Hex(image, 0x1FE, 2));
        Assert.Equal(
            "4546492050415254000001005C000000" + "6788F943" + "00000000"
            + "0100000000000000" + "7F00000000000000" + "2200000000000000" + "5E00000000000000"
            + "33221100554477668899AABBCCDDEEFF" + "0200000000000000" + "80000000" + "80000000" + "A8F4B0C3",
            Hex(image, 512, 92));
        Assert.Equal(
            "AF3DC60F838472478E793D69D8477DE4" + "11111111222233334444555555555555"
            + "2200000000000000" + "5E00000000000000" + "0400000000000000" + "62006F006F0074000000",
            Hex(image, 1024, 66));
        Assert.Equal("4546492050415254", Hex(image, 127 * 512, 8));
        Assert.Equal(Hex(image, 1024, 128), Hex(image, 95 * 512, 128));
    }

    [Fact]
    public void Boot_code_stays()
    {
        var image = new MemoryStream();
        image.Write(Enumerable.Repeat((byte)0x90, 440).ToArray());
        GptWriter.Write(image, Small);
        Assert.Equal(440, image.ToArray().TakeWhile(value => value == 0x90).Count());
    }

    [Theory]
    [InlineData(33, 94)]
    [InlineData(34, 95)]
    [InlineData(50, 49)]
    public void Partitions_outside_the_usable_sectors_are_refused(long first, long last) =>
        AssertRefused(Small with { Entries = [Small.Entries[0] with { FirstLba = first, LastLba = last }] });

    [Fact]
    public void Tables_that_break_the_rules_are_refused()
    {
        GptEntry entry = Small.Entries[0];
        AssertRefused(Small with { SectorSize = 1024 });
        AssertRefused(Small with { DiskSizeBytes = (128 * 512) + 1 });
        AssertRefused(Small with { DiskSizeBytes = 67 * 512, Entries = [] });
        AssertRefused(Small with { Entries = [entry with { Number = 0 }] });
        AssertRefused(Small with { Entries = [entry with { Number = 129 }] });
        AssertRefused(Small with { Entries = [entry with { Name = new('x', 37) }] });
        AssertRefused(Small with { Entries = [entry with { TypeGuid = Guid.Empty }] });
        AssertRefused(Small with { Entries = [entry, entry with { Number = 2 }] });
        AssertRefused(Small with { Hybrid = [new(2, 0x83)] });
        GptEntry next = entry with { Number = 2, FirstLba = 95, LastLba = 95 };
        AssertRefused(Small with { Entries = [entry with { LastLba = 80 }, next with { FirstLba = 81, LastLba = 90 }] });
    }

    [Fact]
    public void Sgdisk_finds_no_problems_and_reads_what_was_written()
    {
        using var folder = new TempFolder();
        for (ulong seed = 0; seed < 12; seed++)
        {
            GptTable table = GptSamples.Table(new(seed));
            string path = folder.Write("disk.img", GptSamples.Write(table).ToArray());
            Assert.Contains("No problems found", Oracle.Run("sgdisk", "-v", path).MustSucceed());
            GptEntry entry = table.Entries[^1];
            string shown = Oracle.Run("sgdisk", $"-i{entry.Number}", path).MustSucceed();
            Assert.Contains($"Attribute flags: {(ulong)entry.Attributes:X16}", shown);
            Assert.Contains($"Partition unique GUID: {entry.PartitionGuid.ToString().ToUpperInvariant()}", shown);
            Assert.Contains($"Partition GUID code: {entry.TypeGuid.ToString().ToUpperInvariant()}", shown);
            Assert.Contains($"First sector: {entry.FirstLba} ", shown);
            Assert.Contains($"Last sector: {entry.LastLba} ", shown);
            if (!entry.Name.Any(char.IsSurrogate))      // sgdisk without ICU shows the lower plane only
                Assert.Contains($"Partition name: '{entry.Name}'", shown);
        }
    }

    [Fact]
    public void Sfdisk_reads_what_was_written()
    {
        using var folder = new TempFolder();
        for (ulong seed = 0; seed < 12; seed++)
        {
            GptTable table = GptSamples.Table(new(seed));
            string path = folder.Write("disk.img", GptSamples.Write(table).ToArray());
            using JsonDocument json = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", path).MustSucceed());
            JsonElement shown = json.RootElement.GetProperty("partitiontable");
            Assert.Equal("gpt", shown.GetProperty("label").GetString());
            Assert.Equal(table.DiskGuid, shown.GetProperty("id").GetGuid());
            Assert.Equal(table.FirstUsableLba, shown.GetProperty("firstlba").GetInt64());
            Assert.Equal(table.LastUsableLba, shown.GetProperty("lastlba").GetInt64());
            Assert.Equal(table.Entries.Select(Line), shown.GetProperty("partitions").EnumerateArray().Select(Line));
        }
    }

    [Fact]
    public void Fdisk_reads_sectors_of_4096_bytes()
    {
        using var folder = new TempFolder();
        GptTable table = GptSamples.Table(new(7), sectorSize: 4096);
        string path = folder.Write("disk.img", GptSamples.Write(table).ToArray());
        string shown = Oracle.Run("fdisk", "-b", "4096", "-o", "Device,Start,End,UUID", "-l", path).MustSucceed();
        foreach (GptEntry entry in table.Entries)
        {
            Assert.Matches($@"disk\.img{entry.Number} +{entry.FirstLba} +{entry.LastLba} "
                + entry.PartitionGuid.ToString().ToUpperInvariant(), shown);
        }
    }

    [Fact]
    public void Sgdisk_accepts_a_hybrid_mbr()
    {
        using var folder = new TempFolder();
        GptTable table = Small with { Hybrid = [new(1, 0x83, IsBootable: true)] };
        string path = folder.Write("disk.img", GptSamples.Write(table).ToArray());
        Assert.Contains("No problems found", Oracle.Run("sgdisk", "-v", path).MustSucceed());
        Assert.Contains("MBR: hybrid", Oracle.Run("gdisk", "-l", path).MustSucceed());
    }

    private static string Line(GptEntry entry) => string.Create(CultureInfo.InvariantCulture,
        $"{entry.Number} {entry.FirstLba} {entry.SectorCount} {entry.TypeGuid} {entry.PartitionGuid} {entry.Name}");

    private static string Line(JsonElement partition)
    {
        string node = partition.GetProperty("node").GetString()!;
        string name = partition.TryGetProperty("name", out JsonElement text) ? text.GetString()! : "";
        return $"{node[(node.LastIndexOf("img", StringComparison.Ordinal) + 3)..]} {partition.GetProperty("start")} "
            + $"{partition.GetProperty("size")} {partition.GetProperty("type").GetGuid()} "
            + $"{partition.GetProperty("uuid").GetGuid()} {name}";
    }

    private static string Hex(byte[] bytes, int offset, int count) => Convert.ToHexString(bytes, offset, count);

    private static void AssertRefused(GptTable table) =>
        Assert.Throws<ArgumentException>(() => GptWriter.Write(new MemoryStream(), table));
}
