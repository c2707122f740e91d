// A kernel as small as the builder takes it: an Image of nothing but its header, four modules, a device tree, firmware,
// a base initrd of two files; and the source folder that asks for some of it. Tests change what they are about.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;
using JetsonCore.TestKit;

namespace JetsonCore.Tests.Kernel;

internal sealed class SampleKernel
{
    public const string Release = "6.1.0-test", SourcePath = "kernel", PackagePath = "linux.deb", BaseInitrdPath = "base.img";
    public static readonly FileTime Time = new(1_700_000_000);

    /// <summary>The source folder.</summary>
    public DirectoryNode Source { get; } = new();

    /// <summary>What a package of the kernel unpacks to.</summary>
    public DirectoryNode Package { get; } = new();

    /// <summary>What the base's initrd holds.</summary>
    public DirectoryNode BaseInitrd { get; } = new();

    /// <summary>The bytes of the base's initrd, where they are not those of the tree.</summary>
    public byte[]? BaseInitrdBytes { get; set; }

    public DiagnosticBag Diagnostics { get; } = new();

    public SampleKernel()
    {
        SetText(Source, "snap.yaml", "name: tx1-kernel\nversion: \"0\"\ntype: kernel\narchitectures: [arm64]\n");
        SetText(Source, "initrd-modules.list", "# all that is needed\nmmc\n?absent\nbuilt-in\n");
        SetText(Source, "initrd-firmware.list", "?board/usb.bin\n");
        SetText(Source, "firmware.list", "board/\n");
        SetText(Source, "firmware-links.list", "alias/usb.bin ../board/usb.bin\nalias/none.bin ../board/none.bin\n");
        SetText(Source, "dtbs.list", "board-*.dtb\n");
        SetText(Source, "initramfs/scripts/resize", "ours\n");

        Set(Package, $"boot/vmlinuz-{Release}", Image());
        SetText(Package, $"boot/System.map-{Release}", "0 T _text\n");
        SetText(Package, $"boot/config-{Release}", File.ReadAllText(ConfigPath));
        Set(Package, $"usr/lib/linux-image-{Release}/vendor/board-a.dtb", DeviceTree());
        Set(Package, $"usr/lib/linux-image-{Release}/other.dtb", DeviceTree());
        AddModule("kernel/bus.ko", new() { Exports = ["bus_add"] });
        AddModule("kernel/mmc.ko", new() { Imports = ["bus_add"], Modinfo = ["softdep=pre: sums post: late"] });
        AddModule("kernel/crc.ko", new() { Modinfo = ["alias=sums"] });
        AddModule("kernel/late.ko", new());
        AddModule("kernel/unused.ko", new());
        SetText(Package, $"lib/modules/{Release}/modules.order",
            "kernel/mmc.ko\nkernel/late.ko\nkernel/bus.ko\nkernel/crc.ko\nkernel/unused.ko\n");
        SetText(Package, $"lib/modules/{Release}/modules.builtin", "kernel/built_in.ko\n");
        SetText(Package, $"lib/modules/{Release}/modules.builtin.modinfo", "built_in.license=GPL\0");
        Package.SetPath($"lib/modules/{Release}/build", new SymbolicLinkNode(FileMetadata.Link, "/usr/src/x"));
        SetText(Package, "lib/firmware/board/usb.bin", "usb");
        SetText(Package, "lib/firmware/board/gpu.bin", "gpu");

        SetText(BaseInitrd, "init", "#!/bin/sh\n");
        SetText(BaseInitrd, "scripts/resize", "theirs\n");
    }

    /// <summary>A configuration that leaves nothing to be wished for.</summary>
    public static string ConfigPath => Repository.PathOf("tests", "JetsonCore.Tests", "Kernel", "complete.config");

    public static byte[] Image(ulong magic = 0x644D5241)
    {
        var image = new byte[4096];
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(0x10), 8192);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(0x38), magic);
        return image;
    }

    /// <summary>A device tree of nothing but its root, made by hand, as it is wanted by the hundred.</summary>
    public static byte[] DeviceTree()
    {
        uint[] words = [0xD00DFEED, 56, 40, 56, 40, 17, 16, 0, 0, 16, 1, 0, 2, 9];
        var tree = new byte[words.Length * 4];
        for (int word = 0; word < words.Length; word++)
            BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(word * 4), words[word]);
        return tree;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public static void SetText(DirectoryNode root, string path, string text) =>
        Set(root, path, Encoding.UTF8.GetBytes(text));

    public static void Set(DirectoryNode root, string path, byte[] bytes) =>
        root.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(bytes)));

    public void AddModule(string path, SampleModule module) =>
        Set(Package, $"lib/modules/{Release}/{path}", new SampleModule
        {
            Exports = module.Exports,
            Imports = module.Imports,
            Modinfo = [.. module.Modinfo, $"vermagic={Release} SMP aarch64"],
        }.ToBytes());

    /// <summary>The snap's tree, or null with the reasons in <see cref="Diagnostics"/>.</summary>
    public DirectoryNode? Build(params KernelInput[] more)
    {
        KernelSource? source = KernelSource.Read(SourcePath, Source, new Dictionary<string, KernelList>(), Diagnostics);
        KernelParts? parts = KernelParts.Find([new(PackagePath, Package), .. more], Diagnostics);
        if (source is null || parts is null)
            return null;
        using var initrd = new MemoryStream();
        CpioWriter.Write(BaseInitrd, initrd);
        return KernelSnapBuilder.Build(
            new()
            {
                Source = source,
                Parts = parts,
                BaseInitrdPath = BaseInitrdPath,
                BaseInitrd = FileContent.Of(BaseInitrdBytes ?? initrd.ToArray()),
                Time = Time,
                Spool = MemorySpool.Keep,
            },
            Diagnostics);
    }

    /// <summary>The findings, one line each.</summary>
    public string[] Findings() =>
    [
        .. Diagnostics.Items.Select(item =>
            $"{item.Path}{(item.Span.IsKnown ? $":{item.Span.Line}" : "")}: {item.Rule.Code}: {item.Message}"),
    ];
}
