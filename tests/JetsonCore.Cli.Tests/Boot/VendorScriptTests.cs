// The boot scripts of U-Boots that Debian builds for other machines, "distro boot" with all its searching: taken out of the
// binaries, put into a file and run by a real U-Boot in QEMU and by `env simulate`.
using System.Text;
using JetsonCore.Boot.Scenarios;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class VendorScriptTests : IDisposable
{
    private const string Marker = "@@@ ", Folder = "/usr/lib/u-boot";

    private static readonly string[] Machines = ["qemu_arm64", "qemu_arm", "qemu-riscv64", "qemu-x86_64"];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [BootFact]
    public void They_find_the_same_in_both()
    {
        string disk = SnippetDisk.Make(_temp,
            [.. Machines.Select(machine => ($"{machine}.txt", TextOf(Environment(machine))))]);
        string[] lines =
        [
            .. Machines.SelectMany(machine => (string[])
            [
                $"env default -a -f; load mmc 0:1 48000000 {machine}.txt; env import -t 48000000 $filesize; "
                    + $"echo {Marker}{machine}",
                // The card is none of these machines' own places to look, and the firmware interface is QEMU's alone.
                "setenv bootcmd_mmc0 'devnum=0; devtype=mmc; run scan_dev_for_boot_part'; setenv bootcmd_qfw echo qfw",
                "setenv boot_targets \"${boot_targets} mmc0\"; setenv scriptaddr 48000000; setenv fdt_addr_r 49000000",
                "setenv kernel_addr_r 4a000000; setenv ramdisk_addr_r 4c000000; setenv pxefile_addr_r 4e000000",
                "run bootcmd; echo result $?",
                "printenv",
            ]),
            $"echo {Marker}end",
        ];
        Dictionary<string, string> said = SnippetRun.Split(SnippetRun.Simulate(_temp, disk, lines), Marker);
        Dictionary<string, string> shown = SnippetRun.Split(SnippetRun.Ask(disk, lines), Marker);
        foreach (string machine in Machines)
        {
            Assert.Contains("result ", shown[machine], StringComparison.Ordinal);
            Assert.True(shown[machine] == said[machine],
                $"{machine}: {SnippetRun.FirstDifference(shown[machine], said[machine])}");
        }
    }

    [Fact]
    public void They_are_linted_and_their_U_Boots_compared()
    {
        string gadget = _temp.File("gadget");
        Directory.CreateDirectory(Path.Combine(gadget, "meta"));
        foreach (string name in new[] { "snap.yaml", "gadget.yaml" })
            File.Copy(Repository.PathOf("gadget", name), Path.Combine(gadget, "meta", name));
        File.WriteAllText(Path.Combine(gadget, "u-boot.bin"), "none");
        CliRun.Succeed("env", "make", Repository.PathOf("gadget", "uboot.env.in"), Path.Combine(gadget, "uboot.env"));
        File.CreateSymbolicLink(Path.Combine(gadget, "uboot.conf"), "uboot.env");
        foreach (string machine in Machines)
        {
            CliRun lint = CliRun.Of("env", "lint", _temp.Write($"{machine}.env", TextOf(Environment(machine))));
            Assert.DoesNotContain("JC7108", lint.Output + lint.Error, StringComparison.Ordinal);
            CliRun check = CliRun.Of("check", "--as", "uc18", "--uboot", PathOf(machine), gadget);
            Assert.Contains("info[JC7031]", check.Output, StringComparison.Ordinal);
            Assert.Contains("error[JC7023]", check.Output, StringComparison.Ordinal);
        }
    }

    private static string PathOf(string machine) =>
        Directory.GetFiles(Path.Combine(Folder, machine), "u-boot.*").Order(StringComparer.Ordinal)
            .First(path => BuiltInEnvironment.Find(File.ReadAllBytes(path)) is not null);

    private static SortedDictionary<string, string> Environment(string machine) =>
        BuiltInEnvironment.Find(File.ReadAllBytes(PathOf(machine)))!;

    private static byte[] TextOf(SortedDictionary<string, string> variables) => Encoding.UTF8.GetBytes(string.Concat(
        variables.Select(entry => $"{entry.Key}={entry.Value.Replace("\n", "\\\n", StringComparison.Ordinal)}\n")));
}
