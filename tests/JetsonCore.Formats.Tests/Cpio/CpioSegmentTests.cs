// Initial RAM disks of several archives, compressed by the real tools in every way that the kernel knows.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Cpio;

public class CpioSegmentTests
{
    public static TheoryData<string, CompressionFormat> Tools => new()
    {
        { "cat", CompressionFormat.None }, { "gzip -nc", CompressionFormat.Gzip }, { "xz -c --check=crc32", CompressionFormat.Xz },
        { "xz -c --format=lzma", CompressionFormat.LzmaAlone }, { "zstd -c", CompressionFormat.Zstd }, { "lz4 -c", CompressionFormat.Lz4 },
        { "lz4 -lc", CompressionFormat.Lz4 }, { "bzip2 -c", CompressionFormat.Bzip2 }, { "lzop -c", CompressionFormat.Lzo },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public void Segments_of_every_compression_are_found_one_behind_the_other(string tool, CompressionFormat format)
    {
        byte[] first = Archive("kernel/x86/microcode", "early"), second = Archive("etc/conf", "two"), third = Archive("etc/conf", "three");
        byte[] compressed = Compress(tool, second);
        if (tool == "lz4 -lc")      // the legacy frames do not say where they end
            third = [];
        byte[] chain = [.. first, .. new byte[512], .. compressed, .. new byte[tool == "lz4 -lc" ? 0 : 4 - (compressed.Length % 4)], .. third];
        IReadOnlyList<CpioSegment> segments = Read(chain);
        CompressionFormat[] expected = [CompressionFormat.None, format, CompressionFormat.None];
        Assert.Equal(third.Length == 0 ? expected[..2] : expected, segments.Select(segment => segment.Compression));
        Assert.Equal(first.Length + 512, segments[1].Offset);
        if (tool != "cat")          // of a plain archive the padding is not known to be its own
            Assert.Equal(compressed.Length, segments[1].LengthBytes);
        DirectoryNode merged = CpioSegmentReader.Merge(segments);
        Assert.Equal(third.Length == 0 ? "two" : "three", TextOf(merged, "etc/conf"));
        Assert.Equal("early", TextOf(merged, "kernel/x86/microcode"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(512)]
    public void A_legacy_lz4_frame_may_be_padded(int zeros)
    {
        byte[] chain = [.. Compress("lz4 -lc", Archive("a", "x")), .. new byte[zeros]];
        Assert.Equal("x", TextOf(CpioSegmentReader.Merge(Read(chain)), "a"));
    }

    [Theory]
    [InlineData("lib/x", "usr/lib/x")]              // the kernel follows the link
    [InlineData("lib\nlib/x", "lib/x")]             // a directory of that name takes its place
    public void An_overlay_below_a_link_goes_where_the_kernel_puts_it(string names, string place)
    {
        using var folder = new TempFolder();
        folder.Write("lib/x", "x");
        byte[] overlay = Oracle.Run(new OracleCall("cpio")
        {
            Arguments = ["-o", "-H", "newc", "--quiet"],
            Folder = folder.File("."),
            Input = Encoding.UTF8.GetBytes(names + "\n"),
        }).OutputBytes;
        var tree = new DirectoryNode();
        tree.SetPath("usr/lib/a", new RegularFileNode(FileMetadata.File, FileContent.Of([1])));
        tree.Set("lib", new SymbolicLinkNode(FileMetadata.Link, "usr/lib"));
        DirectoryNode merged = CpioSegmentReader.Merge(Read([.. Bytes(tree), .. overlay]));
        Assert.Equal("x", TextOf(merged, place));
        Assert.NotNull(merged.Find("usr/lib/a"));
        Assert.Equal(place != "lib/x", merged.Find("lib") is SymbolicLinkNode);
    }

    [Fact]
    public void Hard_links_stay_one_file_when_segments_are_merged()
    {
        var tree = new DirectoryNode();
        var file = new RegularFileNode(FileMetadata.File, FileContent.Of([1]));
        tree.SetPath("a", file);
        tree.SetPath("b", file);
        DirectoryNode merged = CpioSegmentReader.Merge(Read(Bytes(tree)));
        Assert.Same(merged.Find("a"), merged.Find("b"));
    }

    [Fact]
    public void Bytes_that_are_no_archive_are_refused_with_their_place()
    {
        byte[] archive = Archive("a", "x");
        var fault = Assert.Throws<MalformedDataException>(() => Read([.. archive, .. "garbage"u8]));
        Assert.Equal(archive.Length, fault.Offset);
    }

    [Fact]
    public void An_archive_that_the_kernel_would_miss_is_refused()
    {
        byte[] archive = Archive("a", "x");
        var fault = Assert.Throws<MalformedDataException>(() => Read([.. archive, 0, .. archive]));
        Assert.Equal(archive.Length + 1, fault.Offset);
    }

    [Fact]
    public void Limits_count_over_all_segments()
    {
        byte[] archive = Archive("a", "x");
        byte[] chain = [.. archive, .. archive, .. archive];
        Assert.Equal(3, CpioSegmentReader.Read(FileContent.Of(chain), MemorySpool.Keep, new() { Entries = 3 }).Count);
        Assert.Throws<MalformedDataException>(() =>
            CpioSegmentReader.Read(FileContent.Of(chain), MemorySpool.Keep, new() { Entries = 2 }));
    }

    [Theory]
    [InlineData("gzip -nc")]
    [InlineData("xz -c --check=none")]
    public void Damaged_chains_are_read_or_refused(string tool)
    {
        byte[] first = Archive("a", "one");
        byte[] chain = [.. first, .. Compress(tool, Bytes(new RandomTree(new(4)).Make(6)))];
        var limits = new ReadLimits { ContentBytes = 16 << 20, MetadataBytes = 1 << 20 };
        DamageTrial.Run(Soak.Rounds(1000, 50_000), round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] damaged = [.. chain.AsSpan(0, first.Length), .. Mutations.Mutate(chain[first.Length..], random)];
            CpioSegmentReader.Merge(CpioSegmentReader.Read(FileContent.Of(damaged), MemorySpool.Keep, limits));
        });
    }

    private static IReadOnlyList<CpioSegment> Read(byte[] chain) =>
        CpioSegmentReader.Read(FileContent.Of(chain), MemorySpool.Keep, ReadLimits.Default);

    private static string TextOf(DirectoryNode tree, string path) =>
        Encoding.ASCII.GetString(Assert.IsType<RegularFileNode>(tree.Find(path)).Content.ReadAll(100));

    private static byte[] Archive(string path, string text)
    {
        var tree = new DirectoryNode();
        tree.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(Encoding.ASCII.GetBytes(text))));
        return Bytes(tree);
    }

    private static byte[] Bytes(DirectoryNode tree)
    {
        var target = new MemoryStream();
        CpioWriter.Write(tree, target);
        return target.ToArray();
    }

    private static byte[] Compress(string tool, byte[] plain)
    {
        string[] words = tool.Split(' ');
        OracleResult result = Oracle.Run(new OracleCall(words[0]) { Arguments = words[1..], Input = plain });
        result.MustSucceed();
        return result.OutputBytes;
    }
}
