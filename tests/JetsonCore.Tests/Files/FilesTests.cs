// Folders become trees and trees become folders; output files appear whole or not at all.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
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
}
