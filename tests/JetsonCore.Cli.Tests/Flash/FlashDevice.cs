// A tiny device that has been built, with a bundle, and trees of L4T to flash it with. The build is made once for all
// tests; each test has trees of its own.
using JetsonCore.Cli.Tests.Build;

namespace JetsonCore.Cli.Tests.Flash;

/// <summary>A built device, shared by tests.</summary>
public sealed class FlashDevice : IDisposable
{
    public const string Bundle = "core-18-tiny.tar.xz";

    private readonly TinyDevice _device = new();

    public FlashDevice()
    {
        // U-Boot as arm64's start.S begins: a branch, and at byte 8 the address it is linked for.
        byte[] uboot = new byte[5000];
        for (int index = 0; index < uboot.Length; index++)
            uboot[index] = (byte)(index * 7 % 251);
        BitConverter.TryWriteBytes(uboot.AsSpan(8), 0x80080000UL);
        _device.Write("gadget/u-boot.bin", uboot);
        _device.Build("out").MustSucceed();
        _device.Build("out24", "--uboot-for-r24", "--tar-format", "none").MustSucceed();
        _device.Build("sparse", "--sparse", "--tar-format", "gz").MustSucceed();
    }

    public static byte[] UBoot(string folder) => File.ReadAllBytes(Path.Combine(folder, "bootloader/ubuntu-core/u-boot.bin"));

    public string Build => _device.File("out");

    public string BuildForR24 => _device.File("out24");

    public string SparseBuild => _device.File("sparse");

    public string BundlePath => _device.File("out", Bundle);

    public string Partition(string name) => _device.File("out", "partitions", name);

    public void Dispose() => _device.Dispose();
}
