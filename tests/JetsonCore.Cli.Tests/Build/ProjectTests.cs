// `build PROJECT` and `init`: the same bytes as by options, all findings of all stages in one run, and a port to another
// board by edits of jetson-core.yaml alone.
using System.Text.Json;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class ProjectTests : IDisposable
{
    private const string TinyProject = """
        gadget: {source: gadget}
        kernel: {snap: kernel}
        snaps: [core18, ./snapd]
        model: {file: model.json, sign-key: tester}
        allow-unvouched: true
        output: built
        """;

    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    private OracleResult Build(string project, params string[] more) => _device.Program.Run(["build", project, .. more]);

    private string Sums(string folder) => File.ReadAllText(_device.File(folder, "SHA256SUMS"));

    [Fact]
    public void A_project_gives_the_bytes_that_options_give()
    {
        _device.Write("jetson-core.yaml", TinyProject);
        _device.Build("out").MustSucceed();
        Build(".").MustSucceed();
        Assert.Equal(Sums("out"), Sums("built"));

        // The gadget as under version control, the model's headers in the project, from another folder.
        _device.Write("sources/gadget.yaml", TinyDevice.GadgetYaml);
        File.Copy(_device.File("gadget", "meta", "snap.yaml"), _device.File("sources", "snap.yaml"));
        _device.Write("sources/uboot.env.in", TinyDevice.EnvironmentText + "\n");
        _device.Write("sources/README.md", "not for the snap");
        _device.Write("two/jetson-core.yaml", """
            extends: ..
            gadget:
              source: ../sources
              environment: ../sources/uboot.env.in
              u-boot: ../gadget/u-boot.bin
            model:
              file:
              headers: {type: model, series: 16, authority-id: "${NOBODY:-brand}", brand-id: brand, model: tiny,
                architecture: arm64, base: core18, gadget: tiny, kernel: tiny-kernel}
            output: built
            """);
        Build("two").MustSucceed();
        Assert.Equal(Sums("out"), Sums("two/built"));
        Build("two/jetson-core.yaml", "-O", "three", "--set", "flash.target=none").MustSucceed();
        Assert.False(File.Exists(_device.File("three", "core-18-tiny.tar.xz")));
        Assert.Equal(2, Build("two").ExitCode);
    }

    [Fact]
    public void Options_go_before_the_project_and_add_to_its_lists()
    {
        _device.Write("jetson-core.yaml", TinyProject.Replace("snaps: [core18, ./snapd]", "snaps: [core18]\nimage: {size: 100M}", StringComparison.Ordinal));
        Build(".", "--snap", "snapd", "--image-size", "128M", "-O", "large").MustSucceed();
        Assert.Equal(128L << 20, new FileInfo(_device.File("large", "tiny.img")).Length);
        Build(".", "--snap", "snapd").MustSucceed();
        Assert.Equal(100L << 20, new FileInfo(_device.File("built", "tiny.img")).Length);
        string printed = Build(".", "--print", "--set", "channel=edge").MustSucceed();
        Assert.Contains("jetson-core.yaml:4\n", printed, StringComparison.Ordinal);
        Assert.Matches("channel: edge +# --set\n", printed);
        Assert.Matches("target: auto +# default\n", printed);
    }

    [Fact]
    public void All_findings_of_all_stages_come_at_once_and_nothing_is_written()
    {
        SmallestKernelFolder();
        _device.Write("sources/gadget.yaml", TinyDevice.GadgetYaml.Replace("size: 2097152", "size: 2 MB", StringComparison.Ordinal));
        _device.Write("sources/snap.yaml", "name: tiny\nversion: 1\ntype: gadget\nbase: core18\n");
        _device.Write("sources/uboot.env.in", "bootcmd\n");
        _device.Write("source/snap.yaml", "name: Tiny Kernel\nversion: \"0\"\ntype: kernel\n");
        _device.Write("bad.assert", "no assertion");
        _device.Write("jetson-core.yaml", """
            gadget: {source: sources, environment: sources/uboot.env.in, u-boot: nowhere.bin}
            kernel:
              source: source
              from: [package]
              base-initrd: initrd.img
              lists: {dtbs: [other.dtb]}
            snaps: [core18, missing.snap]
            model:
              headers: {type: model, series: 16, brand-id: brand, model: Tiny Model}
              sign-key: nobody
            assertions: [bad.assert]
            imag: {}
            """);
        OracleResult run = Build(".");
        Assert.Equal(1, run.ExitCode);
        foreach (string finding in (string[])
            [
                "jetson-core.yaml:1:70: error[JC4408]: cannot find gadget.u-boot \"nowhere.bin\"",
                "jetson-core.yaml:6:18: error[JC5405]: cannot find the device tree \"other.dtb\"",
                "jetson-core.yaml:7:17: error[JC4408]: cannot find snaps \"missing.snap\"",
                "jetson-core.yaml:9:", "jetson-core.yaml:12:1: error[JC4403]",
                "sources/gadget.yaml:15:15: error[JC", "sources/uboot.env.in:1:1: error[JC",
                "source/snap.yaml:1:7: error[JC4003]", "bad.assert: error[JC",
            ])
        {
            Assert.True(run.Error.Contains(finding, StringComparison.Ordinal), $"{finding}\n{run.Error}");
        }
        Assert.False(Directory.Exists(_device.File("out")));
        using var json = JsonDocument.Parse(Build(".", "--json").Output);
        Assert.True(json.RootElement.GetProperty("diagnostics").GetArrayLength() > 8);
    }

    [Fact]
    public void Each_snap_alone_is_what_the_verbs_for_snaps_make()
    {
        SmallestKernelFolder();
        _device.Write("jetson-core.yaml", TinyProject.Replace(
            "kernel: {snap: kernel}", "kernel: {source: source, from: [package], base-initrd: initrd.img}", StringComparison.Ordinal));
        Assert.Equal("snaps/tiny_1_arm64.snap\n", Build(".", "--only", "gadget", "-O", "snaps").MustSucceed());
        _device.Program.Run("snap", "pack", "gadget", "other").MustSucceed();
        Oracle.Run("cmp", _device.File("snaps", "tiny_1_arm64.snap"), _device.File("other", "tiny_1_arm64.snap")).MustSucceed();
        string kernel = Build(".", "--only", "kernel", "-O", "snaps").MustSucceed().Trim();
        _device.Program.Run("kernel", "pack", "source", "--from", "package", "--base-initrd", "initrd.img", "-O", "other").MustSucceed();
        Oracle.Run("cmp", _device.File(kernel), _device.File("other", Path.GetFileName(kernel))).MustSucceed();
    }

    [Fact]
    public void A_project_that_is_not_there_and_options_without_one_are_usage()
    {
        OracleResult missing = Build("nowhere");
        Assert.Equal(3, missing.ExitCode);
        Assert.Contains("error[JC4400]", missing.Error, StringComparison.Ordinal);
        OracleResult alone = _device.Program.Run("build", "--print");
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("--print goes with a PROJECT", alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_project_of_the_tx1_is_the_repository_itself()
    {
        string[] written = Init("jetson-tx1", "tx1");
        Assert.Contains("tx1/kernel/initramfs/scripts/local-premount/resize", written);
        foreach (string path in written.Where(path => Path.GetFileName(path) != "README.md"))
            Assert.Equal(File.ReadAllBytes(Repository.PathOf(path["tx1/".Length..])), File.ReadAllBytes(_device.File(path)));
        string[] theirs = [.. new[] { "gadget", "kernel" }.SelectMany(folder => Directory.EnumerateFiles(
            Repository.PathOf(folder), "*", SearchOption.AllDirectories)).Where(path => Path.GetFileName(path) != "README.md")];
        Assert.Equal(theirs.Length + 2, written.Length);
        foreach (string path in theirs)
        {
            string relative = Path.GetRelativePath(Repository.PathOf("."), path);
            Assert.Equal(File.GetUnixFileMode(path) & UnixFileMode.UserExecute,
                File.GetUnixFileMode(_device.File("tx1", relative)) & UnixFileMode.UserExecute);
        }
        OracleResult again = _device.Program.Run("init", "empty", "tx1");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("the folder is not empty", again.Error, StringComparison.Ordinal);

        // Before anything is fetched, the first build says all that is missing.
        OracleResult build = Build("tx1");
        Assert.Equal(1, build.ExitCode);
        foreach (string name in (string[])["u-boot.bin", "kernel.deb", "firmware.deb", "initrd.img", "core18.snap", "snapd.snap"])
            Assert.Contains($"\"inputs/{name}\": there is no such file", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_project_says_what_it_lacks()
    {
        Init("empty", "mine");
        OracleResult run = Build("mine");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("mine/jetson-core.yaml: error[JC4411]: cannot build: the project has no model", run.Error, StringComparison.Ordinal);
        Assert.Contains("mine/jetson-core.yaml: error[JC4408]: cannot make a kernel snap: kernel.from names no kernel", run.Error, StringComparison.Ordinal);
    }

    /// <summary>MBR, FAT, another kernel: by init, inputs and edits of jetson-core.yaml, without another line.</summary>
    [Fact]
    public void A_second_board_is_a_template_and_edits_of_one_file()
    {
        Init("raspberry-pi-like", "pi");
        SmallestKernelFolder();
        _device.Write("pi/inputs/boot/bootcode.bin", "the ROM loads this");
        _device.Write("pi/inputs/u-boot.bin", "u-boot, really");
        EditPort("pi/jetson-core.yaml", "../package", "[board-a.dtb]", "[mmc]");
        Build("pi", "--set", "gadget.files.boot-assets/overlays/x.dtbo=snapd/meta/snap.yaml", "-O", "unused", "--print").MustSucceed();
        Build("pi", "--profile", "port").MustSucceed();
        JudgePort("pi/out");
        string lives = _device.Program.Run("env", "simulate", "pi/out/pi.img", "--ram", "0x0:0x3b400000").MustSucceed();
        Assert.Contains("first-boot           ok\n", lives, StringComparison.Ordinal);
        Assert.Contains("failed-update        ok\n", lives, StringComparison.Ordinal);
    }

    /// <summary>The same with Debian's arm64 kernel and the lists of the template as they are.</summary>
    [DebianInputsFact]
    [Trait("Runs", "soak")]
    public void Debians_kernel_is_enough_for_the_template()
    {
        Init("raspberry-pi-like", "pi");
        SmallestKernelFolder();
        _device.Write("pi/inputs/boot/bootcode.bin", "the ROM loads this");
        _device.Write("pi/inputs/u-boot.bin", "u-boot, really");
        string text = File.ReadAllText(_device.File("pi/jetson-core.yaml"));
        _device.Write("pi/jetson-core.yaml", text
            .Replace("inputs/kernel.deb", DebianInputs.PathOf("kernel"), StringComparison.Ordinal)
            .Replace("inputs/firmware.deb", DebianInputs.PathOf("firmware"), StringComparison.Ordinal)
            .Replace("inputs/initrd.img", "../initrd.img", StringComparison.Ordinal)
            .Replace("[core18=stable, snapd=stable]", "[../core18, ../snapd]", StringComparison.Ordinal)
            .Replace("my-key", "tester", StringComparison.Ordinal));
        Oracle.Run(new OracleCall(ProgramProcess.Program)       // compressing a kernel takes its time
        {
            Arguments = ["build", "pi"],
            Folder = _device.Folder,
            Environment = new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1573659600", ["XDG_DATA_HOME"] = _device.File("data") },
            TimeLimit = TimeSpan.FromMinutes(10),
        }).MustSucceed();
        JudgePort("pi/out");
        string lives = _device.Program.Run("env", "simulate", "pi/out/pi.img", "--ram", "0x0:0x3b400000").MustSucceed();
        Assert.DoesNotContain("FAILS", lives, StringComparison.Ordinal);
        Assert.Contains("bcm2837-rpi-3-b.dtb", _device.Program.Run("fs", "find", "pi/out/pi.img:system-boot", "*.dtb").MustSucceed(), StringComparison.Ordinal);
    }

    private void EditPort(string path, string kernel, string trees, string modules)
    {
        string text = File.ReadAllText(_device.File(path))
            .Replace("    - inputs/kernel.deb\n    - inputs/firmware.deb\n", $"    - {kernel}\n", StringComparison.Ordinal)
            .Replace("inputs/initrd.img", "../initrd.img", StringComparison.Ordinal)
            .Replace("[core18=stable, snapd=stable]", "[../core18, ../snapd]", StringComparison.Ordinal)
            .Replace("my-key", "tester", StringComparison.Ordinal);
        _device.Write(path, text + $"profiles:\n  port:\n    kernel: {{lists: {{dtbs: {trees}, initrd-modules: {modules}}}}}\n"
            + $"    gadget: {{variables: {{fdtfile: {trees.Trim('[', ']')}}}}}\n");
    }

    private void JudgePort(string folder)
    {
        using (var table = JsonDocument.Parse(Oracle.Run("sfdisk", "-J", _device.File(folder, "pi.img")).MustSucceed()))
        {
            JsonElement root = table.RootElement.GetProperty("partitiontable");
            Assert.Equal("dos", root.GetProperty("label").GetString());
            Assert.Equal(["c", "83"], root.GetProperty("partitions").EnumerateArray().Select(one => one.GetProperty("type").GetString()));
        }
        Oracle.Run("fsck.vfat", "-n", _device.File(folder, "partitions", "system-boot.vfat")).MustSucceed();
        Oracle.Run("e2fsck", "-fn", _device.File(folder, "partitions", "writable.ext4")).MustSucceed();
        string files = _device.Program.Run("fs", "ls", $"{folder}/pi.img:system-boot").MustSucceed();
        foreach (string name in (string[])["bootcode.bin", "config.txt", "u-boot.bin", "uboot.env"])
            Assert.Contains(name, files, StringComparison.Ordinal);
    }

    private string[] Init(string board, string folder) =>
        _device.Program.Run("init", board, folder).MustSucceed().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void SmallestKernelFolder()
    {
        using var temp = new TempFolder();
        SmallestKernel.Write(temp);
        foreach (string folder in (string[])["source", "package", "base"])
            Oracle.Run("cp", "-r", temp.File(folder), _device.File(folder)).MustSucceed();
        _device.Program.Run("fs", "make", "cpio", "base", "initrd.img").MustSucceed();
    }
}
