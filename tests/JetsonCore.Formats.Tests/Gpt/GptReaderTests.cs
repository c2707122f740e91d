// GPT reading: what we and others wrote, either copy damaged, grown images, hostile tables.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Gpt;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Gpt;

public class GptReaderTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Reading_gives_back_what_was_written(int sectorSize)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            GptTable table = GptSamples.Table(new(seed), sectorSize);
            GptDisk disk = GptReader.Read(GptSamples.Write(table));
            Assert.Equal(GptCopy.Primary, disk.Source);
            Assert.Empty(disk.Problems);
            AssertEqual(table, disk.Table);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void A_damaged_primary_table_is_replaced_by_the_backup(int sectorSize)
    {
        GptTable table = GptSamples.Table(new(3), sectorSize);
        foreach (int offset in new[] { sectorSize, sectorSize + 0x38, (2 * sectorSize) + 5 })
        {
            MemoryStream image = GptSamples.Write(table);
            Flip(image, offset);
            GptDisk disk = GptReader.Read(image);
            Assert.Equal(GptCopy.Backup, disk.Source);
            Assert.StartsWith("the primary table is damaged", Assert.Single(disk.Problems));
            AssertEqual(table, disk.Table);
            GptDisk repaired = GptRepair.Repair(image);
            Assert.Equal(GptCopy.Primary, repaired.Source);
            Assert.Empty(repaired.Problems);
            Assert.Equal(GptSamples.Write(table).ToArray(), image.ToArray());
        }
    }

    [Fact]
    public void A_damaged_backup_is_reported_and_repaired()
    {
        GptTable table = GptSamples.Table(new(4));
        MemoryStream image = GptSamples.Write(table);
        Flip(image, (int)image.Length - 512 + 0x38);
        GptDisk disk = GptReader.Read(image);
        Assert.Equal(GptCopy.Primary, disk.Source);
        Assert.StartsWith("the backup table is damaged", Assert.Single(disk.Problems));
        Assert.Empty(GptRepair.Repair(image).Problems);
    }

    [Fact]
    public void Both_copies_damaged_is_refused_with_the_fault_of_the_first()
    {
        MemoryStream image = GptSamples.Write(GptSamples.Table(new(5)));
        Flip(image, 512 + 0x38);
        Flip(image, (int)image.Length - 512 + 0x38);
        var fault = Assert.Throws<MalformedDataException>(() => GptReader.Read(image));
        Assert.Equal(512 + 0x10, fault.Offset);
    }

    [Fact]
    public void The_backup_moves_to_the_end_of_a_grown_image()
    {
        using var folder = new TempFolder();
        GptTable table = GptSamples.Table(new(6));
        MemoryStream image = GptSamples.Write(table);
        image.SetLength(image.Length + (1000 * 512));
        Assert.StartsWith("the backup table ends at sector", Assert.Single(GptReader.Read(image).Problems));
        GptDisk grown = GptRepair.Repair(image);
        Assert.Empty(grown.Problems);
        AssertEqual(table with { DiskSizeBytes = image.Length }, grown.Table);
        Assert.Equal(GptSamples.Write(grown.Table).ToArray()[..512], image.ToArray()[..512]);
        string path = folder.Write("disk.img", image.ToArray());
        Assert.Contains("No problems found", Oracle.Run("sgdisk", "-v", path).MustSucceed());
    }

    [Fact]
    public void A_partition_in_the_way_of_the_backup_is_not_overwritten()
    {
        GptTable table = GptSamples.Table(new(8));
        long last = table.LastUsableLba;
        MemoryStream image = GptSamples.Write(table with
        {
            Entries = [table.Entries[0] with { Number = 1, FirstLba = table.FirstUsableLba, LastLba = last }],
        });
        image.SetLength(image.Length - (10 * 512));
        byte[] before = image.ToArray();
        Assert.Throws<MalformedDataException>(() => GptRepair.Repair(image));
        Assert.Equal(before, image.ToArray());
    }

    [Fact]
    public void A_hybrid_mbr_is_read_and_survives_a_repair()
    {
        GptTable table = GptSamples.Table(new(9));
        table = table with { Hybrid = [new(table.Entries[1].Number, 0x0C), new(table.Entries[0].Number, 0x83, true)] };
        MemoryStream image = GptSamples.Write(table);
        Assert.Equal([.. table.Hybrid], GptReader.Read(image).Table.Hybrid.ToArray());
        Assert.Equal([.. table.Hybrid], GptRepair.Repair(image).Table.Hybrid.ToArray());
    }

    [Fact]
    public void Tables_by_sgdisk_are_read()
    {
        using var folder = new TempFolder();
        string path = folder.Write("disk.img", new byte[4 << 20]);
        Oracle.Run("sgdisk", "-S", "200", "-n", "1:2048:+100K", "-n", "7:4096:0", "-c", "7:Größe", "-A", "7:set:2",
            "-t", "1:EF00", "-U", "00112233-4455-6677-8899-AABBCCDDEEFF", path).MustSucceed();
        using FileStream image = File.OpenRead(path);
        GptDisk disk = GptReader.Read(image);
        Assert.Empty(disk.Problems);
        Assert.Equal(new Guid("00112233-4455-6677-8899-AABBCCDDEEFF"), disk.Table.DiskGuid);
        Assert.Equal([1, 7], disk.Table.Entries.Select(entry => entry.Number));
        Assert.Equal(new Guid("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"), disk.Table.Entries[0].TypeGuid);
        Assert.Equal((2048, 2247), (disk.Table.Entries[0].FirstLba, disk.Table.Entries[0].LastLba));
        Assert.Equal("Größe", disk.Table.Entries[1].Name);
        Assert.Equal(GptAttributes.LegacyBiosBootable, disk.Table.Entries[1].Attributes);
        Assert.Equal(200, disk.Table.SlotCount);
    }

    [Fact]
    public void Tables_by_sfdisk_are_read()
    {
        using var folder = new TempFolder();
        string path = folder.Write("disk.img", new byte[4 << 20]);
        string script = "label: gpt\nstart=2048, size=100, name=\"a b\", attrs=\"RequiredPartition GUID:63\"\nstart=3000\n";
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", path], Input = System.Text.Encoding.ASCII.GetBytes(script) })
            .MustSucceed();
        using FileStream image = File.OpenRead(path);
        GptDisk disk = GptReader.Read(image, 512);
        Assert.Empty(disk.Problems);
        Assert.Equal("a b", disk.Table.Entries[0].Name);
        Assert.Equal(GptAttributes.RequiredPartition | GptAttributes.NoAutomount, disk.Table.Entries[0].Attributes);
        Assert.Equal(3000, disk.Table.Entries[1].FirstLba);
    }

    [Fact]
    public void Overlapping_partitions_with_right_checksums_are_refused()
    {
        GptTable table = GptSamples.Table(new(10));
        MemoryStream image = GptSamples.Write(table);
        GptEntry first = table.Entries[0];
        RewriteEntries(image, table, table.Entries[1] with { FirstLba = first.LastLba });
        var fault = Assert.Throws<MalformedDataException>(() => GptReader.Read(image));
        Assert.Contains("overlap", fault.Message);
    }

    [Fact]
    public void Damaged_disks_are_read_or_refused()
    {
        byte[] image = GptSamples.Write(GptSamples.Table(new(11))).ToArray();
        int rounds = Soak.Rounds(2000, 100_000);
        int refused = DamageTrial.Run(rounds, round =>
            GptReader.Read(new MemoryStream(Mutations.Mutate(image, new SeededRandom((ulong)round)))));
        Assert.InRange(refused, 1, rounds - 1);
    }

    [Fact]
    public void Damaged_headers_with_right_checksums_are_read_or_refused()
    {
        byte[] image = GptSamples.Write(GptSamples.Table(new(12))).ToArray();
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
        {
            byte[] header = Mutations.Mutate(image[512..604], new SeededRandom((ulong)round));
            byte[] copy = [.. image];
            header.AsSpan(0, Math.Min(header.Length, 92)).CopyTo(copy.AsSpan(512));
            copy.AsSpan(528, 4).Clear();
            BitConverter.TryWriteBytes(copy.AsSpan(528), Crc32.Of(copy.AsSpan(512, 92)));
            copy.AsSpan(copy.Length - 512).Clear();
            GptReader.Read(new MemoryStream(copy));
        });
    }

    [Fact]
    public void The_inspector_describes_the_table()
    {
        MemoryStream image = GptSamples.Write(GptSamples.Table(new(13)));
        image.SetLength(image.Length + 512);
        var text = new StringWriter { NewLine = "\n" };
        GptInspector.Describe(GptReader.Read(image), text);
        Golden.Matches(text.ToString(), "tests", "JetsonCore.Formats.Tests", "Gpt", "inspector.golden.txt");
    }

    private static void RewriteEntries(MemoryStream image, GptTable table, GptEntry changed)
    {
        var header = GptHeader.Decode(image.ToArray().AsSpan(512, 512), 1);
        byte[] entries = image.ToArray()[1024..(1024 + header.EntryArrayLength)];
        changed.Encode(entries.AsSpan((changed.Number - 1) * GptEntry.Size));
        header = header with { EntriesCrc = Crc32.Of(entries) };
        GptWriter.WriteCopy(image, header, entries, 512);
        GptWriter.WriteCopy(image, GptWriter.BackupOf(header, table.LastUsableLba + 1), entries, 512);
    }

    private static void Flip(MemoryStream image, int offset) => image.GetBuffer()[offset] ^= 0x10;

    private static void AssertEqual(GptTable expected, GptTable actual)
    {
        Assert.Equal([.. expected.Entries], actual.Entries.ToArray());
        Assert.Equal(expected with { Entries = actual.Entries, Hybrid = actual.Hybrid }, actual);
    }
}
