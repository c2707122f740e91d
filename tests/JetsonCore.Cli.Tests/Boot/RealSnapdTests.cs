// A real systemd and a real snapd, with the public test keys, on images that build-tx1 made: what no simulation can say.
// snapd takes the seed and the signed model, applies the gadget's settings, makes the user of auto-import, runs a confined
// app, and updates kernel and base through the image's uboot.env; U-Boot takes back a kernel that panics.
using JetsonCore.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace JetsonCore.Cli.Tests.Boot;

[Trait("Runs", "soak")]
public sealed class RealSnapdTests(ITestOutputHelper output)
{
    private static readonly TimeSpan UserLimit = TimeSpan.FromMinutes(5);

    [SeedFact]
    public void Snapd_seeds_from_the_image_and_updates_it()
    {
        using var machine = new SeededMachine(SeedImages.File("image", "jetson.img"), output,
        [
            "kernel-2.snap", "kernel-2.assert", "kernel-3.snap", "kernel-3.assert", "core18-2.snap", "core18-2.assert",
        ]);
        machine.Start();
        machine.WaitForSeeding();
        CheckSeeded(machine);
        CheckFirstBootSettings(machine);
        CheckUser(machine);

        Assert.Contains(" Done ", machine.Update("kernel-2"), StringComparison.Ordinal);
        CheckBooted(machine, "jetson-tx1-kernel_2.snap", "core18_1.snap");
        Assert.Contains(" Error ", machine.Update("kernel-3"), StringComparison.Ordinal);
        CheckBooted(machine, "jetson-tx1-kernel_2.snap", "core18_1.snap");
        Assert.Contains("there was a rollback across reboot", machine.Ask("snap change --last=install | grep ERROR"), StringComparison.Ordinal);
        Assert.Contains(" Done ", machine.Update("core18-2"), StringComparison.Ordinal);
        CheckBooted(machine, "jetson-tx1-kernel_2.snap", "core18_2.snap");
        Assert.Contains("version: 18-dev2", machine.Ask("cat /meta/snap.yaml"), StringComparison.Ordinal);
        machine.PowerOff();
    }

    [SeedFact]
    public void Snapd_refuses_a_model_that_nobody_vouches_for()
    {
        using var machine = new SeededMachine(SeedImages.File("unvouched", "jetson.img"), output);
        machine.Start("cannot resolve prerequisite assertion: account-key");
        Assert.DoesNotContain("Initialize system", machine.Ask("snap changes 2>&1"), StringComparison.Ordinal);
        Assert.DoesNotContain("core18", machine.Ask("snap list 2>&1"), StringComparison.Ordinal);
        machine.PowerOff();
    }

    [SeedFact]
    public void U_Boots_own_environment_names_the_asserted_snaps_of_the_image()
    {
        string lives = Oracle.Run(ProgramProcess.Program, "env", "simulate", SeedImages.File("image", "jetson.img")).MustSucceed();
        string lost = lives[lives.IndexOf("missing-environment  ok\n", StringComparison.Ordinal)..];
        Assert.Contains("snap_core=core18_1.snap snap_kernel=jetson-tx1-kernel_1.snap",
            lost[..lost.IndexOf("damaged-environment", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    private static void CheckSeeded(SeededMachine machine)
    {
        Assert.Contains("jetson-tx1", machine.Ask("snap model"), StringComparison.Ordinal);
        Assert.Contains("brand-id: my-brand\n", machine.Ask("snap known model"), StringComparison.Ordinal);
        Assert.Contains("true", machine.Ask("snap get system seed.loaded"), StringComparison.Ordinal);
        string[] installed =
        [
            .. machine.Ask("snap list").Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length > 3 && words[2] == "1").Select(words => words[0]).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["core18", "dev-app", "jetson-tx1", "jetson-tx1-kernel", "snapd"], installed);
        Assert.Contains("snap.dev-app.hello (enforce)", machine.Ask("cat /sys/kernel/security/apparmor/profiles"),
            StringComparison.Ordinal);
        Assert.Contains("is kept from /etc/shadow", machine.Ask("cat /var/snap/dev-app/current/confinement"),
            StringComparison.Ordinal);
        CheckBooted(machine, "jetson-tx1-kernel_1.snap", "core18_1.snap");
    }

    /// <summary>The initrd has applied the gadget's settings before snapd was there, and snapd has them too.</summary>
    private static void CheckFirstBootSettings(SeededMachine machine)
    {
        Assert.Contains("kernel.printk = 3 4 1 7", machine.Ask("cat /etc/sysctl.d/99-snapd.conf"), StringComparison.Ordinal);
        Assert.Contains("/.done", machine.Ask("ls /writable/system-data/_writable_defaults/.done"), StringComparison.Ordinal);
        Assert.Contains("3", machine.Ask("snap get system system.kernel.printk.console-loglevel"), StringComparison.Ordinal);
        Assert.StartsWith("3", machine.Ask("cat /proc/sys/kernel/printk").Trim(), StringComparison.Ordinal);
    }

    private static void CheckUser(SeededMachine machine)
    {
        machine.Until("ls -a /home/me/.ssh 2>&1", answer => answer.Contains("authorized_keys", StringComparison.Ordinal), UserLimit);
        Assert.Contains("me:x:1000:1000:me@example.com", machine.Ask("grep ^me: /etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("me:$6$", machine.Ask("grep ^me: /etc/shadow"), StringComparison.Ordinal);
    }

    private static void CheckBooted(SeededMachine machine, string kernel, string core)
    {
        string commandLine = machine.Ask("cat /proc/cmdline"), variables = machine.BootVariables();
        Assert.Contains($"snap_kernel={kernel}", commandLine, StringComparison.Ordinal);
        Assert.Contains($"snap_core={core}", commandLine, StringComparison.Ordinal);
        Assert.Contains($"snap_kernel={kernel}\n", variables, StringComparison.Ordinal);
        Assert.Contains($"snap_core={core}\n", variables, StringComparison.Ordinal);
        Assert.DoesNotContain("snap_mode=try", variables, StringComparison.Ordinal);
    }
}
