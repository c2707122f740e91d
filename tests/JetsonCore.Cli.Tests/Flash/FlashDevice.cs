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
        WriteUBoot(0x80080000);
        Make("out");
    }

    public static byte[] UBoot(string folder) => File.ReadAllBytes(Path.Combine(folder, "bootloader/ubuntu-core/u-boot.bin"));

    public string Build => _device.File("out");

    public string BuildForR24 => Make("out24", "--uboot-for-r24", "--tar-format", "none");

    public string SparseBuild => Make("sparse", "--sparse", "--tar-format", "gz");

    public string ZstdBuild => Make("zstd", "--tar-format", "zstd");

    /// <summary>With a U-Boot for another address.</summary>
    public string BuildOfOtherAddress
    {
        get
        {
            WriteUBoot(0x80110000);
            string made = Make("other");
            WriteUBoot(0x80080000);
            return made;
        }
    }

    public string BundlePath => _device.File("out", Bundle);

    public string Partition(string name) => _device.File("out", "partitions", name);

    public void Dispose() => _device.Dispose();

    private string Make(string folder, params string[] options)
    {
        if (!Directory.Exists(_device.File(folder)))
            _device.Build(folder, options).MustSucceed();
        return _device.File(folder);
    }

    /// <summary>U-Boot as arm64's start.S begins: a branch, and at byte 8 the address it is linked for.</summary>
    private void WriteUBoot(ulong address)
    {
        byte[] uboot = new byte[5000];
        for (int index = 0; index < uboot.Length; index++)
            uboot[index] = (byte)(index * 7 % 251);
        BitConverter.TryWriteBytes(uboot.AsSpan(8), address);
        _device.Write("gadget/u-boot.bin", uboot);
    }
}
