// The script of a bundle, under several shells, on trees with the shape of the real ones and programs that do what the
// real ones do. Programs of the machine that it asks for (id, python) are stand-ins, so that any machine will do.
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashScriptTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private const string Script = "flash-ubuntu-core.sh";
    private const string OwnLayout = "bootloader/t210ref/cfg/ubuntu-core.xml";
    private const string OwnBoard = "jetson-tx1-ubuntu-core.conf";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(SampleRelease.R28, "dash")]
    [InlineData(SampleRelease.R28, "busybox")]
    [InlineData(SampleRelease.R282, "bash")]
    [InlineData(SampleRelease.R32, "dash")]
    [InlineData(SampleRelease.R32, "busybox")]
    [InlineData(SampleRelease.R24, "dash")]
    public void A_bundle_unpacked_over_a_tree_flashes_it(SampleRelease release, string shell)
    {
        string tree = Unpacked(release);
        Put(tree, "recovery_mode", "");
        string said = Run(shell, tree, tree).MustSucceed();
        Assert.Contains("is as wanted", said, StringComparison.Ordinal);
        AssertFlashed(tree, release);
        Run(shell, tree, tree).MustSucceed();
    }

    [Theory]
    [InlineData(SampleRelease.R28)]
    [InlineData(SampleRelease.R32)]
    public void Script_and_program_make_the_same_files(SampleRelease release)
    {
        string tree = Unpacked(release);
        Run("dash", tree, tree, "--no-flash").MustSucceed();
        Assert.False(Directory.Exists(Path.Combine(tree, "board")));
        Assert.Equal(0, CliRun.Of("flash", "check", tree).ExitCode);
        string[] made = [File.ReadAllText(Path.Combine(tree, OwnBoard)), File.ReadAllText(Path.Combine(tree, OwnLayout))];
        string other = Tree(release);
        CliRun.Succeed("flash", "apply", other, "--build", device.Build);
        Assert.Equal(made[0], File.ReadAllText(Path.Combine(other, OwnBoard)));
        Assert.Equal(made[1], File.ReadAllText(Path.Combine(other, OwnLayout)));
        Run("dash", tree, tree, "--no-flash", "--nosuch").MustFail(2);
    }

    [Theory]
    [InlineData("dash", SampleRelease.R28, "Linux_for_Tegra")]
    [InlineData("busybox", SampleRelease.R28, "Linux_for_Tegra")]
    [InlineData("dash", SampleRelease.R32, "a tree/Linux for Tegra")]
    [InlineData("busybox", SampleRelease.R32, "a tree/Linux for Tegra")]
    public void It_works_beside_a_tree_in_folders_with_blanks_and_is_undone(
        string shell, SampleRelease release, string folder)
    {
        string tree = _temp.File(folder), bundle = _temp.File("the bundle");
        SampleL4t.Write(tree, release);
        Directory.CreateDirectory(Path.Combine(tree, "rootfs/etc"));
        Put(tree, "recovery_mode", "");
        Put(tree, "bootloader/system.img", "an image of one's own");
        string before = Sums(tree);
        Unpack(device.BundlePath, bundle);
        Run(shell, bundle, _temp.Path, tree).MustSucceed();
        AssertFlashed(tree, release);
        Assert.Equal("an image of one's own",
            File.ReadAllText(Path.Combine(tree, "bootloader/system.img.before-ubuntu-core")));
        Run(shell, bundle, _temp.Path, tree).MustSucceed();
        Run(shell, bundle, _temp.Path, "--undo", tree).MustSucceed();
        Directory.Delete(Path.Combine(tree, "board"), recursive: true);
        FlashInterruptionTests.RemoveWhatFlashScriptMade(tree);
        Assert.Equal(before, Sums(tree));
    }

    [Fact]
    public void A_tree_whose_flash_script_splits_paths_is_refused_where_a_blank_is_in_its_path()
    {
        string tree = _temp.File("a tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        Unpack(device.BundlePath, tree);
        AssertUntouched(tree, Run("dash", tree, tree), "there is a blank in the path");
        Assert.Contains("JC6004", CliRun.Of("flash", "check", tree).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_but_root_may_and_the_variable_is_set_for_flash_script()
    {
        string tree = Unpacked(SampleRelease.R28);
        OracleResult refused = Run("dash", tree, tree, ["--no-flash"], user: "1000");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("needs root", refused.Error, StringComparison.Ordinal);
        Run("dash", tree, tree, "--no-flash").MustSucceed();     // without USER in the environment
    }

    [Theory]
    [InlineData("bootloader/system.img")]
    [InlineData("bootloader/ubuntu-core/bundle.conf")]
    public void A_damaged_bundle_is_refused(string file)
    {
        string tree = Unpacked(SampleRelease.R28);
        File.AppendAllText(Path.Combine(tree, file), "x");
        AssertUntouched(tree, Run("dash", tree, tree), "the bundle is damaged");
    }

    [Fact]
    public void R24_is_refused_where_the_bundle_has_no_u_boot_for_it()
    {
        string tree = Tree(SampleRelease.R24);
        Unpack(device.BundlePath, tree);
        AssertUntouched(tree, Run("dash", tree, tree), "takes U-Boot from EBT");
    }

    /// <summary>Every way in which flash.sh ends with 0 and has made something else.</summary>
    [Theory]
    [InlineData("s/system-data.ext4/other.ext4/", "\"UDA ")]
    [InlineData("/system-data.ext4/d", "\"UDA ")]
    [InlineData("s/16777216/14680064/", "\"APP 14680064 system.img\"")]
    [InlineData("s/boot.img/u-boot.bin/", "\"LNX ")]
    [InlineData("s/<size> 67108864/<size> 4096/", "LNX takes 4096")]
    [InlineData("s/tos.img/nothing.img/", "bootloader/nothing.img is missing")]
    public void What_flash_script_made_is_compared_before_the_board_is_written(string edit, string said)
    {
        string tree = Unpacked(SampleRelease.R28);
        string script = File.ReadAllText(Path.Combine(tree, "flash.sh"));
        File.WriteAllText(Path.Combine(tree, "flash.sh"), script.Replace(
            "if [ \"${no_flash}\" = 1 ]; then echo", $"sed -i '{edit}' flash.xml; if [ \"${{no_flash}}\" = 1 ]; then echo",
            StringComparison.Ordinal));
        AssertUntouched(tree, Run("dash", tree, tree), said);
    }

    [Fact]
    public void A_boot_image_of_another_u_boot_is_refused()
    {
        string tree = Unpacked(SampleRelease.R28);
        string script = File.ReadAllText(Path.Combine(tree, "flash.sh"));
        File.WriteAllText(Path.Combine(tree, "flash.sh"), script.Replace(
            "./mkbootimg --kernel \"${kernel_image}\"", "./mkbootimg --kernel \"${LDK_DIR}/flash.sh\"", StringComparison.Ordinal));
        AssertUntouched(tree, Run("dash", tree, tree), "does not hold our U-Boot");
    }

    [Theory]
    [InlineData("kernel/Image")]
    [InlineData("bootloader/mkgpt")]
    [InlineData("bootloader/mkbootimg")]
    [InlineData("jetson-tx1.conf")]
    [InlineData("rootfs")]
    public void Missing_files_are_said_before_anything_is_done(string path)
    {
        string tree = Unpacked(SampleRelease.R28);
        if (Directory.Exists(Path.Combine(tree, path)))
            Directory.Delete(Path.Combine(tree, path));
        else
            File.Delete(Path.Combine(tree, path));
        AssertUntouched(tree, Run("dash", tree, tree), path);
        Assert.False(File.Exists(Path.Combine(tree, OwnBoard)));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("3.11", 1)]
    [InlineData("3.8", 0)]
    [InlineData("2.7", 0)]
    public void R28_wants_a_python_of_its_time(string version, int exitCode)
    {
        string tree = Unpacked(SampleRelease.R28);
        Assert.Equal(exitCode, Run("dash", tree, tree, [], python: version).ExitCode);
        Run("dash", tree, tree, ["--no-flash"], python: version).MustSucceed();
    }

    [Theory]
    [InlineData("3.8", 1)]
    [InlineData("2.7", 0)]
    public void R24_wants_python_2_even_to_prepare(string version, int exitCode)
    {
        string tree = Unpacked(SampleRelease.R24);
        OracleResult result = Run("dash", tree, tree, ["--no-flash"], python: version);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(exitCode != 0, result.Error.Contains("needs Python 2 under the name python", StringComparison.Ordinal));
    }

    /// <summary>What flash.sh makes of a layout is what was foreseen, line for line.</summary>
    [Theory]
    [InlineData(SampleRelease.R24)]
    [InlineData(SampleRelease.R28)]
    [InlineData(SampleRelease.R282)]
    [InlineData(SampleRelease.R32)]
    public void The_layout_that_flash_script_makes_is_the_one_that_was_foreseen(SampleRelease release)
    {
        string tree = Unpacked(release);
        Run("dash", tree, tree, "--no-flash").MustSucceed();
        FlashSituation situation = FlashChecker.Check(new() { TreePath = tree }, new DiagnosticBag())!;
        Assert.Equal(File.ReadAllText(Path.Combine(tree, "bootloader/flash.xml")), situation.Filled!.Text);
        FlashPlan plan = FlashPlan.Of(situation);
        foreach (FlashedPartition partition in plan.Partitions.Where(item => item.Bytes is not null))
        {
            string file = Path.Combine(tree, "bootloader", partition.File);
            Assert.True(new FileInfo(file).Length == partition.Bytes, $"{partition} has {new FileInfo(file).Length}");
        }
    }

    /// <summary>Layouts as an editor, another release or another tool writes them: both ways of editing agree.</summary>
    [Theory]
    [InlineData("s/$/\r/")]
    [InlineData("s/name=\"UDA\" id=\"23\" type=\"data\"/type='data' id='23' name='UDA'/")]
    [InlineData("s/<partition name=\"UDA\"/<!-- <partition name=\"UDA\"> -->&/")]
    [InlineData("/name=\"UDA\"/s/>$/ ><!-- <filename> old.img <\\/filename> -->/")]
    [InlineData("/name=\"UDA\"/,/<.partition>/s/<size>/<filename> old.img <\\/filename>&/")]
    [InlineData("/name=\"UDA\"/,/<.partition>/s/<size>/<filename>a<\\/filename>\\n<filename\\/>&/")]
    [InlineData("/name=\"UDA\"/a\\\t\t<description> a > b <\\/description>")]
    [InlineData("s/^ *//")]
    [InlineData("2,$s/^ */\\t/")]
    [InlineData("1s/^/\\xef\\xbb\\xbf/")]
    [InlineData("s/Tegra partitions/T\\xe9gra partitions/")]
    [InlineData("s/<partition name=\"UDA\"/<partition\\n    name = \"UDA\"/")]
    public void Script_and_program_edit_any_layout_alike(string edit)
    {
        string tree = Tree(SampleRelease.R28), bundle = _temp.File("bundle");
        Oracle.Run("sed", "-i", edit, Path.Combine(tree, SampleL4t.LayoutPath)).MustSucceed();
        byte[] vendor = File.ReadAllBytes(Path.Combine(tree, SampleL4t.LayoutPath));
        Unpack(device.BundlePath, bundle);
        CliRun.Of("flash", "apply", tree, "--build", device.Build);
        byte[] own = File.ReadAllBytes(Path.Combine(tree, OwnLayout));
        CliRun.Succeed("flash", "apply", tree, "--undo");
        foreach (string shell in (string[])["dash", "busybox"])
        {
            Run(shell, bundle, tree, "--no-flash");
            Assert.Equal(own, File.ReadAllBytes(Path.Combine(tree, OwnLayout)));
            Assert.Equal(vendor, File.ReadAllBytes(Path.Combine(tree, SampleL4t.LayoutPath)));
            Run(shell, bundle, tree, "--undo").MustSucceed();
        }
    }

    /// <summary>Whatever an interrupted run has left, the next one makes what is wanted.</summary>
    [Fact]
    public void An_interrupted_run_is_ended_by_the_next()
    {
        string tree = Tree(SampleRelease.R28), bundle = _temp.File("bundle");
        Unpack(device.BundlePath, bundle);
        Put(tree, "bootloader/ubuntu-core/applied", "new bootloader/system.img\nnew bootloader/system-data.ext4\n");
        Put(tree, "bootloader/ubuntu-core/layout.part", "half");
        Put(tree, "bootloader/system.img.part", "half");
        Put(tree, "bootloader/system.img", "an old one");
        Put(tree, "bootloader/flash.xml", "of another run");
        Run("dash", bundle, tree).MustSucceed();
        AssertFlashed(tree, SampleRelease.R28);
        Assert.False(File.Exists(Path.Combine(tree, "bootloader/system.img.before-ubuntu-core")));
        Assert.Equal(0, CliRun.Of("flash", "check", tree, "--build", device.Build).ExitCode);
    }

    [Fact]
    public void Sparse_images_are_flashed_too_and_read_by_the_tools_of_the_field()
    {
        string tree = Tree(SampleRelease.R28);
        Unpack(Path.Combine(device.SparseBuild, "core-18-tiny.tar.gz"), tree);
        Run("dash", tree, tree).MustSucceed();
        foreach ((string name, string partition) in ((string, string)[])[("APP", "system-boot.ext4"), ("UDA", "writable.ext4")])
        {
            string raw = _temp.File($"{name}.raw");
            Oracle.Run("simg2img", Path.Combine(tree, "board", name), raw).MustSucceed();
            Oracle.Run("e2fsck", "-fn", raw).MustSucceed();
            Oracle.Run("cmp", raw, device.Partition(partition)).MustSucceed();
            Assert.Subset(new HashSet<int> { 0xCAC1, 0xCAC3 }, ChunkTypes(File.ReadAllBytes(Path.Combine(tree, "board", name))));
        }
        Assert.Equal(0, CliRun.Of("flash", "check", tree).ExitCode);
    }

    /// <summary>The types of an Android sparse image's chunks; whether R24's boot loader takes 0xCAC2 (fill) is not known.</summary>
    private static HashSet<int> ChunkTypes(byte[] image)
    {
        HashSet<int> types = [];
        for (int at = 28; at < image.Length; at += BitConverter.ToInt32(image, at + 8))
            types.Add(BitConverter.ToUInt16(image, at));
        return types;
    }

    private void AssertFlashed(string tree, SampleRelease release)
    {
        Oracle.Run("cmp", Path.Combine(tree, "board", "APP"), device.Partition("system-boot.ext4")).MustSucceed();
        Oracle.Run("cmp", Path.Combine(tree, "board", "UDA"), device.Partition("writable.ext4")).MustSucceed();
        byte[] uboot = FlashDevice.UBoot(tree);
        (string name, int start) = release == SampleRelease.R24 ? ("EBT", 600) : ("LNX", 2048);
        byte[] written = File.ReadAllBytes(Path.Combine(tree, "board", name));
        Assert.True(written.AsSpan(start, uboot.Length).SequenceEqual(uboot));
        if (release == SampleRelease.R24)
            Assert.Equal(0x80080000UL, BitConverter.ToUInt64(written, 592));
    }

    private static void AssertUntouched(string tree, OracleResult result, string said)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(tree, "board")));
    }

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File(Guid.NewGuid().ToString("N"));
        SampleL4t.Write(tree, release);
        return tree;
    }

    private string Unpacked(SampleRelease release)
    {
        string tree = Tree(release);
        Unpack(release == SampleRelease.R24 ? Path.Combine(device.BuildForR24, "core-18-tiny.tar") : device.BundlePath, tree);
        return tree;
    }

    private static void Unpack(string bundle, string folder)
    {
        Directory.CreateDirectory(folder);
        Oracle.Run("tar", "-xf", bundle, "-C", folder).MustSucceed();
    }

    private OracleResult Run(string shell, string bundle, string folder, params string[] arguments) =>
        Run(shell, bundle, folder, arguments, user: "0");

    private OracleResult Run(
        string shell, string bundle, string folder, string[] arguments, string user = "0", string python = "2.7")
    {
        string programs = _temp.File($"programs {user} {python}");
        Program(programs, "id", $"echo {user}");
        // An old program for a new Python, or the other way round, ends as the real ones do.
        string tooNew = python == "3.11" ? "*" : python.StartsWith("3.", StringComparison.Ordinal) ? "*elf-get-entry.py | *gen-tboot-img.py" : "none";
        Program(programs, "python", python.Length == 0 ? "exit 127" : $"""
            case $1 in
            -c) echo {python} ;;
            {tooNew}) echo "AttributeError: 'ElementTree' object has no attribute 'getiterator'" >&2; exit 1 ;;
            *) exec /usr/bin/python3 "$@" ;;
            esac
            """);
        string script = Path.Combine(bundle, Script);
        return Oracle.Run(new OracleCall("env")
        {
            Arguments =
            [
                "-u", "USER", $"PATH={programs}:/usr/bin:/bin", shell, .. shell == "busybox" ? (string[])["sh"] : [], script,
                .. arguments,
            ],
            Folder = folder,
        });
    }

    private static void Program(string folder, string name, string body)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
    }

    private static void Put(string folder, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
        File.WriteAllText(Path.Combine(folder, name), text);
    }

    private static string Sums(string tree) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", "find . -mindepth 1 -printf '%y %m %p %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum"],
        Folder = tree,
    }).MustSucceed();
}
