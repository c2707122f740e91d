// What build and check refuse fails on the board: the same faults, given to a real U-Boot in QEMU.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class RefusalTests
{
    private const string NewKernel = "new-kernel_x2.snap";

    [BootFact]
    public void A_device_tree_that_is_not_there_and_one_in_the_kernels_way()
    {
        using var disk = new BootDisk();
        using var missing = new BootDisk(disk);
        missing.ChangeEnvironment(("fdtfile", "no-such.dtb"));
        using var covered = new BootDisk(disk);
        covered.ChangeEnvironment(("fdt_addr_r", "0x80300000"));      // the kernel runs from 0x80200000 on
        Refuses(missing, "JC7001");
        Refuses(covered, "JC7001");

        using var prompt = new UBootPrompt(disk.ImagePath);
        prompt.Type("env load");
        string lost = prompt.TypeLong("setenv fdtfile no-such.dtb; run bootcmd", "cannot boot");
        Assert.Contains("no-such.dtb", lost, StringComparison.Ordinal);
        prompt.Type("env load");
        string overwritten = prompt.TypeLong("setenv fdt_addr_r 0x80300000; run bootcmd", "cannot boot");
        Assert.DoesNotContain("Starting kernel", overwritten, StringComparison.Ordinal);
    }

    [BootFact]
    public void A_system_boot_that_U_Boot_does_not_write_and_a_script_that_does_not_ask()
    {
        using var disk = new BootDisk();
        disk.ChangeEnvironment(("snappy_try", "setenv snap_mode trying; saveenv; run snappy_pick_try"));
        Refuses(disk, "JC7003");
        disk.ChangeEnvironment(("snap_mode", "try"), ("snap_try_kernel", NewKernel));
        disk.SetMetadataChecksums(true);

        // The new kernel is not even there, and yet it is tried again and again: "trying" is never on disk.
        using var prompt = new UBootPrompt(disk.ImagePath);
        prompt.Type("env load");
        string shown = prompt.TypeLast("run bootcmd", $"booting {NewKernel}");
        Assert.Contains("metadata_csum", shown, StringComparison.Ordinal);
        prompt.WaitFor($"booting {NewKernel}");
        prompt.WaitFor("autoboot");
    }

    [BootFact]
    public void An_environment_of_another_size_or_layout()
    {
        using var disk = new BootDisk();
        using var folder = new TempFolder();
        string text = Repository.PathOf("gadget", "uboot.env.in");
        string small = folder.File("small.env"), single = folder.File("single.env");
        CliRun.Succeed("env", "make", text, small, "--size", "0x10000");
        CliRun.Succeed("env", "make", text, single, "--layout", "single");
        disk.AddFile("system-boot", "/small.env", small);
        disk.AddFile("system-boot", "/single.env", single);

        using var prompt = new UBootPrompt(disk.ImagePath);
        Assert.Contains("OK", prompt.Type("env load"), StringComparison.Ordinal);
        Assert.Contains("bad CRC", Load(prompt, "small"), StringComparison.Ordinal);
        Assert.Contains("bad CRC", Load(prompt, "single"), StringComparison.Ordinal);
    }

    private static string Load(UBootPrompt prompt, string name)
    {
        prompt.Type($"load mmc 0:1 90000000 /{name}.env");
        prompt.Type("ext4write mmc 0:1 90000000 /uboot.env ${filesize}");
        return prompt.Type("env load");
    }

    private static void Refuses(BootDisk disk, string code)
    {
        CliRun run = CliRun.Of("env", "simulate", disk.ImagePath, "--uboot", BootInputs.UBoot, "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"\"{code}\"", run.Output, StringComparison.Ordinal);
    }
}
