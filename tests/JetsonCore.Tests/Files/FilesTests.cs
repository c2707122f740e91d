// Folders become trees and trees become folders; output files appear whole or not at all.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Files;

public class FilesTests
{
    [Fact]
    public void A_folder_survives_the_way_through_a_tree()
    {
        using var temp = new TempFolder();
        temp.Write("in/b.txt", "bee");
        temp.Write("in/a/\u00fcml\u00e4ut", new byte[5000]);
        File.CreateSymbolicLink(temp.File("in/link"), "../outside");
        File.SetUnixFileMode(temp.File("in/b.txt"), (UnixFileMode)0x1E8);
        DirectoryNode tree = FolderTree.Read(temp.File("in"));
        Assert.Equal(["a", "a/\u00fcml\u00e4ut", "b.txt", "link"], tree.Walk().Select(entry => entry.Path));

        var diagnostics = new DiagnosticBag();
        TreeExtractor.Extract(tree, temp.File("out"), diagnostics);
        Assert.Empty(diagnostics.Items);
        string difference = Oracle.Run("diff", "-r", "--no-dereference", temp.File("in"), temp.File("out")).MustSucceed();
        Assert.Empty(difference);
        Assert.Equal((UnixFileMode)0x1E8, File.GetUnixFileMode(temp.File("out/b.txt")));
    }

    [Fact]
    public void Hard_links_are_one_node()
    {
        using var temp = new TempFolder();
        temp.Write("in/one", "1");
        Oracle.Run("ln", temp.File("in/one"), temp.File("in/two")).MustSucceed();
        DirectoryNode tree = FolderTree.Read(temp.File("in"));
        Assert.Same(tree.Find("one"), tree.Find("two"));
    }

    [Fact]
    public void Holes_of_a_file_are_known_without_reading_it()
    {
        using var temp = new TempFolder();
        temp.Write("in/whole", new byte[9000]);
        using (FileStream file = File.Create(temp.File("in/sparse")))
        {
            file.Position = 5L << 30;
            file.Write("end"u8);
        }
        DirectoryNode tree = FolderTree.Read(temp.File("in"));
        Assert.Equal([new(0, 9000)], ((RegularFileNode)tree.Find("whole")!).Content.DataRanges());
        FileContent sparse = ((RegularFileNode)tree.Find("sparse")!).Content;
        ContentRange data = Assert.Single(sparse.DataRanges());
        Assert.InRange(data.Length, 3, 1 << 16);
        Assert.Equal(sparse.Length, data.Start + data.Length);
    }

    [Fact]
    public void An_output_file_without_commit_leaves_nothing()
    {
        using var temp = new TempFolder();
        using (OutputFile file = OutputFile.Create(temp.File("x"), force: false))
            file.Stream.Write("half"u8);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void An_existing_file_is_kept_unless_forced()
    {
        using var temp = new TempFolder();
        string path = temp.Write("x", "old");
        UserErrorException refusal = Assert.Throws<UserErrorException>(() => OutputFile.Write(path, "new"u8, force: false));
        Assert.Equal(FailureKind.Usage, refusal.Kind);
        Assert.Equal("old", File.ReadAllText(path));
        OutputFile.Write(path, "new"u8, force: true);
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Theory]
    [InlineData(9)]             // it grows
    [InlineData(4)]             // it shrinks
    [InlineData(6)]             // it is written over in place
    public void A_file_that_changes_while_it_is_read_is_noticed(int length)
    {
        using var temp = new TempFolder();
        string path = temp.Write("input", "before");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        FileContent content = FolderTree.FileContent(path);
        using Stream open = content.Open();
        Assert.Equal((byte)'b', open.ReadByte());
        using (var writer = new FileStream(path, FileMode.Open))
        {
            writer.Write("AFTERWARD"u8[..Math.Min(length, 9)]);
            writer.SetLength(length);
        }
        var buffer = new byte[8];
        UserErrorException change = Assert.Throws<UserErrorException>(() => open.Read(buffer));
        Assert.Equal(("JC9141", FailureKind.Environment, path),
            (change.Diagnostic.Rule.Code, change.Kind, change.Diagnostic.Path));
        Assert.Throws<UserErrorException>(content.Open);
    }

    [Fact]
    public void A_file_that_is_replaced_before_it_is_read_is_noticed()
    {
        using var temp = new TempFolder();
        string path = temp.Write("input", "before"), other = temp.Write("other", "before");
        FileContent content = FolderTree.FileContent(path);
        File.Move(other, path, overwrite: true);
        Assert.Throws<UserErrorException>(content.Open);
    }

    [Fact]
    public void A_link_to_a_file_is_replaced_and_its_target_is_left_alone()
    {
        using var temp = new TempFolder();
        temp.Write("target", "old");
        File.CreateSymbolicLink(temp.File("link"), "target");
        OutputFile.Write(temp.File("link"), "new"u8, force: true);
        Assert.Equal("old", File.ReadAllText(temp.File("target")));
        Assert.Equal("new", File.ReadAllText(temp.File("link")));
        Assert.Null(new FileInfo(temp.File("link")).LinkTarget);
    }

    [Theory]
    [InlineData("")]
    [InlineData("folder")]
    [InlineData("new/")]
    [InlineData("device")]
    public void Only_files_are_replaced(string name)
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.File("folder"));
        File.CreateSymbolicLink(temp.File("device"), "/dev/null");
        UserErrorException refusal = Assert.Throws<UserErrorException>(
            () => OutputFile.Write(name is "" ? "" : temp.File(name), "new"u8, force: true));
        Assert.Equal("JC9144", refusal.Diagnostic.Rule.Code);
    }

    [Fact]
    public void What_a_killed_run_left_aside_is_replaced()
    {
        using var temp = new TempFolder();
        temp.Write(".x.part", "half");
        OutputFile.Write(temp.File("x"), "whole"u8, force: false);
        Assert.Equal("whole", File.ReadAllText(temp.File("x")));
        Assert.Equal([temp.File("x")], Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Two_runs_never_write_one_file()
    {
        using var temp = new TempFolder();
        using (var first = OutputFile.Create(temp.File("x"), force: false))
        {
            UserErrorException refusal =
                Assert.Throws<UserErrorException>(() => OutputFile.Create(temp.File("x"), force: false));
            Assert.Equal("JC9140", refusal.Diagnostic.Rule.Code);
            first.Stream.Write("first"u8);
            first.Commit();
        }
        Assert.Equal("first", File.ReadAllText(temp.File("x")));
    }

    [Fact]
    public void A_file_that_appears_meanwhile_is_kept()
    {
        using var temp = new TempFolder();
        using (var file = OutputFile.Create(temp.File("x"), force: false))
        {
            temp.Write("x", "other");
            Assert.Throws<UserErrorException>(file.Commit);
        }
        Assert.Equal("other", File.ReadAllText(temp.File("x")));
        Assert.Equal([temp.File("x")], Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Work_files_have_no_names()
    {
        using var temp = new TempFolder();
        using var spool = new SpoolFolder(temp.File("not/yet"));
        FileContent kept = spool.Keep(new MemoryStream([1, 2, 3]), 3);
        Assert.Equal([1, 2, 3], kept.ReadAll(3));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Extraction_refuses_a_folder_with_something_in_it()
    {
        using var temp = new TempFolder();
        temp.Write("out/mine", "precious");
        Assert.Throws<UserErrorException>(() =>
            TreeExtractor.Extract(new DirectoryNode(), temp.File("out"), new DiagnosticBag()));
    }

    [Fact]
    public void Zeros_stay_holes()
    {
        using var temp = new TempFolder();
        using (var target = new FileStream(temp.File("sparse"), FileMode.Create))
        {
            var content = new byte[10 << 20];
            content[5 << 20] = 1;
            SparseCopy.Copy(new MemoryStream(content), target, content.Length);
        }
        Assert.Equal(10 << 20, new FileInfo(temp.File("sparse")).Length);
        Assert.True(long.Parse(Oracle.Run("stat", "-c", "%b", temp.File("sparse")).MustSucceed()) <= 16);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(12345)]
    public void Files_are_copied_to_any_place_and_keep_their_holes(int start)
    {
        using var temp = new TempFolder();
        string path = temp.File("source");
        byte[] first = new SeededRandom(1).Bytes(70_000), last = new SeededRandom(2).Bytes(5);
        var expected = new byte[(20 << 20) + 3];
        first.CopyTo(expected, 1 << 20);
        last.CopyTo(expected, 15 << 20);
        using (var source = new FileStream(path, FileMode.Create))
        {
            source.SetLength(expected.Length);
            source.Position = 1 << 20;
            source.Write(first);
            source.Position = 15 << 20;
            source.Write(last);
        }
        using (FileStream source = File.OpenRead(path))
        using (var target = new FileStream(temp.File("target"), FileMode.Create))
        {
            target.Write([7]);
            target.Position = start;
            SparseCopy.CopyFile(source, target);
            Assert.Equal(start + expected.Length, target.Position);
        }
        byte[] copied = File.ReadAllBytes(temp.File("target"));
        Assert.Equal(expected.Length + start, copied.Length);
        Assert.Equal(7, copied[0]);
        Assert.True(copied.AsSpan(start).SequenceEqual(expected));
        Assert.True(long.Parse(Oracle.Run("stat", "-c", "%b", temp.File("target")).MustSucceed()) <= 400);
    }

    [Fact]
    public void The_holes_of_a_file_are_known_before_it_is_read()
    {
        using var temp = new TempFolder();
        using (var file = new FileStream(temp.File("in"), FileMode.Create))
        {
            file.SetLength(1 << 20);
            file.Position = 512 << 10;
            file.Write([1]);
        }
        FileContent content = FolderTree.FileContent(temp.File("in"));
        ContentRange range = Assert.Single(content.DataRanges(4096));
        Assert.Equal((512 << 10, 4096), (range.Start, range.Length));
    }

    [Fact]
    public void Names_and_targets_that_are_no_text_keep_their_bytes()
    {
        using var temp = new TempFolder();
        string make = """
            cd "$1" && mkdir -p "$(printf 'in/d\351r')" && cd in && printf x > "$(printf 'd\351r/caf\351')" &&
            ln -s "$(printf 'd\351r/\377')" "$(printf 'l\376')" && touch -h -d @1.5 "$(printf 'l\376')"
            """;
        Oracle.Run("sh", "-c", make, "sh", temp.Path).MustSucceed();
        DirectoryNode tree = FolderTree.Read(temp.File("in"));
        Assert.Equal(["d\uDCE9r", "d\uDCE9r/caf\uDCE9", "l\uDCFE"], tree.Walk().Select(entry => entry.Path));
        Assert.Equal("x"u8, ((RegularFileNode)tree.Find("d\uDCE9r/caf\uDCE9")!).Content.ReadAll(9));

        TreeExtractor.Extract(tree, temp.File("out"), new DiagnosticBag());
        string list = "cd \"$1\" && find . -mindepth 1 -printf '%P %l %T@\\n' | sort";
        Assert.Equal(Oracle.Run("sh", "-c", list, "sh", temp.File("in")).OutputBytes,
            Oracle.Run("sh", "-c", list, "sh", temp.File("out")).OutputBytes);
    }

    [Fact]
    public void Extraction_keeps_links_holes_and_nanoseconds()
    {
        using var temp = new TempFolder();
        var time = new FileTime(1_500_000_000, 123_456_789);
        var huge = new FileContent(1L << 40, () => new HoleStream(1L << 40), () => [new(5L << 30, 1)]);
        var tree = new DirectoryNode();
        tree.SetPath("d/one", new RegularFileNode(FileMetadata.File with { ModificationTime = time }, huge));
        tree.Set("two", tree.Find("d/one")!);
        tree.Set("link", new SymbolicLinkNode(FileMetadata.Link with { ModificationTime = time }, "nowhere"));
        TreeExtractor.Extract(tree, temp.File("out"), new DiagnosticBag());
        string facts = Oracle.Run("stat", "-c", "%h %s %.Y", temp.File("out/d/one")).MustSucceed();
        Assert.Equal($"2 {1L << 40} 1500000000.123456789\n", facts);
        Assert.Equal("1500000000.123456789\n", Oracle.Run("stat", "-c", "%.Y", temp.File("out/link")).MustSucceed());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_extraction_that_fails_leaves_nothing(bool exists)
    {
        using var temp = new TempFolder();
        if (exists)
            Directory.CreateDirectory(temp.File("out"));
        var tree = new DirectoryNode();
        tree.SetPath("a/b/fine", new RegularFileNode(FileMetadata.File, FileContent.Of([1])));
        tree.SetPath("a/c/short", new RegularFileNode(FileMetadata.File, new(2, () => new MemoryStream([1]))));
        Assert.Throws<MalformedDataException>(() =>
            TreeExtractor.Extract(tree, temp.File("out"), new DiagnosticBag()));
        Assert.Equal(exists ? [temp.File("out")] : [], Directory.GetFileSystemEntries(temp.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_is_unpacked_keeps_its_holes_and_can_be_interrupted()
    {
        using var interruption = new CancellationTokenSource();
        using var temp = new TempFolder();
        using var spool = new SpoolFolder(temp.Path, interruption.Token);
        FileContent kept = spool.Keep(new HoleStream(100 << 20), long.MaxValue);
        Assert.Equal(100 << 20, kept.Length);
        Assert.Empty(kept.DataRanges());
        Assert.Throws<MalformedDataException>(() => spool.Keep(new HoleStream(1 << 20), (1 << 20) - 1));
        interruption.Cancel();
        Assert.Throws<OperationCanceledException>(() => spool.Keep(new HoleStream(long.MaxValue), long.MaxValue));
    }

    /// <summary>A folder that has just been made becomes a link to another one, at the worst moment.</summary>
    [Fact]
    public void Extraction_does_not_follow_a_folder_that_becomes_a_link()
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.File("elsewhere"));
        string folder = temp.File("out/a");
        var swapping = new FileContent(1, () =>
        {
            Directory.Move(folder, temp.File("moved"));
            File.CreateSymbolicLink(folder, temp.File("elsewhere"));
            return new MemoryStream([1]);
        });
        var tree = new DirectoryNode();
        tree.SetPath("a/1", new RegularFileNode(FileMetadata.File, swapping));
        tree.SetPath("a/2", new RegularFileNode(FileMetadata.File, FileContent.Of([2])));
        tree.SetPath("a/below/3", new RegularFileNode(FileMetadata.File, FileContent.Of([3])));
        TreeExtractor.Extract(tree, temp.File("out"), new DiagnosticBag());
        Assert.Empty(Directory.GetFileSystemEntries(temp.File("elsewhere")));
        Assert.Equal(3, File.ReadAllBytes(temp.File("moved/below/3"))[0]);
    }

    /// <summary>Zeros that take no room.</summary>
    private sealed class HoleStream(long length) : MemoryStream
    {
        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - Position);
            buffer[..count].Clear();
            Position += count;
            return count;
        }
    }

    [Fact]
    public void Hard_links_of_a_large_folder_are_one_file_each()
    {
        using var folder = new TempFolder();
        for (int index = 0; index < 60; index++)
        {
            string file = folder.Write($"tree/a{index}", $"{index}");
            Oracle.Run("ln", file, folder.File("tree", $"b{index}")).MustSucceed();
        }
        DirectoryNode tree = FolderTree.Read(folder.File("tree"));
        Assert.Equal(120, tree.Children.Count);
        for (int index = 0; index < 60; index++)
        {
            var file = Assert.IsType<RegularFileNode>(tree.Children[$"a{index}"]);
            Assert.Same(file, tree.Children[$"b{index}"]);
            Assert.Equal($"{index}", Encoding.UTF8.GetString(file.Content.ReadAll(10)));
        }
    }
}
