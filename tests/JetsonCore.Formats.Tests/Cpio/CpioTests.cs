// cpio archives against their drawing, against GNU cpio both ways, and against damage.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Cpio;

public class CpioTests
{
    [Fact]
    public void The_smallest_archive_is_as_drawn()
    {
        var root = new DirectoryNode();
        root.Set("a", new RegularFileNode(FileMetadata.File, FileContent.Of("hi\n"u8.ToArray())));
        string zeros = new('0', 8);
        Assert.Equal(
            $"070701{zeros}000081A4{zeros}{zeros}00000001{zeros}00000003{zeros}{zeros}{zeros}{zeros}00000002{zeros}"
                + "a\0hi\n\0"
                + $"070701{zeros}{zeros}{zeros}{zeros}00000001{zeros}{zeros}{zeros}{zeros}{zeros}{zeros}0000000B{zeros}"
                + "TRAILER!!!\0\0\0\0",
            Encoding.ASCII.GetString(Bytes(root).AsSpan(0, 240)));
    }

    [Fact]
    public void Reading_gives_back_what_was_written()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            DirectoryNode tree = new RandomTree(new(seed)).Make(40);
            Assert.Equal(TreeText.Of(tree), TreeText.Of(CpioReader.ReadTree(Write(tree), ReadLimits.Default)));
        }
    }

    [Fact]
    public void A_target_may_end_with_NUL_as_the_kernel_writes_it_but_hold_none()
    {
        var tree = new DirectoryNode();
        tree.Set("l", new SymbolicLinkNode(FileMetadata.Link, "to-"));
        byte[] archive = Bytes(tree).ToArray();
        int target = archive.AsSpan().IndexOf("to-"u8);
        archive[target + 2] = 0;
        DirectoryNode read = CpioReader.ReadTree(FileContent.Of(archive), ReadLimits.Default);
        Assert.Equal("to", Assert.IsType<SymbolicLinkNode>(read.Find("l")).Target);
        archive[target] = 0;
        Assert.Throws<MalformedDataException>(() => CpioReader.ReadTree(FileContent.Of(archive), ReadLimits.Default));
    }

    [Fact]
    public void A_large_file_can_be_interrupted()
    {
        using var interruption = new CancellationTokenSource();
        var tree = new DirectoryNode();
        tree.Set("f", new RegularFileNode(FileMetadata.File, new(1 << 30, () => new Interrupting(interruption))));
        Assert.Throws<OperationCanceledException>(() =>
            CpioWriter.Write(tree, Stream.Null, cancellation: interruption.Token));
    }

    [Fact]
    public void Gnu_cpio_writes_the_same_bytes()
    {
        using var folder = new TempFolder();
        var tree = new DirectoryNode();
        foreach (string path in (string[])["a", "a-b", "dir/x", "dir/sub/empty", "dir/sub/y", "dir/z"])
        {
            byte[] content = path.EndsWith("empty", StringComparison.Ordinal) ? [] : Encoding.UTF8.GetBytes(path);
            folder.Write($"t/{path}", content);
            tree.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        }
        File.CreateSymbolicLink(folder.File("t", "link"), "dir/x");
        tree.Set("link", new SymbolicLinkNode(FileMetadata.Link, "dir/x"));
        Oracle.Run("find", folder.File("t"), "-exec", "touch", "-h", "-d", "@1500000000", "{}", "+").MustSucceed();
        OracleResult theirs = Oracle.Run(new OracleCall("cpio")
        {
            Arguments = ["-o", "-H", "newc", "-R", "0:0", "--reproducible", "--quiet"],
            Folder = folder.File("t"),
            Input = Encoding.UTF8.GetBytes(string.Join('\n', tree.Walk().Select(entry => entry.Path))),
        });
        theirs.MustSucceed();
        using var ours = new MemoryStream();
        CpioWriter.Write(tree, ours, modificationSeconds: 1500000000);
        Assert.Equal(theirs.OutputBytes, ours.ToArray());
    }

    [Fact]
    public void Gnu_cpio_lists_and_extracts_what_we_write()
    {
        using var folder = new TempFolder();
        DirectoryNode tree = new RandomTree(new(7)) { WithSpecialNodes = false, HighestId = 0 }.Make(150);
        foreach ((_, FileNode node) in tree.Walk())     // as any user, not only root, can extract
            node.Metadata = node.Metadata with { Permissions = node is DirectoryNode ? (ushort)0x1ED : (ushort)0x1A4 };
        tree.SetPath("first", new RegularFileNode(FileMetadata.File, FileContent.Of([1, 2, 3])));
        tree.SetPath("last", tree.Children["first"]);
        byte[] archive = Bytes(tree);
        string listed = Oracle.Run(new OracleCall("cpio") { Arguments = ["-t", "--quiet"], Input = archive })
            .MustSucceed();
        Assert.Equal(tree.Walk().Select(e => e.Path), Unquote(listed));

        Directory.CreateDirectory(folder.File("t"));
        Oracle.Run(new OracleCall("cpio") { Arguments = ["-i", "--quiet"], Input = archive, Folder = folder.File("t") })
            .MustSucceed();
        foreach ((string path, FileNode node) in tree.Walk())
        {
            string extracted = folder.File("t", path);
            if (node is RegularFileNode file)
                Assert.Equal(file.Content.ReadAll(int.MaxValue), File.ReadAllBytes(extracted));
            else if (node is SymbolicLinkNode link)
                Assert.Equal(link.Target, new FileInfo(extracted).LinkTarget);
            else
                Assert.True(Directory.Exists(extracted));
        }
    }

    [Theory]
    [InlineData("newc")]
    [InlineData("crc")]
    [InlineData("odc")]
    [InlineData("hpodc")]
    [InlineData("bin")]
    [InlineData("hpbin")]
    public void We_read_what_gnu_cpio_writes(string format) => CheckSample(CpioReader.ReadTree(
        FileContent.Of(GnuArchive(format)), ReadLimits.Default));

    [Theory]
    [InlineData("bin")]
    [InlineData("hpbin")]
    public void Binary_archives_of_the_other_byte_order_are_read(string format)
    {
        byte[] archive = Swapped(GnuArchive(format));
        string listed = Oracle.Run(new OracleCall("cpio") { Arguments = ["-t", "--quiet"], Input = archive }).MustSucceed();
        Assert.Contains("d/file", Unquote(listed));
        CheckSample(CpioReader.ReadTree(FileContent.Of(archive), ReadLimits.Default));
    }

    [Theory]
    [InlineData("odc")]
    [InlineData("bin")]
    [InlineData("newc")]
    public void We_read_what_bsdtar_writes(string format)
    {
        using var folder = new TempFolder();
        folder.Write($"t/{new string('n', 200)}/f", "content");
        Directory.CreateDirectory(folder.File("t", "empty"));
        Oracle.Run("bsdtar", $"--format={format}", "-C", folder.File("t"), "-cf", folder.File("a"), ".").MustSucceed();
        DirectoryNode tree = CpioReader.ReadTree(
            FileContent.Of(File.ReadAllBytes(folder.File("a"))), ReadLimits.Default);
        Assert.Equal(3, tree.Walk().Count());
        Assert.Equal("content"u8.ToArray(), ((RegularFileNode)tree.Find($"{new string('n', 200)}/f")!).Content.ReadAll(9));
    }

    [Fact]
    public void The_root_has_an_entry_as_find_names_it()
    {
        var metadata = new FileMetadata { Permissions = 0x1C8, UserId = 12, GroupId = 34, ModificationTime = new(1_600_000_000) };
        var tree = new DirectoryNode(metadata);
        tree.Set("a", new RegularFileNode(FileMetadata.File, FileContent.Empty));
        using var archive = new MemoryStream();
        CpioWriter.Write(tree, archive, withRoot: true);
        string listed = Oracle.Run(new OracleCall("cpio")
        {
            Arguments = ["-tv", "--quiet", "-n"],
            Input = archive.ToArray(),
        }).MustSucceed();
        Assert.Matches(@"^drwx--x--- +2 12 +34 +0 Sep 13 +2020 \.\n", listed);
        var chain = FileContent.Of(archive.ToArray());
        Assert.Equal(metadata, CpioReader.ReadTree(chain, ReadLimits.Default).Metadata with
        {
            ExtendedAttributes = metadata.ExtendedAttributes,
        });
        IReadOnlyList<CpioSegment> segments = CpioSegmentReader.Read(chain, MemorySpool.Keep, ReadLimits.Default);
        Assert.Equal((0x1C8, 12u), (CpioSegmentReader.Merge(segments).Metadata.Permissions,
            CpioSegmentReader.Merge(segments).Metadata.UserId));
    }

    [Fact]
    public void A_wrong_sum_is_refused()
    {
        byte[] archive = Bytes(OneFile("a", [1, 2]));
        archive[5] = (byte)'2';
        Assert.Contains("sums to 00000003", Refusal(archive).Message, StringComparison.Ordinal);
        archive[109] = (byte)'3';
        CpioReader.ReadTree(FileContent.Of(archive), ReadLimits.Default);
    }

    [Fact]
    public void The_later_of_two_archives_wins()
    {
        byte[] both = [.. Bytes(OneFile("d/a", [1])), 0, 0, 0, 0, .. Bytes(OneFile("d/a", [2])), .. new byte[700]];
        DirectoryNode tree = CpioReader.ReadTree(FileContent.Of(both), ReadLimits.Default);
        Assert.Equal([2], ((RegularFileNode)tree.Find("d/a")!).Content.ReadAll(1));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    public void Names_that_leave_the_archive_are_refused(string name)
    {
        byte[] archive = Bytes(OneFile(new string('x', name.Length), [1]));
        Encoding.ASCII.GetBytes(name).CopyTo(archive, 110);
        Assert.Contains("leaves the archive", Refusal(archive).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_kept()
    {
        FileContent archive = Write(OneFile("a/b/c", new byte[100]));
        ReadLimits[] tight =
            [new() { Entries = 2 }, new() { Depth = 2 }, new() { ContentBytes = 99 }, new() { MetadataBytes = 300 }];
        foreach (ReadLimits limits in tight)
            Assert.Throws<MalformedDataException>(() => CpioReader.ReadTree(archive, limits));
        CpioReader.ReadTree(archive, new() { Entries = 3, Depth = 3, ContentBytes = 100, MetadataBytes = 400 });
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused()
    {
        var huge = new RegularFileNode(FileMetadata.File, new(1L << 32, () => Stream.Null));
        var root = new DirectoryNode();
        root.Set("huge", huge);
        Assert.Throws<UnstorableContentException>(() => Write(root));
        Assert.Throws<UnstorableContentException>(() => Write(OneFile("TRAILER!!!", [])));
        root.Set("huge", new RegularFileNode(FileMetadata.File, new(5, () => Stream.Null)));
        Assert.Throws<MalformedDataException>(() => Write(root));
    }

    [Fact]
    public void Damaged_archives_are_read_or_refused()
    {
        byte[][] archives =
        [
            Bytes(new RandomTree(new(3)).Make(12)), GnuArchive("odc"), GnuArchive("hpodc"), GnuArchive("bin"),
            Swapped(GnuArchive("hpbin")), GnuArchive("crc"),
        ];
        DamageTrial.Run(Soak.Rounds(3000, 100_000), round => CpioReader.ReadTree(FileContent.Of(
            Mutations.Mutate(archives[round % archives.Length], new SeededRandom((ulong)round))), ReadLimits.Default));
    }

    /// <summary>Links of both kinds, a pipe and, where the tests may make them, device nodes.</summary>
    private static byte[] GnuArchive(string format)
    {
        using var folder = new TempFolder();
        folder.Write("t/d/file", "content");
        folder.Write("t/other", "more");
        Oracle.Run("ln", folder.File("t", "d", "file"), folder.File("t", "second")).MustSucceed();
        Oracle.Run("ln", "-s", "d/file", folder.File("t", "link")).MustSucceed();
        Oracle.Run("mkfifo", folder.File("t", "pipe")).MustSucceed();
        Oracle.Run("touch", "-d", "@1700000000", folder.File("t", "other")).MustSucceed();
        string names = ".\nother\nd\nsecond\nlink\nd/file\npipe\n";
        if (Environment.IsPrivilegedProcess)
        {
            Oracle.Run("mknod", folder.File("t", "null"), "c", "1", "3").MustSucceed();
            Oracle.Run("mknod", folder.File("t", "disk"), "b", "8", "17").MustSucceed();
            names += "null\ndisk\n";
        }
        OracleResult archive = Oracle.Run(new OracleCall("cpio")
        {
            Arguments = ["-o", "-H", format, "--quiet"],
            Folder = folder.File("t"),
            Input = Encoding.ASCII.GetBytes(names),
        });
        archive.MustSucceed();
        return archive.OutputBytes;
    }

    private static void CheckSample(DirectoryNode tree)
    {
        Assert.Equal(["d", "d/file", "link", "other", "pipe", "second"],
            tree.Walk().Select(entry => entry.Path).Except(["null", "disk"]));
        var file = Assert.IsType<RegularFileNode>(tree.Find("second"));
        Assert.Equal("content"u8.ToArray(), file.Content.ReadAll(100));
        Assert.Same(file, tree.Find("d/file"));
        Assert.Equal("d/file", Assert.IsType<SymbolicLinkNode>(tree.Find("link")).Target);
        Assert.Equal(1_700_000_000, tree.Find("other")!.Metadata.ModificationTime.UnixSeconds);
        Assert.Equal(SpecialKind.Fifo, Assert.IsType<SpecialNode>(tree.Find("pipe")).Kind);
        if (!Environment.IsPrivilegedProcess)
            return;
        var node = Assert.IsType<SpecialNode>(tree.Find("null"));
        Assert.Equal((SpecialKind.CharacterDevice, 1u, 3u), (node.Kind, node.DeviceMajor, node.DeviceMinor));
        node = Assert.IsType<SpecialNode>(tree.Find("disk"));
        Assert.Equal((SpecialKind.BlockDevice, 8u, 17u), (node.Kind, node.DeviceMajor, node.DeviceMinor));
    }

    /// <summary>A binary archive as a machine of the other byte order writes it: its headers in words swapped.</summary>
    private static byte[] Swapped(byte[] archive)
    {
        byte[] swapped = [.. archive];
        for (int at = 0; at + 26 <= archive.Length && archive[at] == 0xC7;)
        {
            int nameLength = BitConverter.ToUInt16(archive, at + 20);
            int length = BitConverter.ToUInt16(archive, at + 22) << 16 | BitConverter.ToUInt16(archive, at + 24);
            for (int word = at; word < at + 26; word += 2)
                (swapped[word], swapped[word + 1]) = (archive[word + 1], archive[word]);
            at += 26 + nameLength + (nameLength & 1) + length + (length & 1);
        }
        return swapped;
    }

    private static DirectoryNode OneFile(string path, byte[] content)
    {
        var root = new DirectoryNode();
        root.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        return root;
    }

    private static byte[] Bytes(DirectoryNode tree)
    {
        using var archive = new MemoryStream();
        CpioWriter.Write(tree, archive);
        return archive.ToArray();
    }

    private static FileContent Write(DirectoryNode tree) => FileContent.Of(Bytes(tree));

    private static MalformedDataException Refusal(byte[] archive) => Assert.Throws<MalformedDataException>(
        () => CpioReader.ReadTree(FileContent.Of(archive), ReadLimits.Default));

    // GNU cpio prints unusual names in quotes with octal escapes; UTF-8 passes in a UTF-8 locale.
    private static IEnumerable<string> Unquote(string listed) =>
        listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Trim('"'));

    /// <summary>Somebody presses Ctrl-C when the first bytes are read.</summary>
    private sealed class Interrupting(CancellationTokenSource source) : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (source.IsCancellationRequested)
                throw new InvalidOperationException("read on after the interruption");
            source.Cancel();
            return count;
        }
    }
}
