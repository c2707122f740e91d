// Addresses that lead through artefacts in artefacts, made by the tools of the field; `fs find`, whose answers are such
// addresses.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class NestedAddressTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("DISK:system-boot/snaps/a.snap:/meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:system-boot/snaps/a.snap:meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:system-boot/snaps/a.snap/meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:1:snaps/a.snap:/meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:inner/snaps/a.snap:/meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:@1M/snaps/a.snap:/meta/snap.yaml", "name: a\n")]
    [InlineData("DISK:system-boot/snaps/a.snap:/in.tar.gz:/deep/x.dtb:/model", "A board\0")]
    [InlineData("DISK:system-boot/uboot.env:bootcmd", "run b")]
    [InlineData("DISK:system-boot/boot.scr:data", "echo hello\n")]
    [InlineData("TAR:disk:system-boot/snaps/a.snap:/meta/snap.yaml", "name: a\n")]
    [InlineData("TAR:a.deb:control.tar.xz:/control", "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n")]
    [InlineData("TAR:a.deb:usr/share/a", "in the package")]
    public void A_colon_leads_on_into_what_holds_something(string address, string expected)
    {
        Make();
        CliRun run = CliRun.Of("fs", "cat", Full(address));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(run.OutputBytes));
    }

    [Fact]
    public void Parts_are_listed_and_read_as_they_are()
    {
        Make();
        Assert.Equal("2\nsystem-boot\n", CliRun.Succeed("fs", "ls", _temp.File("disk")));
        Assert.Equal("a=1\nbootcmd=run b\n", CliRun.Succeed("env", "show", Full("DISK:system-boot/uboot.env")));
        Assert.Equal("a\nbootcmd\n", CliRun.Succeed("fs", "ls", Full("DISK:system-boot/uboot.env:")));
        Assert.Equal("compatible\nmodel\nsoc\nsoc/reg\n", CliRun.Succeed("fs", "ls", _temp.File("x.dtb")));
        byte[] second = CliRun.Of("fs", "cat", Full("DISK:odd/name")).OutputBytes;
        Assert.Equal(1 << 20, second.Length);
        Assert.Equal((byte)'!', second[0]);
        CliRun.Succeed("fs", "extract", _temp.File("disk"), _temp.File("parts"));
        Assert.Equal(second, File.ReadAllBytes(_temp.File("parts", "2")));
        CliRun.Succeed("fs", "extract", Full("TAR:disk:system-boot/snaps/a.snap:"), _temp.File("unpacked"));
        Assert.Equal("name: a\n", File.ReadAllText(_temp.File("unpacked", "meta", "snap.yaml")));
    }

    [Fact]
    public void Statements_of_a_file_are_parts_by_type()
    {
        string file = Repository.PathOf("src", "JetsonCore", "Assertions", "canonical.assert");
        string[] names = CliRun.Succeed("fs", "ls", file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int types = File.ReadLines(file).Count(line => line.StartsWith("type: ", StringComparison.Ordinal));
        Assert.Equal(types, names.Length);
        foreach (string name in names)
        {
            string type = char.IsDigit(name[^1]) ? name[..name.LastIndexOf('-')] : name;
            byte[] content = CliRun.Of("fs", "cat", $"{file}:{name}").OutputBytes;
            Assert.StartsWith($"type: {type}\n", System.Text.Encoding.UTF8.GetString(content), StringComparison.Ordinal);
            Assert.Contains(": assertions\n", CliRun.Succeed("inspect", $"{file}:{name}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_found_has_an_address_that_leads_to_it()
    {
        Make();
        string[] found = CliRun.Succeed("fs", "find", _temp.File("all.tar"), "snap.yaml", "*.dtb")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
        [
            Full("TAR:disk:system-boot:snaps/a.snap:in.tar.gz:deep/x.dtb"), Full("TAR:disk:system-boot:snaps/a.snap:meta/snap.yaml"),
        ], found);
        Assert.Equal(File.ReadAllBytes(_temp.File("x.dtb")), CliRun.Of("fs", "cat", found[0]).OutputBytes);
        Assert.Equal("name: a\n", System.Text.Encoding.UTF8.GetString(CliRun.Of("fs", "cat", found[1]).OutputBytes));
        JsonNode json = JsonNode.Parse(CliRun.Succeed("fs", "find", "--json", _temp.File("disk"), "--depth", "1", "*.snap"))!;
        Assert.Equal(Full("DISK:system-boot:snaps/a.snap"), (string?)json["files"]![0]!["path"]);
        Assert.Equal(1, CliRun.Of("fs", "find", _temp.File("disk"), "none").ExitCode);
        Assert.Equal(1, CliRun.Of("fs", "find", _temp.File("disk"), "--depth", "1", "snap.yaml").ExitCode);
    }

    [Fact]
    public void What_looks_like_an_artefact_and_is_none_is_said_and_passed_over()
    {
        Make();
        byte[] snap = File.ReadAllBytes(_temp.File("tree", "snaps", "a.snap"));
        snap.AsSpan(40, 40).Fill(0xEE);
        File.WriteAllBytes(_temp.File("tree", "snaps", "a.snap"), snap);
        Oracle.Run("tar", "-C", _temp.File("tree"), "-cf", _temp.File("b.tar"), "snaps/a.snap", "uboot.env").MustSucceed();
        CliRun run = CliRun.Of("fs", "find", _temp.File("b.tar"), "uboot.env");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("a.snap: warning[JC5620]", run.Error, StringComparison.Ordinal);
    }

    private string Full(string address) => address
        .Replace("DISK", _temp.File("disk"), StringComparison.Ordinal).Replace("TAR", _temp.File("all.tar"), StringComparison.Ordinal);

    /// <summary>all.tar: a disk with an ext4 with a snap with a .tar.gz with a device tree; and a package.</summary>
    private void Make()
    {
        _temp.Write("a.dts", "/dts-v1/; / { model = \"A board\"; compatible = \"a,b\"; soc { reg = <1>; }; };");
        Oracle.Run("dtc", "-q", "-O", "dtb", "-o", _temp.File("x.dtb"), _temp.File("a.dts")).MustSucceed();
        Directory.CreateDirectory(_temp.File("t", "deep"));
        File.Copy(_temp.File("x.dtb"), _temp.File("t", "deep", "x.dtb"));
        _temp.Write("snap/meta/snap.yaml", "name: a\n");
        Oracle.Run("tar", "-C", _temp.File("t"), "-czf", _temp.File("snap", "in.tar.gz"), "deep").MustSucceed();
        Directory.CreateDirectory(_temp.File("tree", "snaps"));
        Oracle.Run("mksquashfs", _temp.File("snap"), _temp.File("tree", "snaps", "a.snap"), "-quiet", "-no-progress").MustSucceed();
        CliRun.Succeed("env", "make", _temp.Write("env.txt", "a=1\nbootcmd=run b\n"), _temp.File("tree", "uboot.env"), "--size", "64");
        Oracle.Run("mkimage", "-A", "arm64", "-T", "script", "-d", _temp.Write("s", "echo hello\n"), _temp.File("tree", "boot.scr")).MustSucceed();
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-L", "inner", "-d", _temp.File("tree"), _temp.File("inner"), "8M").MustSucceed();
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "16M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-n", "1:2048:+8M", "-c", "1:system-boot", "-n", "2:0:+1M", "-c", "2:odd/name", disk).MustSucceed();
        Oracle.Run("dd", $"if={_temp.File("inner")}", $"of={disk}", "seek=2048", "conv=notrunc", "status=none").MustSucceed();
        Oracle.Run("dd", $"if={_temp.Write("mark", "!")}", $"of={disk}", "seek=18432", "conv=notrunc", "status=none").MustSucceed();
        _temp.Write("deb/DEBIAN/control", "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n");
        _temp.Write("deb/usr/share/a", "in the package");
        Oracle.Run("dpkg-deb", "-Zxz", "--root-owner-group", "-b", _temp.File("deb"), _temp.File("a.deb")).MustSucceed();
        Oracle.Run("tar", "-C", _temp.File(), "-cf", _temp.File("all.tar"), "disk", "a.deb").MustSucceed();
    }
}
