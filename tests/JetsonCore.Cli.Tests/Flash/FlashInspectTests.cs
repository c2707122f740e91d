// What flash.sh makes and takes, looked into: boot image, table without a disk, layout, NVIDIA's packages and its dialect
// of sparse images.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashInspectTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_flash_script_makes_is_recognised()
    {
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        Oracle.Run(new OracleCall("env")
        {
            Arguments = ["USER=root", "bash", "./flash.sh", "--no-flash", "-r", "jetson-tx1-ubuntu-core", "mmcblk0p1"],
            Folder = tree,
        }).MustSucceed();
        string boot = CliRun.Succeed("inspect", Path.Combine(tree, "bootloader/boot.img"));
        Assert.Contains("android-boot", boot, StringComparison.Ordinal);
        Assert.Contains("root=/dev/mmcblk0p1 rw rootwait", boot, StringComparison.Ordinal);
        Assert.Contains("5000", boot, StringComparison.Ordinal);
        string table = CliRun.Succeed("inspect", Path.Combine(tree, "bootloader/ppt.img"));
        Assert.Contains("a primary table without its disk", table, StringComparison.Ordinal);
        Assert.Contains("4194304", table, StringComparison.Ordinal);
        Assert.Contains("UDA", table, StringComparison.Ordinal);
        string layout = CliRun.Succeed("inspect", Path.Combine(tree, "bootloader/flash.xml"));
        Assert.Contains("flash-layout", layout, StringComparison.Ordinal);
        Assert.Contains("system-data.ext4", layout, StringComparison.Ordinal);
        CliRun.Succeed("inspect", Path.Combine(tree, SampleL4t.LayoutPath));
    }

    [Fact]
    public void Sparse_images_of_mksparse_are_read_and_named()
    {
        byte[] image = [.. Enumerable.Repeat((byte)7, 4096), .. new byte[8192], .. Enumerable.Repeat((byte)9, 4096)];
        var sparse = new MemoryStream();
        using (var writer = new BinaryWriter(sparse, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(0xED26FF3A);
            foreach (ushort half in (ushort[])[1, 0, 28, 12])
                writer.Write(half);
            foreach (uint word in (uint[])[4096, 4, 3, 0])
                writer.Write(word);
            foreach ((ushort type, uint blocks) in ((ushort, uint)[])[(0xCAC1, 1), (0xCAC3, 2), (0xCAC1, 1)])
            {
                writer.Write(type);
                writer.Write((ushort)0);
                writer.Write(blocks);
                writer.Write(12 + (blocks * 4096));         // also where nothing follows
                if (type == 0xCAC1)
                    writer.Write(image, sparse.Position < 1000 ? 0 : 12288, 4096);
            }
        }
        string path = _temp.Write("system.img", sparse.ToArray());
        Assert.Contains("simg2img refuses", CliRun.Succeed("inspect", path), StringComparison.Ordinal);
        CliRun.Succeed("fs", "make", "raw", path, _temp.File("raw.img"));
        Assert.Equal(image, File.ReadAllBytes(_temp.File("raw.img")));
    }

    [Fact]
    public void Firmware_comes_out_of_the_drivers_within_nvidias_package()
    {
        string package = Package("lib/firmware/tegra21x/fecs.bin");
        string kernel = KernelFolder();
        CliRun run = CliRun.Of("kernel", "pack", kernel, "--from", _temp.File("build"), "--from", package,
            "--base-initrd", _temp.File("initrd.img"), "-O", _temp.File("out"));
        Assert.True(run.ExitCode == 0, run.Error);
        string snap = run.Output.Trim();
        string listed = Oracle.Run("unsquashfs", "-ll", snap).MustSucceed();
        Assert.Contains("firmware/tegra21x/fecs.bin", listed, StringComparison.Ordinal);
        Assert.Contains("firmware/gm20b/fecs.bin -> ../tegra21x/fecs.bin", listed, StringComparison.Ordinal);
    }

    /// <summary>A package of a package, by tar and bzip2.</summary>
    private string Package(string firmware)
    {
        _temp.Write($"drivers/{firmware}", "firmware");
        _temp.Write("package/Linux_for_Tegra/nv_tegra/.keep", "");
        string inner = _temp.File("package", "Linux_for_Tegra", "nv_tegra", "nvidia_drivers.tbz2");
        Oracle.Run("tar", "-cjf", inner, "-C", _temp.File("drivers"), ".").MustSucceed();
        string outer = _temp.File("Tegra210_Linux_R28.1.0_aarch64.tbz2");
        Oracle.Run("tar", "-cjf", outer, "-C", _temp.File("package"), "Linux_for_Tegra").MustSucceed();
        return outer;
    }

    private string KernelFolder()
    {
        string folder = _temp.File("kernel");
        _temp.Write("kernel/snap.yaml", "name: tiny-kernel\ntype: kernel\narchitectures: [arm64]\n");
        foreach (string list in (string[])["initrd-modules", "initrd-firmware", "dtbs"])
            _temp.Write($"kernel/{list}.list", "");
        _temp.Write("kernel/firmware.list", "tegra21x/\n");
        _temp.Write("kernel/firmware-links.list", "gm20b/fecs.bin ../tegra21x/fecs.bin\n");
        _temp.Write("kernel/initramfs/init", "#!/bin/sh\n");
        _temp.Write("build/Image", Build.TinyDevice.Kernel(imageSize: 1 << 20));
        string config = File.ReadAllText(Repository.PathOf("tests", "JetsonCore.Tests", "Kernel", "complete.config"));
        _temp.Write("build/config-4.4.38", config.Replace("6.1.0", "4.4.38", StringComparison.Ordinal));
        _temp.Write("build/modules/4.4.38/modules.order", "");
        _temp.Write("build/modules/4.4.38/modules.builtin", "");
        _temp.Write("initrd.img", new byte[512]);
        Oracle.Run(new OracleCall("bash")
        {
            Arguments = ["-c", "cd kernel/initramfs && find . | cpio -o -H newc 2>/dev/null > ../../initrd.img"],
            Folder = _temp.Path,
        }).MustSucceed();
        return folder;
    }
}
