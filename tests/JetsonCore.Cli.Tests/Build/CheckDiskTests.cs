// `check --disk`: a gadget against a disk, which was built from it and then changed by sgdisk.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class CheckDiskTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public CheckDiskTests() => _device.Build("out").MustSucceed();

    private string Image => _device.File("out", "tiny.img");

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_disk_that_was_built_from_a_gadget_fits_it() => Check().MustSucceed();

    [Fact]
    public void A_missing_partition()
    {
        Oracle.Run("sgdisk", "--delete=2", Image).MustSucceed();
        Finds("JC2206", "has no partition for structure \"TBC\" at 16794624");
    }

    [Fact]
    public void A_structure_of_another_size()
    {
        _device.Write("gadget/meta/gadget.yaml",
            TinyDevice.GadgetYaml.Replace("size: 2097152", "size: 1048576", StringComparison.Ordinal));
        Finds("JC2207", "structure \"TBC\" has the size 1048576, and its partition");
    }

    [Fact]
    public void A_disk_without_a_table()
    {
        using (FileStream image = File.OpenWrite(Image))
        {
            image.Write(new byte[17408]);
            image.Position = image.Length - 17408;
            image.Write(new byte[17408]);
        }
        OracleResult result = Check();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("tiny.img", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_is_gone_does_not_boot()
    {
        Debug("rm /tiny-kernel_x1.snap/kernel.img");
        Finds("JC7001", "kernel.img");
    }

    [Fact]
    public void A_script_that_does_not_ask_whether_it_could_save()
    {
        _device.WriteEnvironment(TinyDevice.EnvironmentText.Replace(
            "if saveenv; then run snappy_pick; fi", "saveenv; run snappy_pick", StringComparison.Ordinal));
        string changed = _device.File("changed.env");
        File.Copy(_device.File("gadget", "uboot.env"), changed);
        _device.Program.Run("env", "set", changed, "snap_core=core18_x1.snap", "snap_kernel=tiny-kernel_x1.snap")
            .MustSucceed();
        Debug("rm /uboot.env");
        Debug($"write {changed} /uboot.env");
        Finds("JC7003", "save-refused: cannot update safely");
    }

    [Fact]
    public void A_system_boot_that_U_Boot_does_not_write()
    {
        Oracle.Run("tune2fs", "-O", "metadata_csum", $"{Image}?offset=17408").MustSucceed();
        Finds("JC7010", "system-boot has the ext4 feature metadata_csum");
    }

    [Fact]
    public void A_gadget_that_brings_system_boot_as_an_image()
    {
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-O", "metadata_csum", _device.File("gadget", "boot.img"), "8M").MustSucceed();
        _device.Write("gadget/meta/gadget.yaml", TinyDevice.GadgetYaml.Replace("        filesystem: ext4\n"
            + "        filesystem-label: system-boot\n", "", StringComparison.Ordinal).Replace("size: 16777216",
            "size: 16777216\n        content: [{image: boot.img}]", StringComparison.Ordinal));
        OracleResult check = _device.Program.Run("check", "--as", "uc18", "gadget");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("boot.img: error[JC7010]: cannot update: system-boot has the ext4 feature metadata_csum",
            check.Output, StringComparison.Ordinal);
        OracleResult build = _device.Build("again");
        Assert.Equal(1, build.ExitCode);
        Assert.Contains("no structure with a file system has the role system-boot", build.Error, StringComparison.Ordinal);
    }

    private void Debug(string command) =>
        Oracle.Run("debugfs", "-w", "-R", command, $"{Image}?offset=17408").MustSucceed();

    private void Finds(string code, string message)
    {
        OracleResult result = Check();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"error[{code}]", result.Output, StringComparison.Ordinal);
        Assert.Contains(message, result.Output, StringComparison.Ordinal);
    }

    private OracleResult Check() => _device.Program.Run("check", "--as", "uc18", "--disk", Image, "gadget");
}
