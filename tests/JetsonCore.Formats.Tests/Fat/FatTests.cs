// FAT: geometry, names, refusals, read(write(x)) = x with fsck.vfat as judge, mtools and mkfs.vfat both ways, damage.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Fat;

public class FatTests
{
    private static readonly FatOptions Plain = new() { SerialNumber = 0x1234ABCD };

    [Fact]
    public void The_smallest_file_system_has_these_bytes()
    {
        var tree = new DirectoryNode();
        var time = new FileMetadata { Permissions = 0x1A4, ModificationTime = new(1_700_000_000) };
        tree.Set("a.TXT", new RegularFileNode(time, FileContent.Of("hello"u8.ToArray())));
        byte[] image = Write(tree, Plain with { Label = "system-boot" });
        Assert.Equal(64 * 512, image.Length);
        Assert.Equal("EB3C90" + "4D5357494E342E31" + "0002" + "01" + "0100" + "02" + "0002" + "4000" + "F8" + "0100"
            + "2000" + "4000" + "00000000" + "00000000" + "80" + "00" + "29" + "CDAB3412"
            + Convert.ToHexString("system-bootFAT12   "u8), Hex(image, 0, 62));
        Assert.Equal("F8FFFF" + "FF0F", Hex(image, 512, 5));
        Assert.Equal(Hex(image, 512, 512), Hex(image, 1024, 512));
        const string Time = "AAB1" + "6E57";
        Assert.Equal(Convert.ToHexString("system-boot"u8) + "08", Hex(image, 1536, 12));
        Assert.Equal("41" + "61002E00540058005400" + "0F00" + "5D" + "0000FFFFFFFFFFFFFFFFFFFF" + "0000" + "FFFFFFFF",
            Hex(image, 1568, 32));
        Assert.Equal(Convert.ToHexString("A       TXT"u8) + "20" + "0000" + Time + "6E57" + "0000" + Time + "0200" + "05000000",
            Hex(image, 1600, 32));
        Assert.Equal(Convert.ToHexString("hello"u8) + "00", Hex(image, 1536 + 16384, 6));
    }

    [Theory]
    [InlineData(3, null, null, FatType.Fat12, 512 * 2)]
    [InlineData(16, null, null, FatType.Fat16, 1024)]
    [InlineData(64, null, null, FatType.Fat16, 2048)]
    [InlineData(256, null, null, FatType.Fat16, 4096)]
    [InlineData(511, null, null, FatType.Fat16, 8192)]
    [InlineData(512, null, null, FatType.Fat32, 4096)]
    [InlineData(50, FatType.Fat32, 512, FatType.Fat32, 512)]
    [InlineData(128, FatType.Fat32, null, FatType.Fat32, 512)]
    [InlineData(3, FatType.Fat12, 4096, FatType.Fat12, 4096)]
    public void Width_and_clusters_follow_the_size(
        int sizeMib, FatType? type, int? clusterSize, FatType expectedType, int expectedClusterSize)
    {
        using var folder = new TempFolder();
        string path = folder.File("fat.img");
        FatGeometry geometry;
        using (FileStream image = File.Create(path))
        {
            FatOptions options = Plain with { SizeBytes = (long)sizeMib << 20, Type = type, ClusterSize = clusterSize };
            geometry = FatWriter.Write(image, FatSamples.Tree(new(1)), options);
            Assert.Equal((long)sizeMib << 20, image.Length);
        }
        Assert.Equal((expectedType, expectedClusterSize), (geometry.Type, geometry.ClusterSize));
        AssertClean(path);
        Assert.Contains("sector size", Oracle.Run("minfo", "-i", path, "::").MustSucceed());
    }

    [Fact]
    public void Five_hundred_trees_come_back_and_fsck_is_content()
    {
        using var folder = new TempFolder();
        for (ulong seed = 0; seed < 500; seed++)
        {
            var random = new SeededRandom(seed);
            DirectoryNode tree = FatSamples.Tree(random);
            FatOptions options = Plain with
            {
                Type = random.Pick<FatType?>([null, null, FatType.Fat16]),
                ClusterSize = random.Pick<int?>([null, 512, 1024, 4096]),
                Label = random.Chance(2) ? "writable" : null,
                FreeBytes = random.Next(50_000),
            };
            byte[] image = Write(tree, options);
            FatVolume volume = FatReader.Read(new MemoryStream(image));
            Assert.Equal(FatSamples.Text(tree), FatSamples.Text(volume.Root));
            Assert.Equal((options.Label, 0x1234ABCDu), (volume.Label, volume.SerialNumber));
            if (seed % 5 == 0)
                AssertClean(folder.Write("fat.img", image));
        }
    }

    [Fact]
    public void A_large_tree_on_fat32_comes_back()
    {
        using var folder = new TempFolder();
        var tree = new DirectoryNode();
        for (int index = 0; index < 3000; index++)
            tree.SetPath($"many/a file with a long name {index}.txt", new RegularFileNode(FileMetadata.File, FileContent.Empty));
        byte[] holes = new byte[3_000_000];
        holes[1_500_000] = 1;
        tree.SetPath("deep/er/still/holes", new RegularFileNode(FileMetadata.File, FileContent.Of(holes)));
        string path = folder.File("fat.img");
        using (FileStream image = File.Create(path))
            FatWriter.Write(image, tree, Plain with { Type = FatType.Fat32 });
        AssertClean(path);
        using FileStream read = File.OpenRead(path);
        Assert.Equal(Text1980(tree), FatSamples.Text(FatReader.Read(read).Root));
    }

    [Fact]
    public void The_same_tree_gives_the_same_bytes() =>
        Assert.Equal(Write(FatSamples.Tree(new(77)), Plain), Write(FatSamples.Tree(new(77)), Plain));

    [Fact]
    public void Mtools_reads_what_was_written()
    {
        using var folder = new TempFolder();
        for (ulong seed = 0; seed < 10; seed++)
        {
            DirectoryNode tree = FatSamples.Tree(new(seed));
            string path = folder.Write("fat.img", Write(tree, Plain with { Label = "BOOT" }));
            foreach ((string name, FileNode node) in tree.Walk())
            {
                // mtools knows names of the lower plane only, and lower-cases nothing it should not.
                if (node is RegularFileNode file && !name.Any(char.IsSurrogate))
                    Assert.Equal(file.Content.ReadAll(1 << 20), Oracle.Run("mtype", "-i", path, "::" + Escape(name)).OutputBytes);
            }
        }
    }

    [Theory]
    [InlineData("12", "3")]
    [InlineData("16", "20")]
    [InlineData("32", "40")]
    public void Images_by_mkfs_and_mcopy_are_read(string width, string sizeMib)
    {
        using var folder = new TempFolder();
        string path = folder.File("fat.img");
        Oracle.Run("truncate", "-s", sizeMib + "M", path).MustSucceed();
        Oracle.Run("mkfs.vfat", "-F", width, "-n", "LABEL", "-i", "cafebabe", path).MustSucceed();
        var expected = new DirectoryNode();
        var random = new SeededRandom(5);
        foreach (string name in new[] { "README.TXT", "readme.md", "Größe.txt", "数据", "sub/long name.txt", "sub/x/y" })
        {
            byte[] content = random.Bytes(3000);
            folder.Write("tree/" + name, content);
            expected.SetPath(name, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        }
        string tree = folder.File("tree");
        Oracle.Run("mcopy", ["-s", "-i", path, .. Directory.EnumerateFileSystemEntries(tree), "::"]).MustSucceed();
        using FileStream image = File.OpenRead(path);
        FatVolume volume = FatReader.Read(image);
        Assert.Equal(("LABEL", 0xCAFEBABEu, $"Fat{width}"),
            (volume.Label, volume.SerialNumber, volume.Geometry.Type.ToString()));
        Assert.Equal(expected.Walk().Select(item => item.Path), volume.Root.Walk().Select(item => item.Path));
        foreach ((string name, FileNode node) in expected.Walk())
        {
            if (node is RegularFileNode file)
                Assert.Equal(file.Content.ReadAll(4000), ((RegularFileNode)volume.Root.Find(name)!).Content.ReadAll(4000));
        }
    }

    [Fact]
    public void Short_names_are_unique_against_short_and_long_ones()
    {
        var tree = new DirectoryNode();
        foreach (string name in new[] { "longna~1.txt", "LONGNA~2.TXT", "long name a.txt", "long name b.txt", "Longna.txt", ".x" })
            tree.Set(name, new RegularFileNode(FileMetadata.File, FileContent.Empty));
        using var folder = new TempFolder();
        string path = folder.Write("fat.img", Write(tree, Plain));
        string listing = Oracle.Run("mdir", "-b", "-i", path, "::").MustSucceed();
        Assert.Equal(6, listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string details = Oracle.Run("mdir", "-i", path, "::").MustSucceed();
        Assert.Matches(@"LONGNA~3 TXT.*long name a\.txt", details);
        Assert.Matches(@"LONGNA~4 TXT.*long name b\.txt", details);
        Assert.Matches(@"LONGNA~1 TXT.*longna~1\.txt", details);
    }

    [Fact]
    public void What_fat_cannot_express_is_refused_with_its_path()
    {
        var file = new RegularFileNode(FileMetadata.File, FileContent.Empty);
        foreach (string name in new[] { "a:b", "tab\t", "dot.", "space ", "lone\uDC80", new string('x', 256), "a\\b", "\"" })
            Assert.Equal("d/" + name, Refused("d/" + name, file).Path);
        Assert.Equal("d/link", Refused("d/link", new SymbolicLinkNode(FileMetadata.Link, "x")).Path);
        Assert.Equal("d/pipe", Refused("d/pipe", new SpecialNode(FileMetadata.File, SpecialKind.Fifo)).Path);
        var huge = new FileContent(1L << 32, () => Stream.Null);
        Assert.Contains("4294967296", Refused("d/huge", new RegularFileNode(FileMetadata.File, huge)).Message);
        var twins = new DirectoryNode();
        twins.Set("Name", file);
        twins.Set("NAME", file);
        Assert.Throws<UnstorableContentException>(() => Write(twins, Plain));
    }

    [Fact]
    public void Options_that_contradict_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { Label = "twelve chars" }));
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { Label = "数" }));
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { SizeBytes = 1000 }));
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { SizeBytes = 1 << 20, Type = FatType.Fat32 }));
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { ClusterSize = 1000 }));
        Assert.Throws<ArgumentException>(() => Write(new(), Plain with { SectorSize = 8192 }));
    }

    [Fact]
    public void Content_that_does_not_fit_is_refused_with_both_numbers()
    {
        var tree = new DirectoryNode();
        tree.Set("big", new RegularFileNode(FileMetadata.File, FileContent.Of(new byte[2 << 20])));
        var refusal = Assert.Throws<ContentDoesNotFitException>(() => Write(tree, Plain with { SizeBytes = 1 << 20 }));
        Assert.Equal(2 << 20, refusal.NeededBytes);
        Assert.InRange(refusal.AvailableBytes, 900_000, 1 << 20);
        var small = new DirectoryNode();
        for (int index = 0; index < 40; index++)
            small.Set($"FILE{index}", new RegularFileNode(FileMetadata.File, FileContent.Empty));
        Assert.Throws<ContentDoesNotFitException>(() => Write(small, Plain with { RootEntryCount = 16 }));
    }

    [Fact]
    public void Sectors_of_4096_bytes_work()
    {
        using var folder = new TempFolder();
        DirectoryNode tree = FatSamples.Tree(new(9));
        byte[] image = Write(tree, Plain with { SectorSize = 4096 });
        Assert.Equal(FatSamples.Text(tree), FatSamples.Text(FatReader.Read(new MemoryStream(image)).Root));
        AssertClean(folder.Write("fat.img", image));
    }

    [Fact]
    public void Damaged_file_systems_are_read_or_refused()
    {
        byte[] image = Write(FatSamples.Tree(new(33), entriesMax: 30), Plain);
        int rounds = Soak.Rounds(2000, 100_000);
        int refused = DamageTrial.Run(rounds, round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] damaged = random.Chance(2) ? Mutations.Mutate(image, random) : DamageMetadata(image, random);
            _ = FatSamples.Text(FatReader.Read(new MemoryStream(damaged)).Root);
        });
        Assert.InRange(refused, rounds / 10, rounds - 1);
    }

    [Fact]
    public void A_loop_in_a_chain_is_refused()
    {
        var tree = new DirectoryNode();
        tree.Set("A", new RegularFileNode(FileMetadata.File, FileContent.Of(new byte[2000])));
        byte[] image = Write(tree, Plain);
        image[512 + 3] = 0x02;                  // cluster 2 leads to cluster 2
        image[512 + 4] = (byte)(image[512 + 4] & 0xF0);
        var fault = Assert.Throws<MalformedDataException>(() => FatReader.Read(new MemoryStream(image)));
        Assert.Contains("met twice", fault.Message);
    }

    [Fact]
    public void Limits_are_kept()
    {
        var tree = new DirectoryNode();
        foreach (string name in new[] { "a/1", "b/2", "c/3" })
            tree.SetPath(name, new RegularFileNode(FileMetadata.File, FileContent.Of(new byte[4])));
        byte[] image = Write(tree, Plain);
        foreach (ReadLimits limits in new[] { new ReadLimits { Entries = 5 }, new() { Depth = 0 }, new() { ContentBytes = 10 } })
            Assert.Throws<MalformedDataException>(() => FatReader.Read(new MemoryStream(image), limits));
    }

    [Fact]
    public void The_inspector_describes_the_file_system()
    {
        var text = new StringWriter { NewLine = "\n" };
        FatInspector.Describe(FatReader.Read(new MemoryStream(Write(new(), Plain with { SizeBytes = 8 << 20 }))), text);
        Assert.Equal("""
            FAT16, label none, serial number 1234-ABCD
            16384 sectors of 512 bytes, 1 reserved, 2 tables of 32 sectors
            8143 clusters of 1024 bytes from sector 97, 512 root entries

            """, text.ToString());
    }

    private static byte[] DamageMetadata(byte[] image, SeededRandom random)
    {
        const int Length = 512 * 40;            // boot sector, tables, root directory
        byte[] head = Mutations.Mutate(image[..Length], random);
        byte[] copy = [.. image];
        head.AsSpan(0, Math.Min(Length, head.Length)).CopyTo(copy);
        return copy;
    }

    private static UnstorableContentException Refused(string path, FileNode node)
    {
        var tree = new DirectoryNode();
        tree.SetPath(path, node);
        return Assert.Throws<UnstorableContentException>(() => Write(tree, Plain));
    }

    private static string Text1980(DirectoryNode tree) => FatSamples.Text(tree)
        .Replace("755 0", "755 315532800", StringComparison.Ordinal).Replace("644 0", "644 315532800", StringComparison.Ordinal);

    private static string Escape(string name) =>
        string.Concat(name.Select(character => "[]*?\\".Contains(character) ? $"\\{character}" : character.ToString()));

    private static string Hex(byte[] bytes, int offset, int count) => Convert.ToHexString(bytes, offset, count);

    private static void AssertClean(string path)
    {
        OracleResult result = Oracle.Run("fsck.vfat", "-n", "-v", path);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.DoesNotContain("rong", result.Output);
    }

    private static byte[] Write(DirectoryNode tree, FatOptions options)
    {
        var image = new MemoryStream();
        FatWriter.Write(image, tree, options);
        return image.ToArray();
    }
}
