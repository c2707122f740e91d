// tar archives made by GNU tar in each of its dialects, and damage.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Tar;

public class TarTreeTests
{
    private static readonly string LongName = string.Concat(Enumerable.Repeat("long-name/", 15)) + "end";

    [Theory]
    [InlineData("v7")]
    [InlineData("ustar")]
    [InlineData("gnu")]
    [InlineData("posix")]
    public void We_read_what_gnu_tar_writes(string dialect)
    {
        DirectoryNode tree = TarTree.Read(FileContent.Of(MakeArchive(dialect)), ReadLimits.Default);
        var file = Assert.IsType<RegularFileNode>(tree.Find("d/file"));
        Assert.Equal("content"u8.ToArray(), file.Content.ReadAll(100));
        Assert.Equal(0x1A0, file.Metadata.Permissions);
        Assert.Equal(new FileTime(1500000000), file.Metadata.ModificationTime);
        Assert.Equal((1000u, 2000u), (file.Metadata.UserId, file.Metadata.GroupId));
        Assert.Same(file, tree.Find("second"));
        Assert.Equal("d/file", Assert.IsType<SymbolicLinkNode>(tree.Find("link")).Target);
        if (dialect != "v7")
            Assert.Equal(SpecialKind.Fifo, Assert.IsType<SpecialNode>(tree.Find("pipe")).Kind);
        if (dialect is "gnu" or "posix")
            Assert.Equal([7], Assert.IsType<RegularFileNode>(tree.Find(LongName)).Content.ReadAll(1));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/../../up")]
    public void Names_that_leave_the_archive_are_refused(string name)
    {
        using var archive = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(archive, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.Directory, name));
        FileContent content = FileContent.Of(archive.ToArray());
        Assert.Throws<MalformedDataException>(() => TarTree.Read(content, ReadLimits.Default));
    }

    [Fact]
    public void Limits_are_kept()
    {
        FileContent archive = FileContent.Of(MakeArchive("ustar"));
        ReadLimits[] tight = [new() { Entries = 3 }, new() { Depth = 1 }, new() { ContentBytes = 6 }];
        foreach (ReadLimits limits in tight)
            Assert.Throws<MalformedDataException>(() => TarTree.Read(archive, limits));
    }

    [Theory]
    [InlineData("gnu", 1)]
    [InlineData("posix", 2)]
    public void Damaged_archives_are_read_or_refused(string dialect, ulong seed)
    {
        byte[] archive = MakeArchive(dialect);
        DamageTrial.Run(Soak.Rounds(1000, 20_000), round => TarTree.Read(
            FileContent.Of(Mutations.Mutate(archive, new SeededRandom((seed << 32) + (ulong)round))), ReadLimits.Default));
    }

    private static byte[] MakeArchive(string dialect)
    {
        using var folder = new TempFolder();
        string file = folder.Write("t/d/file", "content");
        File.SetUnixFileMode(file, (UnixFileMode)0x1A0);
        Oracle.Run("ln", file, folder.File("t", "second")).MustSucceed();
        File.CreateSymbolicLink(folder.File("t", "link"), "d/file");
        if (dialect != "v7")
            Oracle.Run("mkfifo", folder.File("t", "pipe")).MustSucceed();
        if (dialect is "gnu" or "posix")
            folder.Write($"t/{LongName}", [7]);
        OracleResult archive = Oracle.Run("tar", "-C", folder.File("t"), "-c", "-b", "1", $"--format={dialect}",
            "--owner=1000", "--group=2000", "--mtime=@1500000000", ".");
        archive.MustSucceed();
        return archive.OutputBytes;
    }
}
