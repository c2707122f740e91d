// Partitions and offsets in disk images, for every verb that reads, against what lies there; choosing paths and
// patterns; names that are no text; JSON.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class FsAddressTests : IDisposable
{
    private const int Start = 2048 * 512;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("system-boot")]
    [InlineData("1")]
    [InlineData("@1048576")]
    [InlineData("@0x100000")]
    [InlineData("@1024K")]
    [InlineData("@1M")]
    public void A_partition_is_read_by_every_verb(string part)
    {
        string disk = MakeDisk(), address = $"{disk}:{part}";
        Assert.Equal("dtbs\ndtbs/a.dtb\nkernel.img\nlost+found\nuboot.env\n", CliRun.Succeed("fs", "ls", address));
        Assert.Equal("dtbs/a.dtb\n", CliRun.Succeed("fs", "ls", $"{address}/dtbs"));
        Assert.Equal("kernel", Cat(address, "kernel.img"));
        Assert.Equal("kernel", Cat($"{address}/kernel.img"));
        CliRun.Succeed("fs", "extract", address, _temp.File("out"));
        Assert.Equal("tree", File.ReadAllText(_temp.File("out", "dtbs", "a.dtb")));
        CliRun.Succeed("fs", "make", "tar", $"{address}/dtbs", _temp.File("a.tar"));
        Assert.Equal("a.dtb\n", CliRun.Succeed("fs", "ls", _temp.File("a.tar")));
        Assert.Contains("inner", CliRun.Succeed("inspect", address), StringComparison.Ordinal);
        Assert.Contains(": uboot-environment\n", CliRun.Succeed("inspect", $"{address}/uboot.env"), StringComparison.Ordinal);
        Assert.Equal("a=1\n", CliRun.Succeed("env", "show", $"{address}/uboot.env"));
    }

    [Fact]
    public void Compressed_and_sparse_images_are_seen_through()
    {
        string disk = MakeDisk();
        Oracle.Run("xz", "-k", "-0", disk).MustSucceed();
        Oracle.Run("img2simg", disk, _temp.File("sparse")).MustSucceed();
        foreach (string image in (string[])[disk + ".xz", _temp.File("sparse")])
            Assert.Equal("kernel", Cat($"{image}:system-boot/kernel.img"));
    }

    [Fact]
    public void Tables_of_the_master_boot_record_have_numbers_also_logical_ones()
    {
        string disk = _temp.File("dos"), inner = MakeFileSystem();
        Oracle.Run("truncate", "-s", "32M", disk).MustSucceed();
        Oracle.Run(new OracleCall("sfdisk")
        {
            Arguments = ["-q", disk],
            Input = "2048,2048,c\n8192,40000,5\n10240,16384,83\n"u8.ToArray(),
        }).MustSucceed();
        Oracle.Run("dd", $"if={inner}", $"of={disk}", "bs=512", "seek=10240", "conv=notrunc", "status=none").MustSucceed();
        Assert.Equal("kernel", Cat($"{disk}:5/kernel.img"));
    }

    [Fact]
    public void A_partition_becomes_a_file_of_its_own_and_a_sparse_image()
    {
        string disk = MakeDisk(), inner = _temp.File("inner"), raw = _temp.File("raw");
        CliRun.Succeed("fs", "make", "raw", $"{disk}:system-boot", raw);
        Oracle.Run("cmp", "-n", "8388608", inner, raw).MustSucceed();
        CliRun.Succeed("fs", "make", "sparse", $"{disk}:1", _temp.File("sparse"));
        Oracle.Run("simg2img", _temp.File("sparse"), _temp.File("theirs")).MustSucceed();
        Oracle.Run("cmp", raw, _temp.File("theirs")).MustSucceed();
        Assert.Equal(1, CliRun.Of("fs", "make", "raw", inner, raw, "--force").ExitCode);
    }

    [Fact]
    public void A_file_whose_name_holds_a_colon_comes_first()
    {
        string disk = MakeDisk();
        CliRun.Succeed("fs", "make", "tar", Tree(), _temp.File("disk:1"));
        Assert.Equal(_temp.File("disk"), disk);
        Assert.Contains("kernel.img\n", CliRun.Succeed("fs", "ls", $"{disk}:1"), StringComparison.Ordinal);
        Assert.DoesNotContain("lost+found", CliRun.Succeed("fs", "ls", $"{disk}:1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "JC5600", "no partition \"nothing\"", "DISK:nothing")]
    [InlineData(1, "JC5600", "there are 1 system-boot, 2 odd/name", "DISK:3")]
    [InlineData(1, "JC5006", "cannot find this path", "DISK:@1M:1")]
    [InlineData(1, "JC5600", "from byte 99999999999 on", "DISK:@99999999999")]
    [InlineData(1, "JC5600", "cannot read the offset \"x\"", "DISK:@x")]
    [InlineData(1, "JC5600", "cannot find the variable \"none\"", "DISK:1/uboot.env:none")]
    [InlineData(1, "JC5600", "what should hold it is of no known format", "DISK:1/kernel.img:none")]
    [InlineData(1, "JC5006", "cannot find this path", "DISK:1/none")]
    [InlineData(3, "JC9101", "there is no such file", "NONE:1")]
    public void Addresses_that_lead_nowhere_are_named(int exitCode, string code, string message, string address)
    {
        string disk = MakeDisk();
        if (address.Contains("@1M:", StringComparison.Ordinal))
        {
            address = "FILE:1";
            File.Copy(MakeFileSystem(), _temp.File("file"));
        }
        address = address.Replace("DISK", disk, StringComparison.Ordinal).Replace("NONE", _temp.File("none"), StringComparison.Ordinal)
            .Replace("FILE", _temp.File("file"), StringComparison.Ordinal);
        CliRun run = CliRun.Of("fs", "ls", address);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains($"error[{code}]", run.Error, StringComparison.Ordinal);
        Assert.Contains(message.Replace("no partition", "cannot find the partition", StringComparison.Ordinal), run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub", "sub/deep\nsub/deep/c.dtb\n")]
    [InlineData("*.dtb", "a.dtb\nsub/deep/c.dtb\n")]
    [InlineData("/*.dtb", "a.dtb\n")]
    [InlineData("s?b/**.dtb", "sub/deep/c.dtb\n")]
    [InlineData("[ab].*", "a.dtb\nb.txt\n")]
    [InlineData("[!a].*", "b.txt\nsub/deep/c.dtb\n")]
    [InlineData("--exclude deep", "a.dtb\nb.txt\nsub\n")]
    [InlineData("sub b.txt --exclude *.dtb", "b.txt\nsub/deep\n")]
    [InlineData("--exclude /sub --exclude a.*", "b.txt\n")]
    public void Paths_and_patterns_choose(string words, string expected)
    {
        foreach (string path in (string[])["a.dtb", "b.txt", "sub/deep/c.dtb"])
            _temp.Write($"tree/{path}", path);
        string archive = _temp.File("a.tar");
        string[] arguments = words.Split(' ');
        CliRun.Succeed("fs", "make", "tar", _temp.File("tree"), archive, "--mtime", "@1");
        Assert.Equal(expected, CliRun.Succeed(["fs", "ls", archive, .. arguments]));
        CliRun.Succeed(["fs", "extract", archive, _temp.File("out"), .. arguments]);
        string[] files = [.. expected.Split('\n').Where(line => line.Contains('.', StringComparison.Ordinal))];
        Assert.Equal(files, Directory.EnumerateFiles(_temp.File("out"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_temp.File("out"), path)).Order(StringComparer.Ordinal));
        string theirs = Oracle.Run("tar", "-tf", archive).MustSucceed();
        Assert.All(files, file => Assert.Contains($"{file}\n", theirs, StringComparison.Ordinal));
    }

    [Fact]
    public void Make_leaves_out_what_is_excluded()
    {
        _temp.Write("tree/a.o", "x");
        _temp.Write("tree/sub/b.o", "x");
        _temp.Write("tree/sub/c", "x");
        CliRun.Succeed("fs", "make", "cpio", _temp.File("tree"), _temp.File("out"), "--exclude", "*.o");
        Assert.Equal("sub\nsub/c\n", CliRun.Succeed("fs", "ls", _temp.File("out")));
    }

    [Fact]
    public void Names_that_are_no_text_are_told_apart_and_can_be_addressed()
    {
        Directory.CreateDirectory(_temp.File("tree"));
        Oracle.Run("sh", "-c", """
            cd "$1"
            printf 1 >"$(printf 'a\377')"; printf 2 >"$(printf 'a\376')"; printf 3 >'a\xff'; printf 4 >'dev\x2dname'
            printf 5 >"$(printf 'b\302\205')"; printf 6 >'b\u0085'; printf 7 >"$(printf 'b\\\\\377')"
            """, "sh", _temp.File("tree")).MustSucceed();
        string archive = _temp.File("a.tar");
        Oracle.Run("tar", "-C", _temp.File("tree"), "-cf", archive, ".").MustSucceed();
        string[] names = CliRun.Succeed("fs", "ls", archive).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, names.Distinct().Count());
        Assert.Equal(@"a\\xff|a\xfe|a\xff|b\\\\\xff|b\\u0085|b\u0085|dev\x2dname",
            string.Join('|', names.Order(StringComparer.Ordinal)));
        var contents = names.ToDictionary(name => name, name => Cat(archive, name));
        Assert.Equal(("1", "2", "3", "4", "5", "6", "7"), (contents[@"a\xff"], contents[@"a\xfe"], contents[@"a\\xff"],
            contents[@"dev\x2dname"], contents[@"b\u0085"], contents[@"b\\u0085"], contents[@"b\\\\\xff"]));
        byte[] raw = CliRun.Of("fs", "ls", "-0", archive).OutputBytes;
        Assert.Equal(7, raw.Count(letter => letter == 0));
        byte[] wanted = [(byte)'a', 0xFF, 0];
        Assert.True(raw.AsSpan().IndexOf(wanted) >= 0);
        JsonNode json = JsonNode.Parse(CliRun.Succeed("fs", "ls", "--json", archive))!;
        Assert.Contains(json["files"]!.AsArray(), file => (string?)file!["path"] == @"a\xff"
            && (string?)file["pathBytes"] == Convert.ToBase64String(wanted.AsSpan(0, 2)));
    }

    [Fact]
    public void Json_says_all_of_a_file()
    {
        _temp.Write("tree/f", "content");
        File.CreateSymbolicLink(_temp.File("tree", "l"), "f");
        string list = _temp.Write("list", "nod /dev/null 0666 0 0 c 1 3\ndir /dev 0750 1 2\nfile /f - 4755 3 4\n");
        string image = _temp.File("image");
        CliRun.Succeed("fs", "make", "ext4", _temp.File("tree"), image, "--mtime", "2018-01-28T12:00:00Z", "--nodes", list);
        JsonNode json = JsonNode.Parse(CliRun.Succeed("fs", "ls", "--json", image, "--exclude", "lost+found"))!;
        Assert.Equal(("jetson-core/tree", 1), ((string?)json["schema"], (int)json["version"]!));
        string files = string.Join('\n', json["files"]!.AsArray().Select(file => file!.ToJsonString(new()
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        })));
        string owner = Environment.IsPrivilegedProcess ? "\"uid\":0,\"gid\":0" : "";
        Assert.Contains("""{"path":"dev","kind":"directory","mode":"0750","uid":1,"gid":2,"time":"2018-01-28T12:00:00Z"}""",
            files, StringComparison.Ordinal);
        Assert.Contains("""{"path":"dev/null","kind":"character-device","mode":"0666","uid":0,"gid":0,"time":"2018-01-28T12:00:00Z","major":1,"minor":3}""",
            files, StringComparison.Ordinal);
        Assert.Contains("""{"path":"f","kind":"file","mode":"4755","uid":3,"gid":4,"time":"2018-01-28T12:00:00Z","sizeBytes":7}""",
            files, StringComparison.Ordinal);
        Assert.Contains("\"target\":\"f\"", files, StringComparison.Ordinal);
        Assert.Contains(owner, files, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_nodes_has_the_words_of_gen_init_cpio()
    {
        Directory.CreateDirectory(_temp.File("tree"));
        string init = _temp.Write("init", "#!/bin/sh\n"), list = _temp.Write("list", $"""
            # comment
            dir /dev 755 0 0
            nod /dev/console 644 0 5 c 5 1
            nod /dev/sda 660 0 6 b 8 0
            slink /bin bin/real 777 0 0
            pipe /run/pipe 600 7 8
            sock /run/sock 600 7 8
            file /init {init} 755 1 2 /sbin/init
            """);
        CliRun.Succeed("fs", "make", "cpio", _temp.File("tree"), _temp.File("out"), "--nodes", list, "--mtime", "@0");
        Oracle.Run("cpio", "-tF", _temp.File("out")).MustSucceed();
        string[] lines = [.. CliRun.Succeed("fs", "ls", "-l", _temp.File("out")).Split('\n')
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(
        [
            "l0777 0:0 0 1970-01-01T00:00:00Z bin -> bin/real", "d0755 0:0 0 1970-01-01T00:00:00Z dev",
            "c0644 0:5 5,1 1970-01-01T00:00:00Z dev/console", "b0660 0:6 8,0 1970-01-01T00:00:00Z dev/sda",
            "-0755 1:2 10 1970-01-01T00:00:00Z init", "p0600 7:8 0 1970-01-01T00:00:00Z run/pipe",
            "s0600 7:8 0 1970-01-01T00:00:00Z run/sock", "-0755 1:2 10 1970-01-01T00:00:00Z sbin/init",
        ], lines.Where(line => line.Length > 0 && !line.EndsWith(" run", StringComparison.Ordinal)
            && !line.EndsWith(" sbin", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_faults_of_a_list_are_said_at_their_lines()
    {
        Directory.CreateDirectory(_temp.File("tree"));
        string list = _temp.Write("list", "dir /a 999 0 0\nnod /b 644 0 0 q 1 1\nmkdir /c\nfile /d /none 644 0 0\ndir /../e 755 0 0\nfile /f - 644 0 0\n");
        CliRun run = CliRun.Of("fs", "make", "cpio", _temp.File("tree"), _temp.File("out"), "--nodes", list);
        Assert.Equal(1, run.ExitCode);
        for (int line = 1; line <= 6; line++)
            Assert.Contains($"{list}:{line}:1: error[JC5604]: cannot ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.File("out")));
    }

    [Fact]
    public void What_a_format_cannot_hold_is_said()
    {
        _temp.Write("tree/old", "x");
        File.SetLastWriteTimeUtc(_temp.File("tree", "old"), new(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        foreach ((string format, string day) in ((string, string)[])[("vfat", "1980-01-01"), ("cpio", "1970-01-01"), ("squashfs", "1970-01-01")])
        {
            CliRun run = CliRun.Of("fs", "make", format, _temp.File("tree"), _temp.File($"out.{format}"));
            Assert.Equal(0, run.ExitCode);
            Assert.Contains("old: warning[JC5603]", run.Error, StringComparison.Ordinal);
            Assert.Contains($"the nearest of {day} to ", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal("", CliRun.Of("fs", "make", "tar", _temp.File("tree"), _temp.File("out.tar")).Error);
    }

    [Fact]
    public void Access_control_lists_go_through_tar_and_ext4_and_are_said_where_they_do_not()
    {
        _temp.Write("tree/f", "x");
        Oracle.Run("setfacl", "-m", "u:1001:rw,g:50:r", _temp.File("tree", "f")).MustSucceed();
        CliRun.Succeed("fs", "make", "ext4", _temp.File("tree"), _temp.File("a.ext4"));
        CliRun.Succeed("fs", "make", "tar", _temp.File("a.ext4"), _temp.File("a.tar"));
        Directory.CreateDirectory(_temp.File("out"));
        Oracle.Run("tar", "--acls", "-C", _temp.File("out"), "-xpf", _temp.File("a.tar"), "f").MustSucceed();
        Assert.Equal(Oracle.Run("getfacl", "-ncp", _temp.File("tree", "f")).MustSucceed(),
            Oracle.Run("getfacl", "-ncp", _temp.File("out", "f")).MustSucceed());
        foreach (string format in (string[])["squashfs", "cpio", "vfat"])
        {
            CliRun run = CliRun.Of("fs", "make", format, _temp.File("tree"), _temp.File($"out.{format}"), "--mtime", "2020-01-01");
            Assert.Equal(0, run.ExitCode);
            Assert.Contains("f: warning[JC5603]: has extended attributes that", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_root_keeps_mode_owner_and_time_through_archives()
    {
        string list = _temp.Write("list", "dir / 2750 12 34\n");
        Directory.CreateDirectory(_temp.File("tree"));
        string from = _temp.File("tree");
        foreach (string format in (string[])["tar", "cpio", "tar", "ext4"])
        {
            string to = _temp.File($"root-{format}-{Path.GetFileName(from)}");
            CliRun.Succeed(["fs", "make", format, from, to, "--mtime", "@1600000000", .. from == _temp.File("tree") ? ["--nodes", list] : (string[])[]]);
            from = to;
        }
        string stat = Oracle.Run("debugfs", "-R", "stat /", from).MustSucceed();
        Assert.Matches(@"Mode: +02750", stat);
        Assert.Matches(@"User: +12 +Group: +34 ", stat);
        Assert.Contains("mtime: 0x5f5e1000", stat, StringComparison.Ordinal);
    }

    private static string Cat(params string[] arguments)
    {
        CliRun run = CliRun.Of(["fs", "cat", .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return System.Text.Encoding.UTF8.GetString(run.OutputBytes);
    }

    private string Tree()
    {
        _temp.Write("tree/kernel.img", "kernel");
        _temp.Write("tree/dtbs/a.dtb", "tree");
        if (!File.Exists(_temp.File("tree", "uboot.env")))
            CliRun.Succeed("env", "make", _temp.Write("env.txt", "a=1\n"), _temp.File("tree", "uboot.env"), "--size", "64");
        return _temp.File("tree");
    }

    private string MakeFileSystem()
    {
        string inner = _temp.File("inner");
        File.Delete(inner);
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-L", "inner", "-d", Tree(), inner, "8M").MustSucceed();
        return inner;
    }

    private string MakeDisk()
    {
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "32M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-n", "1:2048:+8M", "-c", "1:system-boot", "-n", "2:0:+1M", "-c", "2:odd/name", disk).MustSucceed();
        Oracle.Run("dd", $"if={MakeFileSystem()}", $"of={disk}", $"seek={Start / 512}", "conv=notrunc", "status=none").MustSucceed();
        return disk;
    }
}
