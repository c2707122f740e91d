// The kernel snap in the built image, a whole kernel of Debian's: depmod makes the same files of its modules, and its
// initrd has what the overlay promises.
using System.Text;
using JetsonCore.Cli.Tests.Boot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class BuiltKernelTests : IDisposable
{
    private const string Snap = "/system-data/var/lib/snapd/seed/snaps/jetson-tx1-kernel_x1.snap";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string Unpack(params string[] paths)
    {
        string snap = _temp.File("kernel.snap"), tree = _temp.File("tree");
        string writable = Path.Combine(Path.GetDirectoryName(BootInputs.Image)!, "partitions", "writable.ext4");
        Oracle.Run("debugfs", "-R", $"dump {Snap} {snap}", writable).MustSucceed();
        Oracle.Run("unsquashfs", ["-q", "-n", "-d", tree, snap, .. paths]).MustSucceed();
        return tree;
    }

    [BootFact]
    public void Depmod_makes_the_same_files()
    {
        string modules = Path.Combine(Unpack("modules"), "modules");
        string release = Path.GetFileName(Assert.Single(Directory.GetDirectories(modules)));
        Directory.CreateDirectory(_temp.File("root", "lib"));
        Directory.Move(modules, _temp.File("root", "lib", "modules"));
        string folder = _temp.File("root", "lib", "modules", release);
        var ours = Directory.GetFiles(folder, "modules.*").ToDictionary(path => path, File.ReadAllBytes);
        Assert.InRange(ours.Count, 10, 20);
        Oracle.Run("depmod", "-b", _temp.File("root"), release).MustSucceed();
        Assert.Equal(ours.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder, "modules.*").Order(StringComparer.Ordinal));
        foreach ((string path, byte[] bytes) in ours)
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes), $"{path} differs");
    }

    [BootFact]
    public void The_initrd_has_modules_and_firmware_of_the_board_and_our_scripts()
    {
        string initrd = Path.Combine(Unpack("initrd.img"), "initrd.img");
        string[] paths = CliRun.Succeed("fs", "ls", initrd).Split('\n');
        foreach (string name in (string[])["sdhci-tegra.ko", "max77620-regulator.ko", "ext4.ko", "crc32c_generic.ko"])
            Assert.Contains(paths, path => path.EndsWith($"/{name}", StringComparison.Ordinal));
        Assert.Contains("lib/firmware/nvidia/tegra210/xusb.bin", paths);
        string ours = File.ReadAllText(Repository.PathOf("kernel", "initramfs", "scripts", "local-premount", "resize"));
        Assert.Equal(ours, Encoding.UTF8.GetString(
            CliRun.Of("fs", "cat", initrd, "scripts/local-premount/resize").OutputBytes));
    }
}
