// The initrd of a kernel snap: three segments that cpio, gzip and lzma read, the overlay winning over the base, modules
// in an order in which they load, and no link of the base lost.
using System.Text;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Kernel;

public sealed class KernelInitrdTests
{
    private const string ModulesFolder = $"lib/modules/{SampleKernel.Release}";

    private readonly SampleKernel _sample = new();

    [Fact]
    public void The_real_tools_read_each_segment()
    {
        FileContent initrd = Initrd();
        byte[] bytes = initrd.ReadAll(1 << 20);
        IReadOnlyList<CpioSegment> segments = Segments(initrd);
        Assert.Equal(
            [CompressionFormat.None, CompressionFormat.Gzip, CompressionFormat.LzmaAlone],
            segments.Select(segment => segment.Compression));
        Assert.All(segments, segment => Assert.Equal(0, segment.Offset % 4));
        foreach ((CpioSegment segment, string tool) in segments.Zip((string[])["cat", "gzip", "lzma"]))
        {
            byte[] packed = bytes.AsSpan((int)segment.Offset, (int)segment.LengthBytes).ToArray();
            byte[] archive = Oracle.Run(
                new OracleCall(tool) { Arguments = tool is "cat" ? [] : ["-dc"], Input = packed }) is { ExitCode: 0 } plain
                ? plain.OutputBytes
                : throw new InvalidOperationException($"{tool} does not read its segment");
            string listed = Oracle.Run(new OracleCall("cpio") { Arguments = ["-t", "--quiet"], Input = archive }).MustSucceed();
            Assert.Equal(
                segment.Root.Walk().Select(entry => entry.Path).Order(StringComparer.Ordinal),
                listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line is not ".")
                    .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_overlay_wins_and_the_rest_of_the_base_stays()
    {
        DirectoryNode merged = Merged();
        Assert.Equal("ours\n", Text(merged, "scripts/resize"));
        Assert.Equal("#!/bin/sh\n", Text(merged, "init"));
        Assert.Equal("usb", Text(merged, "lib/firmware/board/usb.bin"));
        Assert.Null(merged.Find("lib/firmware/board/gpu.bin"));
    }

    [Fact]
    public void Modules_come_after_what_they_need_and_no_other_comes()
    {
        DirectoryNode merged = Merged();
        Assert.Equal(
            ["kernel/crc.ko", "kernel/bus.ko", "kernel/mmc.ko", "kernel/late.ko"],
            Text(merged, $"{ModulesFolder}/modules.order").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("kernel/mmc.ko: kernel/bus.ko\n", Text(merged, $"{ModulesFolder}/modules.dep"), StringComparison.Ordinal);
        Assert.NotNull(merged.Find($"{ModulesFolder}/kernel/crc.ko"));
        Assert.Null(merged.Find($"{ModulesFolder}/kernel/unused.ko"));
    }

    [Theory]
    [InlineData("usr/lib")]
    [InlineData("/usr/lib")]
    [InlineData("usr/../usr/lib")]
    public void A_link_of_the_base_stays_and_leads_to_our_files(string target)
    {
        _sample.BaseInitrd.SetPath("lib", new SymbolicLinkNode(FileMetadata.Link, target));
        SampleKernel.SetText(_sample.BaseInitrd, "usr/lib/libc.so", "libc");
        DirectoryNode merged = Merged();
        Assert.Equal(target, ((SymbolicLinkNode)merged.Find("lib")!).Target);
        Assert.Equal("libc", Text(merged, "usr/lib/libc.so"));
        Assert.NotNull(merged.Find($"usr/{ModulesFolder}/kernel/mmc.ko"));
        Assert.Equal("usb", Text(merged, "usr/lib/firmware/board/usb.bin"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_of_the_base_in_the_place_of_a_directory_is_refused(bool isCircle)
    {
        if (isCircle)
            _sample.BaseInitrd.SetPath("lib", new SymbolicLinkNode(FileMetadata.Link, "lib"));
        else
            SampleKernel.SetText(_sample.BaseInitrd, "lib", "a file");
        Assert.Null(_sample.Build());
        Assert.Contains("base.img: JC5410: cannot put \"lib\" into the initrd: the base has no directory there",
            _sample.Findings());
    }

    [Fact]
    public void A_base_initrd_that_cannot_be_read_or_started_is_refused()
    {
        _sample.BaseInitrdBytes = Encoding.ASCII.GetBytes("no initrd");
        Assert.Null(_sample.Build());
        Assert.Equal(
            [
                "base.img: JC5413: cannot read the initrd: at offset 0: "
                    + "neither a cpio archive nor compressed data begins here",
            ],
            _sample.Findings());
        var empty = new SampleKernel { BaseInitrdBytes = [] };
        Assert.Null(empty.Build());
        Assert.Equal(["initrd.img: JC5413: cannot start from the initrd: it has no /init"], empty.Findings());
    }

    private FileContent Initrd()
    {
        DirectoryNode? snap = _sample.Build();
        Assert.Empty(_sample.Findings());
        return ((RegularFileNode)snap!.Find("initrd.img")!).Content;
    }

    private DirectoryNode Merged() => CpioSegmentReader.Merge(Segments(Initrd()));

    private static IReadOnlyList<CpioSegment> Segments(FileContent initrd) =>
        CpioSegmentReader.Read(initrd, MemorySpool.Keep, ReadLimits.Default);

    private static string Text(DirectoryNode root, string path) =>
        Encoding.UTF8.GetString(Assert.IsType<RegularFileNode>(root.Find(path)).Content.ReadAll(1 << 20));
}
