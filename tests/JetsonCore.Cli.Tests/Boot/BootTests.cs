// The image that scripts/build-tx1 made comes up by itself: with its own uboot.env, the TX1's load addresses and
// console, to the shell of the base; and its writable partition takes the room that the disk has.
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class BootTests
{
    private const long Slack = 1024 * 1024;

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
        machine.PowerOff();

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
        machine.PowerOff();

        CheckWritableFillsItsPartition(disk);
        disk.CheckFileSystems();
    }

    [BootFact]
    public void Boots_the_factory_snaps_after_a_power_cut_lost_the_environment()
    {
        using var disk = new BootDisk();
        SortedDictionary<string, string> environment = disk.ReadEnvironment();
        disk.DebugFs("system-boot", "rm /uboot.env");

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string commandLine = machine.Ask("cat /proc/cmdline");
        machine.PowerOff();

        Assert.Contains("File not found", machine.UBootLog, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"snap_kernel={environment["snap_kernel"]}", commandLine, StringComparison.Ordinal);
        disk.CheckFileSystems();
    }

    private static void CheckWritableFillsItsPartition(BootDisk disk)
    {
        (long partitionBytes, long fileSystemBytes) = disk.SizesOf("writable");
        Assert.InRange(fileSystemBytes, partitionBytes - Slack, partitionBytes);
    }
}
