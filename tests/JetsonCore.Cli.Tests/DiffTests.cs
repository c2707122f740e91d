// `diff`: against diff(1) over what the tools of the field unpack, and each kind of difference in its words.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("squashfs")]
    [InlineData("ext4")]
    [InlineData("tar")]
    [InlineData("cpio")]
    public void Files_that_differ_are_those_that_diff_names(string format)
    {
        _temp.Write("a/same", "same");
        _temp.Write("a/text", "one\ntwo\nthree\n");
        _temp.Write("a/sub/gone", "x");
        _temp.Write("a/sub/link", "");
        File.Delete(_temp.File("a", "sub", "link"));
        File.CreateSymbolicLink(_temp.File("a", "sub", "link"), "old");
        Oracle.Run("cp", "-a", _temp.File("a"), _temp.File("b")).MustSucceed();
        _temp.Write("b/text", "one\n2\nthree\n");
        File.Delete(_temp.File("b", "sub", "gone"));
        _temp.Write("b/sub/new", "x");
        File.Delete(_temp.File("b", "sub", "link"));
        File.CreateSymbolicLink(_temp.File("b", "sub", "link"), "new");
        File.SetUnixFileMode(_temp.File("b", "same"), (UnixFileMode)0b110_000_000);
        foreach (string side in (string[])["a", "b"])
            CliRun.Succeed("fs", "make", format, _temp.File(side), _temp.File($"{side}.{format}"), "--mtime", "@1600000000", "--owner", "root");
        CliRun run = CliRun.Of("diff", "--json", _temp.File($"a.{format}"), _temp.File($"b.{format}"), "--ignore", "time");
        Assert.Equal(1, run.ExitCode);
        var found = JsonNode.Parse(run.Output)!["differences"]!.AsArray()
            .Where(one => (string?)one!["kind"] != "property").Select(one => $"{one!["path"]} {one["kind"]}").ToList();
        Assert.Equal(["same mode", "sub/gone removed", "sub/link target", "sub/new added", "text content"], found);
        string theirs = Oracle.Run("diff", "-rq", "--no-dereference", _temp.File("a"), _temp.File("b")).Output;
        Assert.Equal(4, theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);      // it knows no modes
        if (format != "ext4")           // which diffoscope mounts
            Assert.Equal(["+sub/new", "-sub/gone", "sub/link", "text"], Diffoscope(_temp.File($"a.{format}"), _temp.File($"b.{format}")));
        JsonNode text = JsonNode.Parse(run.Output)!["differences"]!.AsArray().Single(one => (string?)one!["path"] == "text")!;
        Assert.Equal(" one|-two|+2| three", string.Join('|', text["lines"]!.AsArray().Select(line => (string?)line)));
    }

    [Fact]
    public void Folders_of_the_host_are_compared_and_equal_ones_are_equal()
    {
        _temp.Write("a/f", "1");
        Oracle.Run("cp", "-a", _temp.File("a"), _temp.File("b")).MustSucceed();
        CliRun equal = CliRun.Of("diff", _temp.File("a"), _temp.File("b"));
        Assert.Equal((0, ""), (equal.ExitCode, equal.Output));
        _temp.Write("b/f", "2");
        CliRun run = CliRun.Of("diff", _temp.File("a"), _temp.File("b"), "--ignore", "time");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"--- {_temp.File("a")}\n+++ {_temp.File("b")}\nf: content, 1 bytes, from byte 0\n  -1\n  +2\n", run.Output);
        Assert.Equal(3, CliRun.Of("diff", _temp.File("a"), _temp.File("none")).ExitCode);
        Assert.Equal(1, CliRun.Of("diff", _temp.File("a"), _temp.File("a", "f")).ExitCode);
    }

    [Fact]
    public void A_variable_in_an_environment_in_a_partition_is_named()
    {
        string[] disks = [.. ((string[])["old", "new"]).Select(Disk)];
        CliRun run = CliRun.Of("diff", disks[0], disks[1]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("system-boot:uboot.env:kernel: content, 3 bytes, from byte 0\n  -old\n  +new\n", run.Output, StringComparison.Ordinal);
        string markdown = CliRun.Of("diff", "--markdown", disks[0], disks[1]).Output;
        Assert.Contains("| `system-boot:uboot.env:kernel` | content, 3 bytes, from byte 0 |", markdown, StringComparison.Ordinal);
        Assert.Contains("```diff\n-old\n+new\n```\n", markdown, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.Of("diff", $"{disks[0]}:system-boot/same", $"{disks[1]}:system-boot/same").ExitCode);
    }

    [Theory]
    [InlineData("from byte 1068, superblock, byte 0x2c", 1024 + 0x2C)]          // the time of the last mount
    [InlineData("from byte 0, boot block", 0)]
    [InlineData("which is free", -4096)]
    public void Where_all_files_are_equal_the_first_byte_is_named(string structure, int at)
    {
        _temp.Write("tree/f", "content");
        // without checksums, which would not let the superblock be read
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-O", "^metadata_csum", "-d", _temp.File("tree"), _temp.File("a"), "8M").MustSucceed();
        byte[] image = File.ReadAllBytes(_temp.File("a"));
        image[at < 0 ? image.Length + at : at] ^= 1;
        File.WriteAllBytes(_temp.File("b"), image);
        CliRun run = CliRun.Of("diff", _temp.File("a"), _temp.File("b"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(structure, run.Output, StringComparison.Ordinal);
        Assert.Contains("(whole): equal in all that can be said of it", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.Of("diff", _temp.File("a"), _temp.File("b"), "--ignore", "layout").ExitCode);
    }

    [Fact]
    public void Ids_labels_and_compressors_are_properties()
    {
        _temp.Write("tree/f", "content");
        Oracle.Run("mksquashfs", _temp.File("tree"), _temp.File("a"), "-comp", "xz", "-quiet", "-no-progress").MustSucceed();
        Oracle.Run("mksquashfs", _temp.File("tree"), _temp.File("b"), "-comp", "gzip", "-b", "64K", "-quiet", "-no-progress").MustSucceed();
        string squash = CliRun.Of("diff", _temp.File("a"), _temp.File("b"), "--ignore", "time").Output;
        Assert.Contains("compressor xz → gzip\n", squash, StringComparison.Ordinal);
        Assert.Contains("blockSize 131072 → 65536\n", squash, StringComparison.Ordinal);
        foreach (string label in (string[])["one", "two"])
            Oracle.Run("mke2fs", "-q", "-t", "ext4", "-L", label, "-d", _temp.File("tree"), _temp.File(label), "8M").MustSucceed();
        Assert.Contains("label one → two\n", CliRun.Of("diff", _temp.File("one"), _temp.File("two")).Output, StringComparison.Ordinal);
        Assert.Contains("format squashfs → ext4\n", CliRun.Of("diff", _temp.File("a"), _temp.File("two")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_package_runs_when_it_is_installed_is_compared_and_found()
    {
        _temp.Write("deb/usr/share/a", "the same");
        foreach (string name in (string[])["old", "new"])
        {
            _temp.Write("deb/DEBIAN/control", "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n");
            Oracle.Run("dpkg-deb", "--root-owner-group", "-b", _temp.File("deb"), _temp.File($"{name}.deb")).MustSucceed();
            File.SetUnixFileMode(_temp.Write("deb/DEBIAN/postinst", "#!/bin/sh\n"), (UnixFileMode)0b111_101_101);
        }
        CliRun run = CliRun.Of("diff", _temp.File("old.deb"), _temp.File("new.deb"), "--ignore", "time", "--ignore", "layout");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("control.tar.xz:postinst: only in the second", run.Output, StringComparison.Ordinal);
        Assert.Equal($"{_temp.File("new.deb")}:control.tar.xz:postinst\n", CliRun.Succeed("fs", "find", _temp.File("new.deb"), "postinst"));
    }

    [Fact]
    public void A_folder_is_compared_with_the_files_of_an_archive()
    {
        _temp.Write("tree/a", "1");
        Oracle.Run("tar", "-C", _temp.File("tree"), "-cf", _temp.File("a.tar"), ".").MustSucceed();
        Assert.Equal("", CliRun.Of("diff", _temp.File("tree"), _temp.File("a.tar"), "--ignore", "time").Output);
        _temp.Write("tree/a", "2");
        CliRun run = CliRun.Of("diff", _temp.File("a.tar"), _temp.File("tree"), "--ignore", "time");
        Assert.EndsWith("\na: content, 1 bytes, from byte 0\n  -1\n  +2\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_compared_by_its_bytes()
    {
        _temp.Write("tree/f", "content");
        Oracle.Run("mksquashfs", _temp.File("tree"), _temp.File("a"), "-quiet", "-no-progress").MustSucceed();
        byte[] image = File.ReadAllBytes(_temp.File("a"));
        image.AsSpan(40, 40).Fill(0xEE);
        File.WriteAllBytes(_temp.File("b"), image);
        CliRun run = CliRun.Of("diff", _temp.File("a"), _temp.File("b"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot be read: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("from byte 40\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_kernels_are_named_within_kernels_and_beside_them()
    {
        foreach ((string name, string options) in ((string, string)[])[("a", "CONFIG_MMC=y\nCONFIG_USB=m\n"), ("b", "CONFIG_MMC=m\n# CONFIG_USB is not set\nCONFIG_NET=y\n")])
        {
            string config = $"#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 6.1.0 Kernel Configuration\n#\n{options}";
            Oracle.Run("gzip", "-k", _temp.Write($"config-{name}", config)).MustSucceed();
            _temp.Write($"kernel-{name}", [.. Build.TinyDevice.Kernel(8192), .. Encoding.ASCII.GetBytes($"Linux version 6.1.0-{name} (x) #1\n\0IKCFG_ST"),
                .. File.ReadAllBytes(_temp.File($"config-{name}.gz")), .. "IKCFG_ED"u8, .. new byte[4096]]);
            Oracle.Run("gzip", "-k", _temp.File($"kernel-{name}")).MustSucceed();
        }
        string[] options3 = ["CONFIG_MMC y → m", "CONFIG_NET not set → y", "CONFIG_USB m → not set"];
        foreach (string suffix in (string[])["", ".gz"])
        {
            string[] kernels = CliRun.Of("diff", _temp.File($"kernel-a{suffix}"), _temp.File($"kernel-b{suffix}")).Output.Split('\n');
            Assert.Equal([.. options3, "release 6.1.0-a → 6.1.0-b"], kernels[2..6].Select(line => line["(whole): ".Length..]));
            Assert.StartsWith("(whole): content, ", kernels[6], StringComparison.Ordinal);
        }
        string[] configs = CliRun.Of("diff", _temp.File("config-a"), _temp.File("config-b")).Output.Split('\n');
        Assert.Equal(options3, configs[2..5].Select(line => line["(whole): ".Length..]));
    }

    [Fact]
    public void Features_that_differ_are_named()
    {
        _temp.Write("tree/f", "content");
        foreach ((string name, string features) in ((string, string)[])[("a", "metadata_csum,^64bit"), ("b", "^metadata_csum,64bit")])
        {
            Oracle.Run("mke2fs", "-q", "-t", "ext4", "-U", "11111111-1111-1111-1111-111111111111", "-O", features, "-d", _temp.File("tree"),
                _temp.File(name), "8M").MustSucceed();
        }
        string ext4 = CliRun.Of("diff", _temp.File("a"), _temp.File("b")).Output;
        Assert.Contains("(whole): feature metadata_csum on → \"\"\n", ext4, StringComparison.Ordinal);
        Assert.Contains("(whole): feature 64bit \"\" → on\n", ext4, StringComparison.Ordinal);
        Oracle.Run("mksquashfs", _temp.File("tree"), _temp.File("c"), "-quiet", "-no-progress").MustSucceed();
        Oracle.Run("mksquashfs", _temp.File("tree"), _temp.File("d"), "-no-fragments", "-no-exports", "-quiet", "-no-progress").MustSucceed();
        string squash = CliRun.Of("diff", "--ignore", "time", _temp.File("c"), _temp.File("d")).Output;
        Assert.Contains("(whole): feature no-fragments \"\" → on\n", squash, StringComparison.Ordinal);
        Assert.Contains("(whole): feature exportable on → \"\"\n", squash, StringComparison.Ordinal);
        Assert.Contains("Filesystem is not exportable", Oracle.Run("unsquashfs", "-s", _temp.File("d")).MustSucceed(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, "boot code, 440 bytes, from byte 100")]
    [InlineData(40_000, "gap before partition 1, 1031168 bytes, from byte 40000")]
    [InlineData(16_000_000, "gap behind the last partition")]
    public void What_lies_outside_of_partitions_is_compared_whatever_is_ignored(int at, string gap)
    {
        string disk = Disk("old"), changed = _temp.File("changed");
        byte[] bytes = File.ReadAllBytes(disk);
        bytes[at] ^= 1;
        File.WriteAllBytes(changed, bytes);
        CliRun run = CliRun.Of("diff", "--ignore", "layout", disk, changed);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"(whole): {gap}", run.Output, StringComparison.Ordinal);
        bytes[at] ^= 1;
        bytes[^512] ^= 1;           // the backup of the table, which says nothing that the table does not say
        File.WriteAllBytes(changed, bytes);
        Assert.Equal(0, CliRun.Of("diff", "--ignore", "layout", disk, changed).ExitCode);
        Assert.Contains("backup header", CliRun.Of("diff", disk, changed).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Reserved_memory_of_device_trees_is_compared()
    {
        foreach (string size in (string[])["0x1000", "0x2000"])
        {
            Oracle.Run("dtc", "-q", "-O", "dtb", "-o", _temp.File(size),
                _temp.Write("a.dts", $"/dts-v1/; /memreserve/ 0x80000000 {size}; / {{ model = \"x\"; }};")).MustSucceed();
        }
        Assert.Contains("(whole): reservedMemory 0x80000000+0x1000 → 0x80000000+0x2000\n",
            CliRun.Of("diff", "--ignore", "layout", _temp.File("0x1000"), _temp.File("0x2000")).Output, StringComparison.Ordinal);
    }

    /// <summary>The files in which diffoscope finds two archives to differ, with "+" or "-" those that one alone has.</summary>
    private static IEnumerable<string> Diffoscope(string before, string after)
    {
        JsonArray details = JsonNode.Parse(Oracle.Run("diffoscope", "--json", "-", before, after).Output)!["details"]!.AsArray();
        // A list of the files comes first, by the archive's own tool; of what differs in it the names end the lines.
        string[] lists = [.. details.Where(one => ((string)one!["source1"]!).Contains(' ', StringComparison.Ordinal))
            .SelectMany(one => ((string?)one!["unified_diff"] ?? "").Split('\n')).Where(line => line is ['+' or '-', ..]
                && !line.Contains(" -> ", StringComparison.Ordinal))
            .Select(line => line[..1] + line[(line.LastIndexOf(' ') + 1)..].Replace("squashfs-root", "", StringComparison.Ordinal)
                .TrimStart('.', '/'))];
        return lists.Where(name => name.EndsWith("gone", StringComparison.Ordinal) || name.EndsWith("new", StringComparison.Ordinal))
            .Concat(details.Select(one => (string)one!["source1"]!).Where(name => !name.Contains(' ', StringComparison.Ordinal))
                .Select(name => name.TrimStart('.', '/')))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private string Disk(string name)
    {
        _temp.Write($"{name}/same", "same");
        CliRun.Succeed("env", "make", _temp.Write("env.txt", $"a=1\nkernel={name}\n"), _temp.File(name, "uboot.env"), "--size", "64");
        string inner = _temp.File($"{name}.ext4"), disk = _temp.File($"{name}.img");
        CliRun.Succeed("fs", "make", "ext4", _temp.File(name), inner, "--size", "8M", "--mtime", "@0", "--owner", "root");
        Oracle.Run("truncate", "-s", "16M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-U", "11111111-1111-1111-1111-111111111111", "-n", "1:2048:+8M", "-c", "1:system-boot",
            "-u", "1:22222222-2222-2222-2222-222222222222", disk).MustSucceed();
        Oracle.Run("dd", $"if={inner}", $"of={disk}", "seek=2048", "conv=notrunc", "status=none").MustSucceed();
        return disk;
    }
}
