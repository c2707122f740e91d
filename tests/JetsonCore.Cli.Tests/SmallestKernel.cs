// What the smallest kernel snap is packed of: source/, package/ as a .deb unpacks, and base/, the base's initrd.
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests;

internal static class SmallestKernel
{
    public static void Write(TempFolder temp)
    {
        const string release = "6.1.0-test";
        temp.Write("source/snap.yaml", "name: tiny-kernel\nversion: \"0\"\ntype: kernel\narchitectures: [arm64]\n");
        foreach (string list in (string[])["initrd-firmware.list", "firmware.list", "firmware-links.list", "initramfs/hook"])
            temp.Write($"source/{list}", "");
        temp.Write("source/initrd-modules.list", "mmc\n");
        temp.Write("source/dtbs.list", "board-*.dtb\n");
        temp.Write($"package/boot/vmlinuz-{release}", TinyDevice.Kernel(imageSize: 8192));
        temp.Write($"package/boot/System.map-{release}", "0 T _text\n");
        File.Copy(Repository.PathOf("tests", "JetsonCore.Tests", "Kernel", "complete.config"),
            temp.File($"package/boot/config-{release}"));
        string source = temp.Write("board.dts", "/dts-v1/; / { compatible = \"test,board\"; };");
        byte[] tree = Oracle.Run("dtc", "-I", "dts", "-O", "dtb", source).OutputBytes;
        temp.Write($"package/usr/lib/linux-image-{release}/vendor/board-a.dtb", tree);
        temp.Write($"package/lib/modules/{release}/kernel/mmc.ko",
            new SampleModule { Modinfo = [$"vermagic={release} SMP aarch64"] }.ToBytes());
        temp.Write($"package/lib/modules/{release}/modules.order", "kernel/mmc.ko\n");
        temp.Write($"package/lib/modules/{release}/modules.builtin", "");
        temp.Write("base/init", "#!/bin/sh\n");
    }
}
