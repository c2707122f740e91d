// Every format is recognised by its bytes, whoever wrote it and whatever wraps it, and those with files give them back.
using JetsonCore.Artefacts;
using JetsonCore.Files;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Artefacts;

public sealed class ArtefactTests : IDisposable
{
    private static readonly byte[] Content = "content\n"u8.ToArray();

    private readonly TempFolder _temp = new();

    public static TheoryData<string, ArtefactFormat> WithFiles => new()
    {
        { "ext4", ArtefactFormat.Ext4 }, { "vfat", ArtefactFormat.Vfat }, { "squashfs", ArtefactFormat.SquashFs },
        { "cpio", ArtefactFormat.Cpio }, { "tar", ArtefactFormat.Tar },
    };

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(WithFiles))]
    public void What_we_write_is_recognised_and_opened(string name, ArtefactFormat format)
    {
        byte[] plain = Make(name);
        Check(plain, format, CompressionFormat.None, format);
        foreach (CompressionFormat compression in (CompressionFormat[])[CompressionFormat.Xz, CompressionFormat.Gzip,
            CompressionFormat.Zstd, CompressionFormat.LzmaAlone])
            Check(Compress(plain, compression), format, compression, format);
        var sparse = new MemoryStream();
        AndroidSparseWriter.Write(FileContent.Of(plain), sparse, new() { ZerosAreDontCare = true });
        Check(sparse.ToArray(), ArtefactFormat.AndroidSparse, CompressionFormat.None, format);
    }

    [Fact]
    public void Archives_of_other_tools_are_recognised_too()
    {
        _temp.Write("from/d/file", Content);
        foreach (string dialect in (string[])["v7", "ustar", "gnu", "posix"])
        {
            Oracle.Run("tar", "-C", _temp.File("from"), "-cf", _temp.File("a.tar"), $"--format={dialect}", "d").MustSucceed();
            Assert.Equal(ArtefactFormat.Tar, Kind(File.ReadAllBytes(_temp.File("a.tar")))?.Format);
        }
        foreach (string tool in (string[])["mkfs.vfat -F12", "mkfs.vfat -F16", "mkfs.vfat -F32", "mke2fs -q -t ext2"])
        {
            string image = _temp.File("image");
            File.Delete(image);
            Oracle.Run("truncate", "-s", "40M", image).MustSucceed();
            Oracle.Run(tool.Split(' ')[0], [.. tool.Split(' ')[1..], image]).MustSucceed();
            ArtefactFormat expected = tool[2] == 'f' ? ArtefactFormat.Vfat : ArtefactFormat.Ext4;
            Assert.Equal(expected, ArtefactRecogniser.Recognise(FolderTree.FileContent(image))?.Format);
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void A_disk_is_a_disk_even_when_its_first_table_is_gone(int sectorSize)
    {
        var disk = new MemoryStream();
        GptWriter.Write(disk, new() { SectorSize = sectorSize, DiskGuid = new(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), DiskSizeBytes = 8 << 20 });
        byte[] bytes = disk.ToArray();
        Assert.Equal(ArtefactFormat.Gpt, Kind(bytes)?.Format);
        bytes.AsSpan(sectorSize, sectorSize).Clear();
        Assert.Equal(ArtefactFormat.Gpt, Kind(bytes)?.Format);
        using var folder = new TempFolder();
        using ArtefactTree tree = ArtefactTree.Open(folder.Write("disk", bytes), MemorySpool.Keep, ReadLimits.Default);
        Assert.Empty(tree.Root.Children);
    }

    [Fact]
    public void A_table_of_the_master_boot_record_is_recognised()
    {
        string image = _temp.Write("image", new byte[1 << 20]);
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", image], Input = "8,100,c\n"u8.ToArray() }).MustSucceed();
        Assert.Equal(ArtefactFormat.Mbr, Kind(File.ReadAllBytes(image))?.Format);
    }

    /// <summary>As in dos+bsd.img of util-linux' tests: fdisk leaves what lies behind the table's sector.</summary>
    [Fact]
    public void A_disk_that_was_a_file_system_before_is_a_disk_and_the_other_way_round()
    {
        string image = _temp.Write("image", new byte[4 << 20]);
        Oracle.Run("mke2fs", "-q", "-F", image).MustSucceed();
        Oracle.Run(new OracleCall("sfdisk")
        {
            Arguments = ["-q", "--wipe=never", image],
            Input = "2048,1000,c\n"u8.ToArray(),
        }).MustSucceed();
        Assert.Equal(ArtefactFormat.Mbr, Kind(File.ReadAllBytes(image))?.Format);
        Oracle.Run("mke2fs", "-q", "-F", image).MustSucceed();
        Assert.Equal(ArtefactFormat.Ext4, Kind(File.ReadAllBytes(image))?.Format);
    }

    [Fact]
    public void A_boot_environment_is_recognised_by_its_checksum()
    {
        var block = new byte[0x2000];
        UBootEnvironment.Encode(new Dictionary<string, string> { ["a"] = "b" }, block, UBootEnvironmentLayout.Redundant);
        Assert.Equal(ArtefactFormat.UBootEnvironment, Kind(block)?.Format);
        block[100] ^= 1;
        Assert.Null(Kind(block));
    }

    [Fact]
    public void Other_bytes_are_nothing()
    {
        Assert.Null(Kind([]));
        Assert.Null(Kind(new byte[100_000]));
        Assert.Null(Kind("#!/bin/sh\n"u8.ToArray()));
        Assert.Equal(new ArtefactKind(ArtefactFormat.Data, CompressionFormat.Xz),
            Kind(Compress("#!/bin/sh\n"u8.ToArray(), CompressionFormat.Xz)));
        for (ulong seed = 0; seed < 100; seed++)
            Assert.Null(Kind(new SeededRandom(seed).Bytes(5000)));
    }

    [Fact]
    public void Damaged_artefacts_are_recognised_as_something_or_nothing()
    {
        byte[][] artefacts =
        [
            .. WithFiles.Select(row => Make((string)row[0])),
            Compress(Make("cpio"), CompressionFormat.Zstd), Compress(Make("tar"), CompressionFormat.Xz),
        ];
        byte[][] heads = [.. artefacts.Select(artefact => artefact[..Math.Min(artefact.Length, 6000)])];
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            Kind(Mutations.Mutate(heads[round % heads.Length], new SeededRandom((ulong)round))));
    }

    private static ArtefactKind? Kind(byte[] bytes) => ArtefactRecogniser.Recognise(FileContent.Of(bytes));

    private static byte[] Compress(byte[] plain, CompressionFormat format)
    {
        var target = new MemoryStream();
        using (CompressionStream stream = Compressor.OpenWrite(target, format, 1))
            stream.Write(plain);
        return target.ToArray();
    }

    private static byte[] Make(string name)
    {
        var tree = new DirectoryNode();
        tree.SetPath("d/file", new RegularFileNode(FileMetadata.File, FileContent.Of(Content)));
        var target = new MemoryStream();
        switch (name)
        {
            case "ext4":
                Ext4Options options = Ext4Options.Writable("w", new Guid(1, 2, 3, new byte[8]), Guid.Empty, new(1)) with { MarginBytes = 0 };
                Ext4Writer.Write(Ext4Writer.Plan(tree, options, null), target, 0);
                break;
            case "vfat":
                FatWriter.Write(target, tree, new() { SerialNumber = 1, SizeBytes = 1 << 20 });
                break;
            case "squashfs":
                SquashFsWriter.Write(tree, SquashFsOptions.Snap(new(1)), target);
                break;
            case "cpio":
                CpioWriter.Write(tree, target);
                break;
            default:
                TarTreeWriter.Write(target, tree);
                break;
        }
        return target.ToArray();
    }

    private void Check(byte[] bytes, ArtefactFormat format, CompressionFormat compression, ArtefactFormat inner)
    {
        Assert.Equal(new ArtefactKind(format, compression), Kind(bytes));
        using ArtefactTree tree = ArtefactTree.Open(_temp.Write("artefact", bytes), MemorySpool.Keep, ReadLimits.Default);
        Assert.Equal(inner, tree.Format);
        var file = Assert.IsType<RegularFileNode>(tree.Root.Find("d/file"));
        Assert.Equal(Content, file.Content.ReadAll(100));
    }
}
