// fs make, ls, cat, extract: the judges of each format get the files back that went in, by way of the program alone.
using System.Globalization;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class FsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string Out(string name) => _temp.File(name);

    private string Tree(bool withLinks = true)
    {
        byte[] noise = new SeededRandom(1).Bytes(300_000);
        _temp.Write("tree/bin/tool", noise);
        _temp.Write("tree/empty", "");
        _temp.Write("tree/sub/Ein längerer Name.txt", "text\n");
        if (withLinks)
            File.CreateSymbolicLink(Out("tree/link"), "bin/tool");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", Out("tree")).MustSucceed();
        return Out("tree");
    }

    private void MustBeTheTree(string folder) =>
        Oracle.Run("diff", "-r", "--no-dereference", "--exclude=lost+found", Out("tree"), folder).MustSucceed();

    private string Make(string format, params string[] options)
    {
        string file = Out($"made.{format}");
        CliRun.Succeed(["fs", "make", format, Out("tree"), file, "--force", .. options]);
        return file;
    }

    [Theory]
    [InlineData("")]
    [InlineData("--profile system-boot --label system-boot --size 16M")]
    [InlineData("--block-size 1024 --inode-size 128 --features ^64bit,^extra_isize,^has_journal,^resize_inode")]
    [InlineData("--inode-size 128 --features ^large_file --margin 0")]
    [InlineData("--size 300M --reserved-percent 0 --uuid 11111111-2222-3333-4444-555555555555 --detect-zeros")]
    public void Ext4_pleases_e2fsck_and_gives_the_tree_back(string options)
    {
        Tree();
        string file = Make("ext4", [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--owner", "root"]);
        Oracle.Run("e2fsck", "-fn", file).MustSucceed();
        Oracle.Run("debugfs", "-R", $"rdump / {Directory.CreateDirectory(Out("dump"))}", file).MustSucceed();
        MustBeTheTree(Out("dump"));
        if (options.Contains("--uuid", StringComparison.Ordinal))
            Assert.Contains("11111111-2222-3333-4444-555555555555", Oracle.Run("dumpe2fs", "-h", file).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--fat 12 --size 2M --label BOOT")]
    [InlineData("--fat 16 --size 32M --cluster-size 2048")]
    [InlineData("--fat 32 --size 64M --volume-id CAFE-0815 --cluster-size 512")]
    [InlineData("--sector-size 4096 --margin 3M")]
    public void Vfat_pleases_fsck_and_gives_the_tree_back(string options)
    {
        Tree(withLinks: false);
        string file = Make("vfat", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Oracle.Run("fsck.vfat", "-n", file).MustSucceed();
        Directory.CreateDirectory(Out("dump"));
        Oracle.Run("mcopy", "-s", "-n", "-i", file, "::/*", Out("dump")).MustSucceed();
        MustBeTheTree(Out("dump"));
        if (options.Contains("CAFE", StringComparison.Ordinal))
            Assert.Contains("CAFE-0815", Oracle.Run("minfo", "-i", file).Output + Oracle.Run("mdir", "-i", file).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--compression gzip --level 9 --block-size 4K --fragments")]
    [InlineData("--compression zstd --block-size 1M --no-exports --no-xattrs")]
    public void Squashfs_gives_the_tree_back(string options)
    {
        Tree();
        string file = Make("squashfs", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Oracle.Run("unsquashfs", "-q", "-n", "-d", Out("dump"), file).MustSucceed();
        MustBeTheTree(Out("dump"));
    }

    [Theory]
    [InlineData("none", "cat")]
    [InlineData("xz", "xz -dc")]
    [InlineData("gzip", "gzip -dc")]
    [InlineData("zstd", "zstd -dc")]
    [InlineData("lzma", "xz -dc --format=lzma")]
    public void Archives_give_the_tree_back(string compression, string tool)
    {
        Tree();
        foreach (string format in (string[])["cpio", "tar"])
        {
            string folder = Directory.CreateDirectory(Out($"dump-{format}")).FullName;
            string unpack = format == "tar" ? "tar --no-same-owner -xf -" : "cpio -idm --quiet --no-preserve-owner";
            string file = Make(format, "--compression", compression, "--owner", "root", "--mtime", "2018-01-28T12:00:00Z");
            Oracle.Run("sh", "-c", $"{tool} < '{file}' | (cd '{folder}' && {unpack})").MustSucceed();
            MustBeTheTree(folder);
            Assert.Equal(new DateTime(2018, 1, 28, 12, 0, 0, DateTimeKind.Utc), File.GetLastWriteTimeUtc($"{folder}/bin/tool"));
        }
    }

    [Fact]
    public void Sparse_images_agree_with_simg2img_both_ways()
    {
        Tree();
        string image = Make("ext4", "--size", "20M"), sparse = Out("sparse");
        foreach (string option in (string[])["--crc", "--dont-care"])
        {
            CliRun.Succeed("fs", "make", "sparse", image, sparse, option, "--force");
            Oracle.Run("simg2img", sparse, Out("theirs")).MustSucceed();
            Oracle.Run("cmp", image, Out("theirs")).MustSucceed();
            File.Delete(Out("theirs"));
        }
        Oracle.Run("img2simg", image, sparse).MustSucceed();
        CliRun.Succeed("fs", "make", "raw", sparse, Out("ours"));
        Oracle.Run("cmp", image, Out("ours")).MustSucceed();
        Assert.Contains("bin/tool\n", CliRun.Succeed("fs", "ls", sparse), StringComparison.Ordinal);
    }

    [Fact]
    public void Bmaptool_copies_by_our_bmap_what_is_no_hole()
    {
        Tree();
        string image = Make("ext4", "--size", "20M"), bmap = Out("bmap"), copy = Out("copy");
        CliRun.Succeed("fs", "make", "bmap", image, bmap);
        Oracle.Run("bmaptool", "copy", "--bmap", bmap, image, copy).MustSucceed();
        Oracle.Run("cmp", image, copy).MustSucceed();
    }

    [Fact]
    public void One_artefact_becomes_another_and_the_files_stay_the_same()
    {
        Tree();
        string tar = Make("tar", "--compression", "zstd"), from = tar;
        foreach (string format in (string[])["ext4", "squashfs", "cpio", "tar"])
        {
            string to = Out($"next.{format}");
            CliRun.Succeed("fs", "make", format, from, to);
            from = to;
        }
        CliRun.Succeed("fs", "extract", from, Out("back"));
        MustBeTheTree(Out("back"));
    }

    [Fact]
    public void The_same_tree_gives_the_same_bytes()
    {
        Tree();
        foreach (string format in (string[])["ext4", "squashfs", "cpio", "tar"])
            Assert.Equal(File.ReadAllBytes(Make(format)), File.ReadAllBytes(Make(format)));
    }

    [Fact]
    public void Files_are_listed_and_written_out()
    {
        Tree();
        string file = Make("squashfs", "--mtime", "@0", "--owner", "root");
        Assert.Equal("bin\nbin/tool\nempty\nlink\nsub\nsub/Ein längerer Name.txt\n", CliRun.Succeed("fs", "ls", file));
        Assert.Equal("sub/Ein längerer Name.txt\n", CliRun.Succeed("fs", "ls", file, "/sub/"));
        string line = string.Create(CultureInfo.InvariantCulture, $"-0644 0:0 {300_000,12} 1970-01-01T00:00:00Z bin/tool\n");
        Assert.Equal(line, CliRun.Succeed("fs", "ls", "-l", file, "bin").Replace("-0755", "-0644", StringComparison.Ordinal));
        CliRun cat = CliRun.Of("fs", "cat", file, "bin/tool");
        Assert.Equal(File.ReadAllBytes(Out("tree/bin/tool")), cat.OutputBytes);
    }

    [Fact]
    public void A_name_cannot_command_the_terminal()
    {
        _temp.Write("tree/evil\u001b[2J\nname", "x");
        Assert.Equal("evil\\x1b[2J\\x0aname\n", CliRun.Succeed("fs", "ls", Make("tar")));
    }

    [Fact]
    public void Nor_can_a_name_in_a_message()
    {
        _temp.Write("tree/evil\u001b[2J\nname", "x");
        CliRun run = CliRun.Of("fs", "make", "vfat", Out("tree"), Out("out"));
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Error);
        Assert.Contains("evil\\x1b[2J\\x0aname", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_no_text_go_through_every_format()
    {
        Tree();
        Oracle.Run("sh", "-c", "cd \"$1\" && echo x > \"$(printf 'caf\\351')\" && ln -s \"$(printf '\\377')\" l2", "sh", Out("tree")).MustSucceed();
        foreach (string format in (string[])["ext4", "squashfs", "cpio", "tar"])
        {
            CliRun.Succeed("fs", "extract", Make(format), Out($"dump-{format}"));
            MustBeTheTree(Out($"dump-{format}"));
        }
    }

    [Fact]
    public void An_archive_without_files_and_a_chain_of_small_ones_are_recognised()
    {
        Directory.CreateDirectory(Out("tree"));
        Assert.Equal("", CliRun.Succeed("fs", "ls", Make("tar")));
        Assert.Equal("", CliRun.Succeed("fs", "ls", Make("tar", "--compression", "xz", "--level", "9")));
        _temp.Write("tree/a", "x");
        byte[] gzip = File.ReadAllBytes(Make("cpio", "--compression", "gzip")), xz = File.ReadAllBytes(Make("cpio", "--compression", "xz"));
        byte[] lzma = File.ReadAllBytes(Make("cpio", "--compression", "lzma"));
        Assert.Equal(1, xz[7]);         // CRC32, the only check of .xz that the kernel knows
        Assert.Equal("a\n", CliRun.Succeed("fs", "ls", _temp.Write("chain", [.. gzip, .. new byte[8], .. xz, .. lzma, .. new byte[512]])));
    }

    [Theory]
    [InlineData(1, "JC5002", "fs", "ls", "NOISE")]
    [InlineData(1, "CUT: error[JC5001]: cannot read: at offset", "fs", "ls", "CUT")]
    [InlineData(1, "CUT: error[JC5001]: cannot read: at offset", "fs", "make", "cpio", "CUT", "OUT")]
    [InlineData(2, "'zz' for option '--uuid'\n", "fs", "make", "ext4", "TREE", "OUT", "--uuid", "zz")]
    [InlineData(1, "JC5006", "fs", "cat", "TAR", "no/such")]
    [InlineData(1, "JC5006", "fs", "cat", "TAR", "bin")]
    [InlineData(1, "JC5004", "fs", "make", "ext4", "TREE", "OUT", "--size", "128K", "--features", "^has_journal")]
    [InlineData(1, "JC5005", "fs", "make", "vfat", "TREE", "OUT")]
    [InlineData(2, "JC9107", "fs", "make", "squashfs", "TREE", "OUT", "--level", "99")]
    [InlineData(2, "JC9107", "fs", "make", "ext4", "TREE", "OUT", "--features", "shiny")]
    [InlineData(2, "JC9001", "fs", "make", "tar", "TREE", "OUT", "--mtime", "yesterday")]
    [InlineData(2, "JC9001", "fs", "make", "cpio", "TREE", "OUT", "--compression", "rar")]
    [InlineData(2, "JC9102", "fs", "make", "tar", "TREE", "TAR")]
    [InlineData(2, "JC9103", "fs", "extract", "TAR", "TREE")]
    [InlineData(3, "JC9101", "fs", "ls", "MISSING")]
    public void Mistakes_are_named_and_leave_nothing(int exitCode, string code, params string[] arguments)
    {
        Tree();
        var names = new Dictionary<string, string>
        {
            ["TREE"] = Out("tree"),
            ["OUT"] = Out("out"),
            ["MISSING"] = Out("missing"),
            ["TAR"] = Make("tar"),
            ["CUT"] = _temp.Write("cut", File.ReadAllBytes(Make("squashfs")).AsSpan(0, 4096)),
            ["NOISE"] = _temp.Write("noise", new SeededRandom(2).Bytes(9000)),
        };
        CliRun run = CliRun.Of([.. arguments.Select(argument => names.GetValueOrDefault(argument, argument))]);
        Assert.Equal(exitCode, run.ExitCode);
        string expected = code.StartsWith("JC", StringComparison.Ordinal) ? $"error[{code}]" : code.Replace("CUT", Out("cut"), StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out("out")));
    }
}
