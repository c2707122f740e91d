// Images of Ubuntu Core 20 and later, from the program: what the disk holds and what it leaves to the installation, by
// sfdisk, fsck.vfat and the program's own readers. The seed in it is judged beside snapd's in RecoverySystemTests.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class GradedBuildTests : IDisposable
{
    private const string Structures = """
                  - {name: ubuntu-seed, role: system-seed, type: "0C,C12A7328-F81F-11D2-BA4B-00A0C93EC93B", filesystem: vfat, size: 40M,
                     offset: 1M, content: [CONTENT]}
                  - {name: ubuntu-boot, role: system-boot, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
                  - {name: ubuntu-save, role: system-save, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
                  - {name: ubuntu-data, role: system-data, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 64M}
        """;

    private const string Model = """
        {"type": "model", "series": "16", "authority-id": "brand", "brand-id": "brand", "model": "tiny", "grade": "dangerous",
         "architecture": "arm64", "base": "core22", "snaps": [{"name": "tiny", "type": "gadget", "default-channel": "22/stable"},
         {"name": "tiny-kernel", "type": "kernel", "default-channel": "22/stable"}]}
        """;

    private readonly TinyDevice _device = new();

    public GradedBuildTests()
    {
        _device.Write("graded.json", Model);
        _device.Write("core22/meta/snap.yaml", "name: core22\nversion: '22'\ntype: base\narchitectures: [arm64]\n");
    }

    public void Dispose() => _device.Dispose();

    private void WriteGadget(string bootloader, string schema, string content, params (string Name, string Text)[] files)
    {
        _device.Write("graded/meta/snap.yaml", "name: tiny\nversion: 1\ntype: gadget\nbase: core22\narchitectures: [arm64]\n");
        _device.Write("graded/meta/gadget.yaml", $"volumes:\n  pc:\n    bootloader: {bootloader}\n    schema: {schema}\n    structure:\n"
            + Structures.Replace("CONTENT", content, StringComparison.Ordinal));
        foreach ((string name, string text) in files)
            _device.Write($"graded/{name}", text);
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _device.Folder).MustSucceed();
    }

    private OracleResult Build(string output, params string[] more) => _device.Program.Run(
    [
        "build", "--model-headers", "graded.json", "--sign-key", "tester", "--gadget", "graded", "--kernel", "kernel",
        "--snap", "core22", "--snap", "snapd", "--allow-unvouched", "-O", output, .. more,
    ]);

    /// <summary>Files, and folders that are empty.</summary>
    private string[] Files(string place)
    {
        string[] all = _device.Program.Run("fs", "ls", place).MustSucceed().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. all.Where(path => !all.Any(other => other.StartsWith($"{path}/", StringComparison.Ordinal)))];
    }

    [Fact]
    public void An_image_holds_ubuntu_seed_alone()
    {
        // A device tree goes into two places: beside the kernel, and where the gadget wants it.
        WriteGadget("u-boot", "gpt", "{source: boot.scr, target: boot.scr}, {source: '$kernel:trees/dtbs/', target: trees/}",
            ("uboot.conf", ""), ("boot.scr", "script"));
        _device.Write("kernel/meta/kernel.yaml", "assets:\n  trees:\n    update: true\n    content: [dtbs/]\n");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _device.Folder).MustSucceed();
        string said = Build("out", "--system-label", "first-1").MustSucceed();
        Assert.Contains("pc.img", said, StringComparison.Ordinal);
        Oracle.Run("fsck.vfat", "-n", _device.File("out", "partitions", "ubuntu-seed.vfat")).MustSucceed();
        Assert.Equal("ubuntu-seed\n", Oracle.Run(
            "blkid", "-o", "value", "-s", "LABEL", _device.File("out", "partitions", "ubuntu-seed.vfat")).MustSucceed());
        string table = Oracle.Run("sfdisk", "-d", _device.File("out", "pc.img")).MustSucceed();
        string partition = Assert.Single(table.Split('\n'), line => line.Contains("start=", StringComparison.Ordinal));
        Assert.Matches("start= *2048, size= *81920, .*name=\"ubuntu-seed\"", partition);
        Assert.Equal(["partitions/ubuntu-seed.vfat"], Directory.GetFiles(_device.File("out", "partitions"))
            .Select(file => Path.GetRelativePath(_device.File("out"), file)));
        Assert.Equal(
        [
            "boot.scr", "snaps", "systems/first-1/assertions/model-etc", "systems/first-1/assertions/snaps",
            "systems/first-1/kernel/dtbs/board.dtb", "systems/first-1/kernel/initrd.img", "systems/first-1/kernel/kernel.img",
            "systems/first-1/model", "systems/first-1/options.yaml", "systems/first-1/snaps/core22_22.snap",
            "systems/first-1/snaps/snapd_1.snap", "systems/first-1/snaps/tiny-kernel_1.snap", "systems/first-1/snaps/tiny_1.snap",
            "trees/board.dtb", "uboot/ubuntu/boot.sel",
        ], Files("out/pc.img:ubuntu-seed"));
        string environment = _device.Program.Run("env", "show", "out/pc.img:ubuntu-seed/uboot/ubuntu/boot.sel").MustSucceed();
        Assert.Contains("snapd_recovery_mode=install", environment, StringComparison.Ordinal);
        Assert.Contains("snapd_recovery_system=first-1", environment, StringComparison.Ordinal);

        JsonNode inspected = JsonNode.Parse(_device.Program.Run("inspect", "--json", "out/pc.img").MustSucceed())!["files"]![0]!;
        Assert.Equal(("ubuntu-seed", "first-1", "dangerous", 4), ((string?)inspected["seeds"]![0]!["place"],
            (string?)inspected["seeds"]![0]!["system"], (string?)inspected["seeds"]![0]!["grade"], (int)inspected["seeds"]![0]!["snaps"]!));
        Assert.Equal(("brand", "core22", "dangerous"), ((string?)inspected["models"]![0]!["brandId"],
            (string?)inspected["models"]![0]!["base"], (string?)inspected["models"]![0]!["grade"]));
        Assert.Equal(["systems/first-1/snaps/core22_22.snap", "systems/first-1/snaps/snapd_1.snap",
            "systems/first-1/snaps/tiny-kernel_1.snap", "systems/first-1/snaps/tiny_1.snap"],
            inspected["snaps"]!.AsArray().Select(snap => (string?)snap!["file"]));

        // Nobody vouches for its model; nothing else is wrong with it.
        OracleResult check = _device.Program.Run("seed", "check", "out/pc.img");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("4 snaps", check.Output, StringComparison.Ordinal);
        Assert.All(check.Error.Split('\n').Where(line => line.Contains("error[", StringComparison.Ordinal)),
            line => Assert.Contains("JC3301", line, StringComparison.Ordinal));

        Build("again", "--system-label", "first-1").MustSucceed();
        Assert.Equal(File.ReadAllText(_device.File("out", "SHA256SUMS")), File.ReadAllText(_device.File("again", "SHA256SUMS")));
        string refused = Build("bad", "--system-label", "Not_one", "--preseed").MustFail(1);
        Assert.Contains("JC4115", refused, StringComparison.Ordinal);
        Assert.Contains("JC4119", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_like_the_Raspberry_Pi_gets_a_DOS_table_and_piboot()
    {
        WriteGadget("piboot", "mbr", "{source: boot/, target: /}", ("piboot.conf", ""), ("boot/config.txt", "arm_64bit=1\n"),
            ("boot/cmdline.txt", "console=tty1"), ("boot/start4.elf", "firmware"));
        Assert.Contains("JC4141", Build("out").MustFail(1), StringComparison.Ordinal);       // the kernel has no overlays
        _device.Write("kernel/dtbs/overlays/one.dtbo", "overlay");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _device.Folder).MustSucceed();
        Build("out").MustSucceed();
        string table = Oracle.Run("sfdisk", "-d", _device.File("out", "pc.img")).MustSucceed();
        Assert.Contains("label: dos", table, StringComparison.Ordinal);
        Assert.Matches("start= *2048, size= *81920, type=c", Assert.Single(table.Split('\n'), line => line.Contains("start=", StringComparison.Ordinal)));
        Oracle.Run("fsck.vfat", "-n", _device.File("out", "partitions", "ubuntu-seed.vfat")).MustSucceed();
        string label = "20191113";      // the day of SOURCE_DATE_EPOCH
        Assert.Equal($"arm_64bit=1\n\nos_prefix=/systems/{label}/kernel/\n".Replace("\n\n", "\n", StringComparison.Ordinal),
            _device.Program.Run("fs", "cat", "out/pc.img:1/config.txt").MustSucceed().Replace("\n\n", "\n", StringComparison.Ordinal));
        Assert.Equal($"console=tty1 snapd_recovery_mode=install snapd_recovery_system={label}\n",
            _device.Program.Run("fs", "cat", $"out/pc.img:1/systems/{label}/kernel/cmdline.txt").MustSucceed());
        Assert.Contains($"systems/{label}/kernel/overlays/README", Files("out/pc.img:1"));
        Assert.Contains($"systems/{label}/kernel/board.dtb", Files("out/pc.img:1"));
        Assert.Contains("out/pc.img:1: 4 snaps", _device.Program.Run("seed", "check", "out/pc.img").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{source: a, target: systems/20191113/model}", "takes the place of \"systems/20191113/model\"")]
    [InlineData("{source: a, target: uboot}", "is no directory")]
    [InlineData("{source: a, target: snaps}", "JC5103")]
    public void Content_of_the_gadget_stays_out_of_the_seed(string content, string said)
    {
        WriteGadget("u-boot", "gpt", content, ("uboot.conf", ""), ("a", "a"));
        string error = Build("out").MustFail(1);
        Assert.Contains("JC5103", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_that_is_too_large_is_refused_before_anything_is_written()
    {
        WriteGadget("u-boot", "gpt", "{source: large, target: large}", ("uboot.conf", ""));
        _device.Write("graded/large", new byte[41 << 20]);
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _device.Folder).MustSucceed();
        string error = Build("out").MustFail(1);
        Assert.Contains("JC5111", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_device.File("out", "partitions")));
    }
}
