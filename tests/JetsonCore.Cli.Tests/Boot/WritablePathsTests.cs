// The stand-in's initrd gives a base what Ubuntu Core 18's gives it: the paths that the base lists show the partition
// writable, the gadget's settings are laid over them at the first boot and never again, /boot/uboot is system-boot.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class WritablePathsTests : IDisposable
{
    private const string Defaults = "/system-data/_writable_defaults", Setting = "/etc/sysctl.d/99-snapd.conf";

    private readonly TempFolder _temp = new();
    private readonly BootDisk _disk = new();

    public void Dispose()
    {
        _disk.Dispose();
        _temp.Dispose();
    }

    [BootFact]
    public void The_paths_that_the_base_lists_are_writable_and_defaults_are_applied_once()
    {
        AddDefaults();
        using var machine = new VirtualMachine(_disk);
        machine.WaitForShell();
        string mounts = machine.Ask("cat /proc/mounts"), list = machine.Ask("cat /etc/system-image/writable-paths");
        string boot = machine.Ask("ls -d /boot/uboot/uboot.env /writable/system-data/boot");
        string[] files = Words(machine.Ask("ls /etc/sysctl.d"));
        string setting = machine.Ask($"cat {Setting}");
        machine.Ask($"echo mine >{Setting}; rm /etc/sysctl.d/10-base.conf /etc/writable/hostname; echo h >/home/kept; echo t >/tmp/lost");
        machine.Restart();
        string after = machine.Ask($"cat {Setting}; ls /etc/sysctl.d /etc/writable /home /tmp");
        string tmp = machine.Ask("stat -c %a /tmp /var/lib/sudo /root");
        machine.PowerOff();

        CheckMounts(list, mounts);
        Assert.DoesNotContain("No such file", boot, StringComparison.Ordinal);
        Assert.Equal(["10-base.conf", "99-snapd.conf"], files);       // the base's, and the gadget's over it
        Assert.Equal("kernel.printk = 3 4 1 7\n", setting);
        Assert.StartsWith("mine\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("10-base.conf", after, StringComparison.Ordinal);
        Assert.Equal(["hostname", "kept"], Words(after).Intersect(["hostname", "kept", "lost"]));
        Assert.Equal(["1777", "700", "755"], Words(tmp));
        _disk.CheckFileSystems();
    }

    /// <summary>Every line of the list has come to be a mount of its kind.</summary>
    private static void CheckMounts(string list, string mounts)
    {
        string[][] lines = [.. list.Split('\n').Where(line => line.StartsWith('/')).Select(Words)];
        Assert.True(lines.Length > 5);
        foreach (string[] line in lines)
            Assert.Contains($" {line[0]} {(line[2] == "temporary" ? "tmpfs" : "ext4")} rw,", mounts, StringComparison.Ordinal);
        Assert.Contains(" /boot ext4 rw,", mounts, StringComparison.Ordinal);
        Assert.Contains(" /boot/uboot ext4 rw,", mounts, StringComparison.Ordinal);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What the builder makes of a gadget's "system.kernel.printk.console-loglevel: 3".</summary>
    private void AddDefaults()
    {
        _disk.DebugFs("writable", $"mkdir {Defaults}");
        _disk.DebugFs("writable", $"mkdir {Defaults}/etc");
        _disk.DebugFs("writable", $"mkdir {Defaults}/etc/sysctl.d");
        _disk.DebugFs("writable", $"write {_temp.Write("setting", "kernel.printk = 3 4 1 7\n")} {Defaults}{Setting}");
    }
}
