// DOS partition tables: hex, sfdisk as judge both ways, damage.
using System.Text;
using System.Text.Json;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Mbr;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Mbr;

public class MbrTests
{
    private static readonly MbrTable Sample = new()
    {
        DiskId = 0x12345678,
        Partitions =
        [
            new() { Number = 1, Type = 0x0C, FirstLba = 2048, SectorCount = 4096, IsBootable = true },
            new() { Number = 3, Type = 0x83, FirstLba = 8192, SectorCount = 0x2000000 },
        ],
    };

    [Fact]
    public void The_table_has_these_bytes()
    {
        byte[] sector = Write(Sample)[..512];
        Assert.Equal("785634120000" + "802021000C61210000080000" + "00100000" + new string('0', 32)
            + "0082030083FEFFFF" + "00200000" + "00000002" + new string('0', 32) + "55AA",
            Convert.ToHexString(sector, 0x1B8, 72));
        Assert.Equal(440, sector.TakeWhile(value => value == 0).Count());
    }

    [Fact]
    public void Sfdisk_reads_what_was_written()
    {
        using var folder = new TempFolder();
        string path = folder.Write("disk.img", Write(Sample));
        using (FileStream disk = File.OpenWrite(path))
            disk.SetLength((8192L + 0x2000000) * 512);
        using JsonDocument json = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", path).MustSucceed());
        JsonElement table = json.RootElement.GetProperty("partitiontable");
        Assert.Equal(("dos", "0x12345678"), (table.GetProperty("label").GetString(), table.GetProperty("id").GetString()));
        Assert.Equal(["2048 4096 c", "8192 33554432 83"], table.GetProperty("partitions").EnumerateArray()
            .Select(p => $"{p.GetProperty("start")} {p.GetProperty("size")} {p.GetProperty("type")}"));
        using FileStream written = File.OpenRead(path);
        MbrTable read = MbrReader.Read(written);
        Assert.Equal([.. Sample.Partitions], read.Partitions.ToArray());
        Assert.Equal(Sample.DiskId, read.DiskId);
    }

    [Fact]
    public void Logical_partitions_by_sfdisk_are_read()
    {
        MbrTable table = MbrReader.Read(new MemoryStream(WithLogical()));
        Assert.Equal([1, 2, 5, 6, 7], table.Partitions.Select(partition => partition.Number));
        Assert.Equal([64u, 200, 210, 310, 420], table.Partitions.Select(partition => partition.FirstLba));
        Assert.Equal([100u, 1000, 50, 60, 70], table.Partitions.Select(partition => partition.SectorCount));
        Assert.True(table.Partitions[0].IsBootable);
        Assert.True(table.Partitions[1].IsExtended);
        Assert.Equal(0xAABBCCDD, table.DiskId);
    }

    [Fact]
    public void A_chain_that_leads_back_is_refused()
    {
        byte[] disk = WithLogical();
        const int Link = 0x1BE + 16 + 8;        // where a record keeps the next one's place in the container
        int second = 200 + BitConverter.ToInt32(disk, (200 * 512) + Link);
        Assert.NotEqual(0, BitConverter.ToInt32(disk, (second * 512) + Link));
        disk.AsSpan((second * 512) + Link, 4).Clear();
        Assert.Throws<MalformedDataException>(() => MbrReader.Read(new MemoryStream(disk)));
    }

    [Fact]
    public void Tables_that_break_the_rules_are_refused()
    {
        MbrPartition first = Sample.Partitions[0];
        AssertRefused(first with { Number = 5 });
        AssertRefused(first with { Number = 0 });
        AssertRefused(first with { SectorCount = 0 });
        AssertRefused(first with { Type = 0 });
        AssertRefused(first, first);
        AssertRefused(first, first with { Number = 2, FirstLba = 3000 });
    }

    [Fact]
    public void Damaged_disks_are_read_or_refused()
    {
        byte[] disk = WithLogical();
        int rounds = Soak.Rounds(2000, 100_000);
        int refused = DamageTrial.Run(rounds, round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] copy = [.. disk];
            int second = 200 + BitConverter.ToInt32(disk, (200 * 512) + 0x1BE + 16 + 8);
            foreach (int record in new[] { 0, 200, second })
            {
                byte[] damaged = Mutations.Mutate(copy[((record * 512) + 0x1B8)..((record + 1) * 512)], random);
                if (random.Chance(2))
                    damaged.AsSpan(0, Math.Min(72, damaged.Length)).CopyTo(copy.AsSpan((record * 512) + 0x1B8));
            }
            MbrReader.Read(new MemoryStream(copy));
        });
        Assert.InRange(refused, 1, rounds - 1);
    }

    private static byte[] WithLogical()
    {
        using var folder = new TempFolder();
        string path = folder.Write("disk.img", new byte[2048 * 512]);
        string script = "label: dos\nlabel-id: 0xaabbccdd\nstart=64, size=100, type=c, bootable\n"
            + "start=200, size=1000, type=f\nstart=210, size=50\nstart=310, size=60\nstart=420, size=70\n";
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", path], Input = Encoding.ASCII.GetBytes(script) }).MustSucceed();
        return File.ReadAllBytes(path);
    }

    private static byte[] Write(MbrTable table)
    {
        var image = new MemoryStream();
        MbrWriter.Write(image, table);
        return image.ToArray();
    }

    private static void AssertRefused(params MbrPartition[] partitions) =>
        Assert.Throws<ArgumentException>(() => Write(new() { Partitions = [.. partitions] }));
}
