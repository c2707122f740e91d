// The image that scripts/build-tx1 made comes up by itself: with its own uboot.env, the TX1's load addresses and
// console, to the shell of the base; and its writable partition takes the room that the disk has.
using JetsonCore.Boot.Scenarios;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class BootTests
{
    private const long Slack = 1024 * 1024;
    private const string Grown = "now fills /dev/mmcblk";
    private const string CountResizes = "dmesg | grep -c 'resizing filesystem'";
    private const int CutsMax = 16;

    [BootFact]
    public void Boots_to_the_shell_of_the_base_and_grows_writable_over_the_whole_disk()
    {
        using var disk = new BootDisk();
        Assert.True(disk.FreeBytesAtEnd() > Slack, "the disk has no room to grow into");

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string commandLine = machine.Ask("cat /proc/cmdline");
        string mounts = machine.Ask("cat /proc/mounts");
        string kernel = machine.Ask("uname -r; ls /lib/modules; ls /lib/firmware/nvidia");
        string node = machine.Ask("ls -l /dev/nvidiactl");
        Assert.Equal("1\n", machine.Ask(CountResizes));
        int firstLength = machine.Console.Length;
        machine.Restart();
        string second = machine.Console[firstLength..], resizes = machine.Ask(CountResizes);
        machine.PowerOff();

        Assert.Contains(Grown, machine.Console[..firstLength], StringComparison.Ordinal);
        Assert.DoesNotContain(Grown, second, StringComparison.Ordinal);
        Assert.Equal("0\n", resizes);

        SortedDictionary<string, string> environment = disk.ReadEnvironment();
        Assert.Contains($"snap_core={environment["snap_core"]} ", commandLine, StringComparison.Ordinal);
        Assert.Contains($"snap_kernel={environment["snap_kernel"]}\n", commandLine, StringComparison.Ordinal);
        Assert.Contains(" / squashfs ro,", mounts, StringComparison.Ordinal);
        Assert.Contains(" /lib/modules squashfs ro,", mounts, StringComparison.Ordinal);
        Assert.Contains(" /writable ext4 rw,", mounts, StringComparison.Ordinal);
        Assert.Contains(" /boot/uboot ext4 rw,", mounts, StringComparison.Ordinal);
        string[] words = kernel.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(words[0], words[1]);
        Assert.Contains("gm20b", words);
        Assert.Matches("^crw.* 195, 255 .*/dev/nvidiactl", node);
        Assert.Equal(0, disk.FreeBytesAtEnd());
        CheckWritableFillsItsPartition(disk);
        disk.CheckFileSystems();
    }

    [BootFact]
    public void Grows_the_file_system_in_a_partition_that_already_fills_the_disk()
    {
        using var disk = new BootDisk();
        disk.GrowLastPartition();
        (long partitionBytes, long fileSystemBytes) = disk.SizesOf("writable");
        Assert.True(partitionBytes - fileSystemBytes > Slack, "the file system has no room to grow into");

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string first = machine.Ask(CountResizes);
        machine.Restart();
        string second = machine.Ask(CountResizes);
        machine.PowerOff();

        Assert.Equal(("1\n", "0\n"), (first, second));
        Assert.DoesNotContain(Grown, machine.Console, StringComparison.Ordinal);     // there was no partition to grow
        CheckWritableFillsItsPartition(disk);
        disk.CheckFileSystems();
    }

    [BootFact]
    public void Boots_the_factory_snaps_after_a_power_cut_lost_the_environment()
    {
        BootDisk? cut = null;
        for (int time = 0; time < CutsMax && cut is null; time++)
            cut = CutPowerWhileSaving();
        Assert.True(cut is not null, $"uboot.env outlived {CutsMax} power cuts");
        using BootDisk disk = cut;
        SortedDictionary<string, string> environment = BuiltInEnvironment.Find(File.ReadAllBytes(BootInputs.UBoot))!;

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string commandLine = machine.Ask("cat /proc/cmdline");
        machine.PowerOff();

        Assert.Contains("File not found", machine.UBootLog, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"snap_kernel={environment["snap_kernel"]}", commandLine, StringComparison.Ordinal);
        disk.CheckFileSystems();
    }

    /// <summary>
    /// Switches the board off while U-Boot saves; null where the file is still there. In some cuts blocks are lost that
    /// e2fsck finds later, whatever is booted: those say nothing about the boot and are not used either.
    /// </summary>
    private static BootDisk? CutPowerWhileSaving()
    {
        var disk = new BootDisk();
        using (var prompt = new UBootPrompt(disk.ImagePath))
        {
            prompt.Type("env load");
            prompt.TypeLast("while true; do saveenv; done", "OK\n");
            prompt.WaitFor("OK\nSaving Environment");
        }
        if (!disk.HasFile("system-boot", "/uboot.env") && disk.IsCleanAfterReplay("system-boot"))
            return disk;
        disk.Dispose();
        return null;
    }

    private static void CheckWritableFillsItsPartition(BootDisk disk)
    {
        (long partitionBytes, long fileSystemBytes) = disk.SizesOf("writable");
        Assert.InRange(fileSystemBytes, partitionBytes - Slack, partitionBytes);
    }
}
