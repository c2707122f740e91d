// The image that scripts/build-tx1 made comes up by itself: with its own uboot.env, the TX1's load addresses and
// console, to the shell of the base; and its writable partition takes the room that the disk has.
using JetsonCore.Formats.UBoot;
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
        CheckSecondBootResizesNothing(disk);
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
        disk.EndAtHandover();
        using var saved = new BootDisk(disk);
        using var log = new WriteLog();
        using (var prompt = new UBootPrompt(saved.ImagePath, log))
        {
            prompt.Type("env load");
            Assert.Contains("OK", prompt.Type("setenv snap_mode try; saveenv"), StringComparison.Ordinal);
        }

        // The power is cut behind each write: the old environment is there, or none, or the new one. In between the file
        // may be there without its content, which U-Boot takes for none.
        List<(long Offset, byte[] Data)> writes = log.Read();
        using var cut = new BootDisk(disk);
        List<string> states = [StateOf(cut)];
        foreach ((long offset, byte[] data) in writes)
        {
            cut.Write(offset, data);
            states.Add(StateOf(cut));
        }
        Assert.Equal(["old", "lost", "torn", "new"], states.Where((state, at) => at == 0 || states[at - 1] != state));

        SortedDictionary<string, string> environment = saved.ReadEnvironment();
        using (var torn = new BootDisk(disk))
        {
            WriteUpTo(torn, states.IndexOf("torn"));
            using var prompt = new UBootPrompt(torn.ImagePath);
            Assert.Contains($"snap_kernel={environment["snap_kernel"]}\n", prompt.Type("printenv snap_kernel"),
                StringComparison.Ordinal);
        }
        WriteUpTo(disk, states.IndexOf("lost"));
        Assert.Equal("lost", StateOf(disk));
        Assert.Contains($"booting {environment["snap_kernel"]} on {environment["snap_core"]}", UBootRun.ToTheEnd(disk.ImagePath));
        disk.CheckSystemBootIsRecoverable();

        void WriteUpTo(BootDisk target, int count)
        {
            foreach ((long offset, byte[] data) in writes.Take(count))
                target.Write(offset, data);
        }
    }

    private static string StateOf(BootDisk disk)
    {
        if (!disk.HasFile("system-boot", "/uboot.env"))
            return "lost";
        byte[] block = disk.ReadFile("system-boot", "/uboot.env");
        if (UBootEnvironment.RecogniseLayout(block) is null)
            return "torn";
        return UBootEnvironment.Decode(block).ContainsKey("snap_mode") ? "new" : "old";
    }

    /// <summary>Starts the machine once more: nothing is written to the tables, and no size changes.</summary>
    private static void CheckSecondBootResizesNothing(BootDisk disk)
    {
        (long, long) before = disk.SizesOf("writable");
        (long primaryEnd, long backupStart) = disk.TableBounds();
        using var log = new WriteLog();
        using (var machine = new VirtualMachine(disk, log: log))
        {
            machine.WaitForShell();
            machine.PowerOff();
        }
        List<(long Offset, byte[] Data)> writes = log.Read();
        Assert.NotEmpty(writes);
        Assert.All(writes, write => Assert.True(
            write.Offset >= primaryEnd && write.Offset + write.Data.Length <= backupStart,
            $"{write.Data.Length} bytes were written at {write.Offset}, into a partition table"));
        Assert.Equal(before, disk.SizesOf("writable"));
        disk.CheckFileSystems();
    }

    private static void CheckWritableFillsItsPartition(BootDisk disk)
    {
        (long partitionBytes, long fileSystemBytes) = disk.SizesOf("writable");
        Assert.InRange(fileSystemBytes, partitionBytes - Slack, partitionBytes);
    }
}
