// The experiment in gadget/uc20: what `build` makes of it, started by a real U-Boot with its environment. The device's
// installation is played by hand, with sgdisk, mkfs.vfat and mtools: it makes ubuntu-boot, and says "run".
using JetsonCore.Cli.Tests.Build;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class RecoveryBootTests : IDisposable
{
    private const string Label = "20191113", OldKernel = "jetson-tx1-kernel_1.snap", NewKernel = "jetson-tx1-kernel_2.snap";
    private const string StateFile = "/uboot/ubuntu/boot.sel", Handover = "Starting kernel ...", DeviceTree = "tegra210-p2371-2180.dtb";
    private const int SectorBytes = 512, StateBytes = 4096;
    private const long SeedStart = 17408, BootSector = 3121186, BootSectors = 524288;

    private const string Model = """
        {"type": "model", "series": "16", "authority-id": "brand", "brand-id": "brand", "model": "tx1", "grade": "dangerous",
         "architecture": "arm64", "base": "core20", "snaps": [{"name": "jetson-tx1", "type": "gadget", "default-channel": "20"},
         {"name": "jetson-tx1-kernel", "type": "kernel", "default-channel": "20"}]}
        """;

    private readonly TinyDevice _device = new();

    private string Disk => _device.File("disk.img");

    public void Dispose() => _device.Dispose();

    [BootFact]
    public void It_installs_runs_tries_a_kernel_and_goes_back()
    {
        Build();
        string console = Start(Handover);
        Assert.Contains($"install of system {Label}", console, StringComparison.Ordinal);
        Assert.Contains($"bootargs=console=tty0 console=ttyS0,115200n8 panic=-1 snapd_recovery_mode=install snapd_recovery_system={Label}\n",
            console, StringComparison.Ordinal);

        Install();
        console = Start(Handover);
        Assert.Contains($"booting {OldKernel}\n", console, StringComparison.Ordinal);
        Assert.Contains("panic=-1 snapd_recovery_mode=run\n", console, StringComparison.Ordinal);
        Assert.Equal("", State.GetValueOrDefault("kernel_status", ""));

        // snapd asks for a try of a kernel that is there, and confirms it.
        AddKernel(NewKernel);
        WriteState(("snap_kernel", OldKernel), ("kernel_status", "try"), ("snap_try_kernel", NewKernel));
        Assert.Contains($"booting {NewKernel}\n", Start(Handover), StringComparison.Ordinal);
        Assert.Equal("trying", State["kernel_status"]);
        Assert.Equal(OldKernel, State["snap_kernel"]);
        WriteState(("snap_kernel", NewKernel));
        Assert.Contains($"booting {NewKernel}\n", Start(Handover), StringComparison.Ordinal);

        // One whose files are not there starts over; whatever was tried and not confirmed is not booted again.
        WriteState(("snap_kernel", NewKernel), ("kernel_status", "try"), ("snap_try_kernel", "none_3.snap"));
        Assert.Contains("booting none_3.snap\n", Start("resetting ..."), StringComparison.Ordinal);
        console = Start(Handover);
        Assert.Contains("did not come up", console, StringComparison.Ordinal);
        Assert.Contains($"booting {NewKernel}\n", console, StringComparison.Ordinal);
        Assert.Equal("", State.GetValueOrDefault("kernel_status", ""));
        Oracle.Run("mdir", "-i", At(BootSector * SectorBytes), "::/uboot/ubuntu").MustSucceed();
        Oracle.Run("dd", $"if={Disk}", $"of={_device.File("boot")}", "bs=512", "conv=sparse", $"skip={BootSector}", $"count={BootSectors}")
            .MustSucceed();
        Oracle.Run("fsck.vfat", "-n", _device.File("boot")).MustSucceed();

        // Back to the recovery system, as `snap reboot --recover` asks for it.
        WriteMode(("snapd_recovery_mode", "recover"), ("snapd_recovery_system", Label));
        Assert.Contains($"recover of system {Label}", Start(Handover), StringComparison.Ordinal);
    }

    private void Build()
    {
        string gadget = Repository.PathOf("gadget", "uc20");
        foreach (string name in (string[])["gadget.yaml", "snap.yaml"])
            _device.Write($"tx1/meta/{name}", File.ReadAllText(Path.Combine(gadget, name)));
        _device.Write("tx1/uboot.conf", "");
        _device.Write("tx1/u-boot.bin", "u-boot, really");
        _device.Write("kernel/meta/snap.yaml", "name: jetson-tx1-kernel\nversion: 1\ntype: kernel\narchitectures: [arm64]\n");
        _device.Write("kernel/kernel.img", EndingKernel.Make());
        _device.Write("tree.dts", "/dts-v1/;\n/ { compatible = \"a,board\"; model = \"x\"; };\n");
        Oracle.Run("dtc", "-I", "dts", "-O", "dtb", "-o", _device.File("kernel", "dtbs", DeviceTree), _device.File("tree.dts"))
            .MustSucceed();
        _device.Write("core20/meta/snap.yaml", "name: core20\nversion: '20'\ntype: base\narchitectures: [arm64]\n");
        _device.Write("tx1.json", Model);
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _device.Folder).MustSucceed();
        _device.Program.Run("build", "--model-headers", "tx1.json", "--sign-key", "tester", "--gadget", "tx1", "--kernel", "kernel",
            "--snap", "core20", "--snap", "snapd", "--allow-unvouched", "--system-label", Label, "-O", "out").MustSucceed();
        Oracle.Run("cp", "--sparse=always", _device.File("out", "jetson.img"), Disk).MustSucceed();
        using (FileStream disk = File.OpenWrite(Disk))
            disk.SetLength(2L << 30);           // as QEMU wants a card's size
        Oracle.Run("mcopy", "-i", At(SeedStart), Path.Combine(gadget, "uboot.env.in"), "::/environment.txt").MustSucceed();
    }

    /// <summary>What snapd's installation does for U-Boot.</summary>
    private void Install()
    {
        Oracle.Run("sgdisk", "-a1", "--move-second-header", $"--new=19:{BootSector}:+{BootSectors}", "--change-name=19:ubuntu-boot", Disk)
            .MustSucceed();
        string fat = _device.File("ubuntu-boot");
        Oracle.Run("mkfs.vfat", "-S", "512", "-s", "1", "-F", "32", "-C", "-n", "ubuntu-boot", fat, $"{BootSectors * SectorBytes / 1024}").MustSucceed();
        Oracle.Run("dd", $"if={fat}", $"of={Disk}", "bs=512", "conv=notrunc,sparse", $"seek={BootSector}").MustSucceed();
        Oracle.Run("mmd", "-i", At(BootSector * SectorBytes), "::/uboot", "::/uboot/ubuntu").MustSucceed();
        AddKernel(OldKernel);
        WriteState(("snap_kernel", OldKernel));
        WriteMode(("snapd_recovery_mode", "run"), ("snapd_recovery_system", ""));
    }

    private void AddKernel(string name)
    {
        string place = At(BootSector * SectorBytes), folder = $"::/uboot/ubuntu/{name}";
        Oracle.Run("mmd", "-i", place, folder, $"{folder}/dtbs").MustSucceed();
        Oracle.Run("mcopy", "-i", place, _device.File("kernel", "kernel.img"), _device.File("kernel", "initrd.img"), folder).MustSucceed();
        Oracle.Run("mcopy", "-i", place, _device.File("kernel", "dtbs", DeviceTree), $"{folder}/dtbs").MustSucceed();
    }

    private SortedDictionary<string, string> State =>
        UBootEnvironment.Decode(Oracle.Run("mtype", "-i", At(BootSector * SectorBytes), $"::{StateFile}").OutputBytes);

    private void WriteState(params (string, string)[] variables) => WriteEnvironment(BootSector * SectorBytes, variables);

    private void WriteMode(params (string, string)[] variables) => WriteEnvironment(SeedStart, variables);

    private void WriteEnvironment(long partition, (string Name, string Value)[] variables)
    {
        byte[] block = new byte[StateBytes];
        UBootEnvironment.Encode(
            new SortedDictionary<string, string>(variables.ToDictionary(one => one.Name, one => one.Value), StringComparer.Ordinal), block);
        _device.Write("boot.sel", block);
        Oracle.Run("mcopy", "-o", "-i", At(partition), _device.File("boot.sel"), $"::{StateFile}").MustSucceed();
    }

    private string At(long offset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Disk}@@{offset}");

    /// <summary>Starts with the environment that the TX1's U-Boot would have in it; the console up to a text.</summary>
    private string Start(string until)
    {
        using var prompt = new UBootPrompt(Disk);
        Assert.DoesNotContain("rror", prompt.Type(
            "env default -a -f; load mmc 0:1 48000000 /environment.txt && env import -t 48000000 ${filesize}"), StringComparison.Ordinal);
        return prompt.TypeLast("setenv setargs \"${setargs}; printenv bootargs\"; run bootcmd", until);
    }
}
