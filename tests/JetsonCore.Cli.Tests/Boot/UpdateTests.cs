// A kernel update by the boot script in uboot.env: snapd asks for a try, U-Boot notes "trying" and boots the new
// kernel; whatever keeps that one from being confirmed leads back to the old one at the next start.
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class UpdateTests
{
    private const string NewKernel = "jetson-tx1-kernel_x2.snap";

    [BootFact]
    public void A_kernel_that_panics_is_reverted()
    {
        using var disk = new BootDisk();
        string factory = disk.ReadEnvironment()["snap_kernel"];
        disk.AddTryKernel(NewKernel, initrd: new byte[512]);         // without an initrd the kernel finds no root
        disk.ChangeEnvironment(("snap_mode", "try"), ("snap_try_kernel", NewKernel));

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string commandLine = machine.Ask("cat /proc/cmdline");
        machine.PowerOff();

        Assert.Contains($"booting {NewKernel} ", machine.UBootLog, StringComparison.Ordinal);
        Assert.Contains($"snap_kernel={factory}", commandLine, StringComparison.Ordinal);
        CheckFactoryKernelIsBack(disk, factory);
    }

    [BootFact]
    public void A_kernel_with_a_missing_file_is_reverted()
    {
        using var disk = new BootDisk();
        string factory = disk.ReadEnvironment()["snap_kernel"];
        disk.EndAtHandover();
        disk.ChangeEnvironment(("snap_mode", "try"), ("snap_try_kernel", NewKernel));

        Assert.Equal([NewKernel, factory], Booted(UBootRun.ToTheEnd(disk.ImagePath)));
        CheckFactoryKernelIsBack(disk, factory);
    }

    [BootFact]
    public void A_kernel_that_comes_up_and_is_confirmed_stays()
    {
        using var disk = new BootDisk();
        string factory = disk.ReadEnvironment()["snap_kernel"];
        disk.AddTryKernel(NewKernel, disk.ReadFile("system-boot", $"/{factory}/initrd.img"));
        disk.DebugFs("writable", $"symlink /system-data/var/lib/snapd/snaps/{NewKernel} ../seed/snaps/{factory}");
        disk.AddEnvironment("/confirmed.env", ("snap_kernel", NewKernel));
        disk.ChangeEnvironment(("snap_mode", "try"), ("snap_try_kernel", NewKernel));

        using var machine = new VirtualMachine(disk);
        machine.WaitForShell();
        string tried = machine.Ask("cat /proc/cmdline");
        string saved = machine.Ask("tr '\\000' '\\n' </boot/uboot/uboot.env | grep snap_");
        machine.Ask("cd /boot/uboot; dd if=confirmed.env of=uboot.env conv=notrunc,fsync; cd /");    // as snapd writes it
        machine.Restart();
        string afterwards = machine.Ask("cat /proc/cmdline");
        machine.PowerOff();

        Assert.Contains($"snap_kernel={NewKernel}", tried, StringComparison.Ordinal);
        Assert.Contains("snap_mode=trying\n", saved, StringComparison.Ordinal);
        Assert.Contains($"snap_kernel={factory}\n", saved, StringComparison.Ordinal);
        Assert.Contains($"snap_kernel={NewKernel}", afterwards, StringComparison.Ordinal);
        Assert.Equal(NewKernel, disk.ReadEnvironment()["snap_kernel"]);
        disk.CheckFileSystems();
    }

    [BootFact]
    public void The_old_kernel_boots_where_the_environment_cannot_be_saved()
    {
        using var disk = new BootDisk();
        string factory = disk.ReadEnvironment()["snap_kernel"];
        disk.EndAtHandover();
        disk.ChangeEnvironment(("snap_mode", "try"), ("snap_try_kernel", NewKernel));
        disk.SetMetadataChecksums(true);
        string[] console = [.. UBootRun.ToTheEnd(disk.ImagePath)];
        disk.SetMetadataChecksums(false);

        Assert.Contains(console, line => line.Contains("snap_mode=trying not saved", StringComparison.Ordinal));
        Assert.Equal([factory], Booted(console));
        Assert.Equal("try", disk.ReadEnvironment()["snap_mode"]);
        disk.CheckFileSystems();
    }

    /// <summary>The kernels that U-Boot began to boot, one after the other.</summary>
    private static IEnumerable<string> Booted(IEnumerable<string> console) =>
        console.Where(line => line.StartsWith("booting ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);

    private static void CheckFactoryKernelIsBack(BootDisk disk, string factory)
    {
        SortedDictionary<string, string> environment = disk.ReadEnvironment();
        Assert.False(environment.ContainsKey("snap_mode"));
        Assert.Equal(factory, environment["snap_kernel"]);
        disk.CheckFileSystems();
    }
}
