// fs make: the options of mke2fs, mksquashfs and mkfs.vfat in our words, by what the formats' own tools say of the result.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class FsOptionsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Ext4_has_the_journal_seed_and_root_that_were_asked_for()
    {
        string image = Make("ext4", "--journal-size", "8M", "--hash-seed", "01234567-89ab-cdef-0123-456789abcdef",
            "--root-owner", "12:34", "--size", "64M");
        Oracle.Run("e2fsck", "-fn", image).MustSucceed();
        string said = Oracle.Run("dumpe2fs", "-h", image).MustSucceed();
        Assert.Matches(@"Directory Hash Seed: +01234567-89ab-cdef-0123-456789abcdef\n", said);
        Assert.Matches(@"Total journal size: +(8192k|8M)\n", said);
        Assert.Matches(@"User: +12 +Group: +34 ", Oracle.Run("debugfs", "-R", "stat /", image).MustSucceed());
        CliRun run = CliRun.Of("fs", "make", "ext4", Tree(), _temp.File("x"), "--journal-size", "1M");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the least are 1024", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lz4", "")]
    [InlineData("lz4", "--level 12")]
    [InlineData("lzo", "")]
    [InlineData("lzo", "--block-size 1M")]
    [InlineData("xz", "--filter arm64")]
    [InlineData("xz", "--filter x86")]
    [InlineData("xz", "--filter arm --block-size 1M")]
    public void Squashfs_of_every_compressor_is_unpacked_by_unsquashfs(string compression, string options)
    {
        string image = Make("squashfs", ["--compression", compression, "--no-xattrs", .. Words(options)]);
        Oracle.Run("unsquashfs", "-q", "-n", "-d", _temp.File("dump"), image).MustSucceed();
        Oracle.Run("diff", "-r", Tree(), _temp.File("dump")).MustSucceed();
        CliRun.Succeed("fs", "extract", image, _temp.File("ours"));
        Oracle.Run("diff", "-r", Tree(), _temp.File("ours")).MustSucceed();
        Assert.Contains($"Compression {compression}", Oracle.Run("unsquashfs", "-s", image).MustSucceed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Squashfs_of_lzma_comes_back()
    {
        CliRun.Succeed("fs", "extract", Make("squashfs", "--compression", "lzma", "--no-xattrs"), _temp.File("ours"));
        Oracle.Run("diff", "-r", Tree(), _temp.File("ours")).MustSucceed();
    }

    [Fact]
    public void A_filter_makes_machine_code_smaller()
    {
        _temp.Write("tree/code", File.ReadAllBytes("/bin/bash"));
        long plain = new FileInfo(Make("squashfs", "--no-xattrs")).Length;
        Assert.True(new FileInfo(Make("squashfs", "--no-xattrs", "--filter", "x86")).Length < plain);
        Assert.Equal(2, CliRun.Of("fs", "make", "squashfs", Tree(), _temp.File("x"), "--compression", "gzip", "--filter", "x86").ExitCode);
    }

    [Theory]
    [InlineData("--fats 1 --size 8M", 1, 1, 0)]
    [InlineData("--fats 1 --reserved-sectors 8 --hidden-sectors 2048 --size 8M", 1, 8, 2048)]
    [InlineData("--fat 32 --reserved-sectors 64 --size 64M", 2, 64, 0)]
    public void Vfat_has_the_tables_and_sectors_that_were_asked_for(string options, int tables, int reserved, int hidden)
    {
        string image = Make("vfat", Words(options));
        Oracle.Run("fsck.vfat", "-n", image).MustSucceed();
        string said = Oracle.Run("fsck.vfat", "-nv", image).MustSucceed();
        Assert.Matches($@" {tables} FATs?, ", said.Replace("FATs, ", "FATs, ", StringComparison.Ordinal));
        byte[] sector = File.ReadAllBytes(image)[..512];
        Assert.Equal((reserved, tables, hidden), (BitConverter.ToUInt16(sector, 14), sector[16], BitConverter.ToInt32(sector, 28)));
        CliRun.Succeed("fs", "extract", image, _temp.File("ours"));
        Oracle.Run("diff", "-r", Tree(), _temp.File("ours")).MustSucceed();
    }

    [Fact]
    public void Holes_are_left_out_of_tar()
    {
        Directory.CreateDirectory(_temp.File("tree"));
        Oracle.Run("truncate", "-s", "5G", _temp.File("tree", "hole")).MustSucceed();
        Oracle.Run("sh", "-c", "printf end >>\"$1\"", "sh", _temp.File("tree", "hole")).MustSucceed();
        string archive = Make("tar");
        Assert.InRange(new FileInfo(archive).Length, 1, 100_000);
        Directory.CreateDirectory(_temp.File("out"));
        Oracle.Run("tar", "-C", _temp.File("out"), "-xf", archive).MustSucceed();
        Assert.Equal((5L << 30) + 3, new FileInfo(_temp.File("out", "hole")).Length);
        Assert.Equal("end", Oracle.Run("tail", "-c", "3", _temp.File("out", "hole")).MustSucceed());
        File.Delete(_temp.File("tree", "hole"));
        Oracle.Run("truncate", "-s", "1M", _temp.File("tree", "hole")).MustSucceed();
        Assert.InRange(new FileInfo(Make("tar", "--no-sparse")).Length, 1 << 20, 2 << 20);
    }

    [Fact]
    public void Sockets_are_left_out_of_tar_and_named()
    {
        Tree();
        Oracle.Run("python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", _temp.File("tree", "sock")).MustSucceed();
        CliRun run = CliRun.Of("fs", "make", "tar", Tree(), _temp.File("a.tar"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("sock: warning[JC5603]: left out: tar has no sockets", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sock", Oracle.Run("tar", "-tf", _temp.File("a.tar")).MustSucceed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Root_keeps_owners_attributes_and_devices()
    {
        string list = _temp.Write("list", """
            dir / 2750 12 34
            dir /sub 711 5 6
            file /a - 4755 7 8
            nod /null 622 9 10 c 1 3
            pipe /pipe 600 11 12
            sock /sock 600 11 12
            slink /link a 777 13 14
            """);
        string archive = Make("tar", "--nodes", list, "--mtime", "@1600000000"), target = _temp.File("out");
        string image = Make("ext4", "--nodes", list, "--mtime", "@1600000000");
        CliRun run = CliRun.Of("fs", "extract", image, target, "--preserve", "--exclude", "lost+found");
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("error[JC9160]: cannot keep owners", run.Error, StringComparison.Ordinal);
            return;
        }
        Assert.True(run.ExitCode == 0, run.Error);
        string theirs = _temp.File("theirs");
        Directory.CreateDirectory(theirs);
        Oracle.Run("tar", "-C", theirs, "--numeric-owner", "-xpf", archive).MustSucceed();
        foreach (string name in (string[])[".", "sub", "a", "null", "pipe", "link", "sub/text"])
            Assert.Equal(Status($"{theirs}/{name}"), Status($"{target}/{name}"));
        Assert.Equal("140600 11:12", Status($"{target}/sock")[..12]);
    }

    [Fact]
    public void Root_keeps_access_control_lists()
    {
        Tree();
        Oracle.Run("setfacl", "-m", "u:1001:rw,g:50:r", _temp.File("tree", "a")).MustSucceed();
        string archive = Make("tar");
        CliRun run = CliRun.Of("fs", "extract", archive, _temp.File("out"), "--preserve");
        if (Environment.IsPrivilegedProcess)
            Assert.Equal(Oracle.Run("getfacl", "-ncp", _temp.File("tree", "a")).MustSucceed(),
                Oracle.Run("getfacl", "-ncp", _temp.File("out", "a")).MustSucceed());
        else
            Assert.Equal(2, run.ExitCode);
    }

    private static string Status(string path)
    {
        string[] words = Oracle.Run("stat", "-c", "%f %u:%g %Y %t:%T", path).MustSucceed().Trim().Split(' ');
        return $"{Convert.ToString(Convert.ToInt32(words[0], 16), 8)} {string.Join(' ', words[1..])}";
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string Tree()
    {
        _temp.Write("tree/a", new SeededRandom(4).Bytes(3000));
        _temp.Write("tree/sub/text", string.Concat(Enumerable.Repeat("all work and no play ", 20_000)));
        return _temp.File("tree");
    }

    private string Make(string format, params string[] options)
    {
        string from = Directory.Exists(_temp.File("tree")) && File.Exists(_temp.File("tree", "hole")) ? _temp.File("tree") : Tree();
        string image = _temp.File($"made.{format}");
        CliRun.Succeed(["fs", "make", format, from, image, "--force", .. options]);
        return image;
    }
}
