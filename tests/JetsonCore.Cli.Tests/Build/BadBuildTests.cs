// Bad input of `build`: a diagnostic with its code, the documented exit code, and no file at any final name.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class BadBuildTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    private void Refused(int exitCode, string code, params string[] more)
    {
        OracleResult result = _device.Build("out", more);
        Assert.True(result.ExitCode == exitCode, $"ended with {result.ExitCode}: {result.Error}");
        Assert.Contains($"error[{code}]", result.Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    private void AssertNothingLeft() =>
        Assert.False(Directory.Exists(_device.File("out")), "the output folder is left behind");

    [Fact]
    public void A_missing_snap() => Refused(3, "JC4016", "--snap", "no-such.snap");

    [Fact]
    public void A_missing_model()
    {
        OracleResult result = _device.Program.Run("build", "--model", "none.model", "--gadget", "gadget", "--kernel",
            "kernel", "-O", "out");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("none.model", result.Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void No_model_at_all()
    {
        OracleResult result = _device.Program.Run("build", "--gadget", "gadget", "--kernel", "kernel", "-O", "out");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--model-headers", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snap_that_is_none()
    {
        _device.Write("junk.snap", "not a squashfs at all, but long enough to be read as a superblock: "
            + new string('x', 200));
        Refused(1, "JC4017", "--snap", "junk.snap");
    }

    [Fact]
    public void A_description_instead_of_a_tree()
    {
        OracleResult result = _device.Program.Run("build", "--model-headers", "model.json", "--sign-key", "tester",
            "--gadget", "gadget/meta/gadget.yaml", "--kernel", "kernel", "-O", "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"hint: name the folder of the snap's tree: {_device.File("gadget")}\n", result.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_image_instead_of_a_kernel_snap()
    {
        _device.Write("Image.gz", [0x1F, 0x8B, 0x08, .. new byte[100]]);
        OracleResult result = _device.Program.Run("build", "--model-headers", "model.json", "--sign-key", "tester",
            "--gadget", "gadget", "--kernel", "Image.gz", "-O", "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("jetson-core kernel pack", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_whose_files_would_have_one_name()
    {
        _device.Write("gadget/meta/gadget.yaml", TinyDevice.GadgetYaml.Replace("name: TBC", "name: part2\n"
            + "        content: [{image: u-boot.bin}]", StringComparison.Ordinal)
            .Replace("name: LNX", "name: a/b", StringComparison.Ordinal));
        OracleResult result = _device.Build("out", "--flash-target", "none");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[JC9145]: cannot write structure \"a/b\" and structure \"part2\"", result.Error,
            StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void A_cut_off_snap()
    {
        _device.Program.Run("snap", "pack", "kernel", ".", "--filename", "kernel.snap").MustSucceed();
        byte[] bytes = File.ReadAllBytes(_device.File("kernel.snap"));
        _device.Write("cut.snap", bytes[..200]);
        Refused(1, "JC4017", "--snap", "cut.snap");
    }

    [Fact]
    public void An_unreadable_gadget_yaml()
    {
        _device.Write("gadget/meta/gadget.yaml", "volumes:\n  tiny: [\n");
        Refused(1, "JC1001");
    }

    /// <summary>A gadget that another tool has packed, for ours packs no such one.</summary>
    [Fact]
    public void Findings_about_the_seed_and_about_the_gadget_come_in_one_run()
    {
        _device.Write("gadget/meta/gadget.yaml",
            TinyDevice.GadgetYaml.Replace("schema: gpt", "schema: gtp", StringComparison.Ordinal));
        Oracle.Run("mksquashfs", _device.File("gadget"), _device.File("gadget.snap"), "-quiet", "-no-progress").MustSucceed();
        OracleResult result = _device.Program.Run("build", "--model-headers", "model.json", "--sign-key", "tester",
            "--gadget", "gadget.snap", "--kernel", "kernel", "--snap", "core18", "--allow-unvouched", "-O", "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[JC4101]: cannot do without the snap \"snapd\"", result.Error, StringComparison.Ordinal);
        Assert.Matches("gadget\\.snap/meta/gadget\\.yaml:4:\\d+: error\\[JC1\\d+\\]", result.Error);
        AssertNothingLeft();
    }

    [Fact]
    public void Findings_about_the_gadget_name_the_line()
    {
        _device.Write("gadget/meta/gadget.yaml",
            TinyDevice.GadgetYaml.Replace("size: 2097152", "size: 2097153", StringComparison.Ordinal));
        OracleResult result = _device.Build("out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("gadget/meta/gadget.yaml:13:", result.Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void A_system_boot_that_is_too_small()
    {
        _device.Write("kernel/kernel.img", [.. TinyDevice.Kernel(imageSize: 20 << 20), .. new byte[20 << 20]]);
        Refused(1, "JC5111");
    }

    [Fact]
    public void A_kernel_larger_than_its_window()
    {
        _device.Write("kernel/kernel.img", TinyDevice.Kernel(imageSize: 256 << 20));
        Refused(1, "JC5107");
    }

    [Fact]
    public void A_window_that_ends_exactly_at_the_next_is_large_enough()
    {
        // loaded to 0x80080000, moved to 0x80200000; the device tree is at 0x88000000
        _device.Write("kernel/kernel.img", TinyDevice.Kernel(imageSize: 0x7E00000));
        _device.Build("out").MustSucceed();
        _device.Write("kernel/kernel.img", TinyDevice.Kernel(imageSize: 0x7E00001));
        OracleResult larger = _device.Build("other");
        Assert.Equal(1, larger.ExitCode);
        Assert.Contains("1 bytes overlap", larger.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_kernel()
    {
        _device.Write("kernel/kernel.img", [0x1F, 0x8B, 0x08, .. new byte[4093]]);
        Refused(1, "JC5106");
    }

    [Fact]
    public void A_kernel_without_initrd()
    {
        File.Delete(_device.File("kernel", "initrd.img"));
        Refused(1, "JC5105");
    }

    [Fact]
    public void A_device_tree_that_is_not_there()
    {
        _device.WriteEnvironment(TinyDevice.EnvironmentText.Replace("board.dtb", "other.dtb", StringComparison.Ordinal));
        Refused(1, "JC5110");
    }

    [Fact]
    public void A_script_that_does_not_ask_whether_it_could_save()
    {
        _device.WriteEnvironment(TinyDevice.EnvironmentText.Replace(
            "if saveenv; then run snappy_pick; fi", "saveenv; run snappy_pick", StringComparison.Ordinal));
        Refused(1, "JC7003");
        OracleResult check = _device.Program.Run("check", "--as", "uc18", "--kernel", "kernel", "gadget");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("error[JC7003]", check.Output, StringComparison.Ordinal);
        Assert.Contains("if saveenv; then", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_build_refuses_check_refuses_with_the_kernel_at_hand()
    {
        string[] check = ["check", "--as", "uc18", "--kernel", "kernel", "gadget"];
        Assert.Equal(0, _device.Program.Run(check).ExitCode);
        _device.Write("kernel/kernel.img", TinyDevice.Kernel(imageSize: 256 << 20));
        Assert.Contains("error[JC5107]", _device.Program.Run(check).Output, StringComparison.Ordinal);
        OracleResult lint = _device.Program.Run("env", "lint", "--kernel", "kernel", "gadget/uboot.env");
        Assert.Equal(1, lint.ExitCode);
        Assert.Contains("error[JC5107]", lint.Output, StringComparison.Ordinal);
        _device.Write("kernel/kernel.img", TinyDevice.Kernel(imageSize: 1 << 20));
        _device.WriteEnvironment(TinyDevice.EnvironmentText.Replace("board.dtb", "other.dtb", StringComparison.Ordinal));
        Assert.Contains("error[JC5110]", _device.Program.Run(check).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_whose_RAM_ends_before_its_initrd()
    {
        Refused(1, "JC7001", "--ram", "0x80000000:0x8000000");       // the device tree is loaded to 0x88000000
        _device.Build("large", "--ram", "0x80000000:0x20000000").MustSucceed();
    }

    [Fact]
    public void A_raw_image_that_is_not_there()
    {
        File.Delete(_device.File("gadget", "u-boot.bin"));
        Refused(1, "JC1511");
    }

    [Fact]
    public void A_raw_image_larger_than_its_structure()
    {
        _device.Write("gadget/u-boot.bin", new byte[(1 << 20) + 1]);
        Refused(1, "JC5102");
    }

    [Fact]
    public void A_gadget_without_environment()
    {
        File.Delete(_device.File("gadget", "uboot.conf"));
        Refused(1, "JC5108");
    }

    [Fact]
    public void A_damaged_environment()
    {
        byte[] block = File.ReadAllBytes(_device.File("gadget", "uboot.env"));
        block[10] ^= 1;
        _device.Write("gadget/uboot.env", block);
        Refused(1, "JC5108");
    }

    [Fact]
    public void A_snap_of_unknown_type()
    {
        _device.Write("core18/meta/snap.yaml", "name: core18\nversion: 1\ntype: root\n");
        Refused(1, "JC4005");
    }

    [Fact]
    public void A_model_that_nobody_vouches_for()
    {
        OracleResult result = _device.Program.Run([.. TinyDevice.BuildArguments("out").Where(one => one != "--allow-unvouched")]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[JC4108]", result.Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void A_snap_that_the_model_needs_and_nobody_gives()
    {
        OracleResult result = _device.Program.Run("build", "--model-headers", "model.json", "--sign-key", "tester",
            "--gadget", "gadget", "--kernel", "kernel", "--snap", "core18", "--allow-unvouched", "-O", "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[JC4101]", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"snapd\"", result.Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void An_image_size_that_is_too_small() => Refused(1, "JC2005", "--image-size", "16M");

    /// <summary>A limit on the length of files stands for a full disk, for which a test would have to be root.</summary>
    [Fact]
    public void No_room_for_the_results()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "jetson-core");
        OracleResult result = Oracle.Run(new OracleCall("bash")
        {
            Arguments =
            [
                "-c", $"trap '' XFSZ; ulimit -f 8000; exec '{program}' build --model-headers model.json --sign-key tester "
                    + "--gadget gadget --kernel kernel --snap core18 --snap snapd --allow-unvouched -O out",
            ],
            Folder = _device.Folder,
            Environment = new Dictionary<string, string>
            {
                ["SOURCE_DATE_EPOCH"] = "1573659600",
                ["XDG_DATA_HOME"] = _device.File("data"),
                ["XDG_CACHE_HOME"] = _device.File("cache"),
                ["DOTNET_EnableWriteXorExecute"] = "0",        // the runtime's own file would be too long
            },
        });
        Assert.True(result.ExitCode == 3, $"ended with {result.ExitCode}: {result.Error}");
        AssertNothingLeft();
    }
}
