// Debian's arm64 kernel in QEMU's "virt" machine with disks of the test and, as its init, a busybox script of the test.
// What the script writes to /out is handed back; the console is shown where something goes wrong.
using System.Text;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Linux;

internal sealed class LinuxMachine(TempFolder folder)
{
    private const string ResultsDisk = "results";
    private const int ResultsBytes = 16 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Parts of lib/modules in which the wanted modules and all that they need lie.</summary>
    private static readonly string[] ModuleFolders =
    [
        "fs/ext4", "fs/jbd2", "fs/squashfs", "fs/mbcache", "lib", "crypto", "arch/arm64/crypto", "drivers/virtio",
        "drivers/block/virtio_blk",
    ];

    private static readonly string[] Modules = ["virtio_mmio", "virtio_blk", "crc32c_generic", "ext4", "squashfs"];

    private static readonly string[] ToolPackages =
        ["e2fsprogs", "libc6", "libblkid1", "libcom-err2", "libext2fs2", "libuuid1"];

    /// <summary>Begins each script: modules, and "disk NAME", which prints the device of a disk.</summary>
    private const string Prologue = """
        #!/bin/busybox sh
        /bin/busybox mkdir -p /proc /sys /dev /mnt /out
        /bin/busybox --install -s /bin
        export PATH=/bin:/sbin LD_LIBRARY_PATH=/lib
        mount -t proc proc /proc
        mount -t sysfs sys /sys
        mount -t devtmpfs dev /dev
        while read -r module; do insmod /modules/$module; done </modules/order
        disk() { for at in /sys/block/vd*; do if [ "$(cat $at/serial)" = $1 ]; then echo /dev/${at##*/}; fi; done; }

        """;

    private const string Epilogue = """

        cd /out
        for file in *; do echo "<<<$file"; cat $file; done >/all
        echo ">>>" >>/all
        cat /all >$(disk results)
        sync
        poweroff -f
        """;

    /// <summary>Runs a script to its end; returns the files in /out by name.</summary>
    /// <param name="disks">Paths of images by the names under which "disk" finds them.</param>
    /// <param name="script">What to do in busybox's shell.</param>
    public Dictionary<string, string> Run(IReadOnlyDictionary<string, string> disks, string script)
    {
        string console = folder.File("console"), results = folder.File(ResultsDisk);
        using (FileStream file = File.Create(results))
            file.SetLength(ResultsBytes);
        (string kernel, string initrd) = WriteBootFiles(script);
        List<string> arguments =
        [
            "-M", "virt", "-cpu", "cortex-a57", "-smp", "1", "-m", "512", "-display", "none", "-monitor", "none",
            "-nic", "none", "-no-reboot", "-serial", $"file:{console}", "-kernel", kernel, "-initrd", initrd,
            "-append", "console=ttyAMA0 panic=-1 quiet rdinit=/init",
        ];
        foreach ((string name, string path) in disks.Append(new(ResultsDisk, results)))
        {
            arguments.AddRange(["-drive", $"if=none,id={name},format=raw,file={path}",
                "-device", $"virtio-blk-device,drive={name},serial={name}"]);
        }
        OracleResult result = Oracle.Run(
            new OracleCall("qemu-system-aarch64") { Arguments = arguments, TimeLimit = Limit });
        Console = File.ReadAllText(console);
        Assert.True(result.ExitCode == 0, $"QEMU ended with {result.ExitCode}: {result.Error}\n{Console}");
        return Parse(File.ReadAllBytes(results));
    }

    /// <summary>Archives that are put behind the machine's own initrd.</summary>
    public byte[] MoreInitrd { get; init; } = [];

    /// <summary>What Linux and the script printed.</summary>
    public string Console { get; private set; } = "";

    private Dictionary<string, string> Parse(byte[] bytes)
    {
        string text = NodeName.Decode(bytes.AsSpan(0, Math.Max(0, bytes.AsSpan().IndexOf(">>>\n"u8))));
        Assert.True(text.Length > 0, $"the script has not come to its end\n{Console}");
        return text.Split("<<<", StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(part => part[..part.IndexOf('\n')], part => part[(part.IndexOf('\n') + 1)..]);
    }

    private (string Kernel, string Initrd) WriteBootFiles(string script)
    {
        DirectoryNode package = LinuxInputs.Package("kernel", folder);
        var root = new DirectoryNode();
        AddModules(root, package);
        root.SetPath("init", Program(Encoding.UTF8.GetBytes(Prologue + script + Epilogue)));
        root.SetPath("bin/enable-verity", Program(VerityProgram.ToBytes()));
        root.SetPath("bin/busybox", LinuxInputs.Package("busybox", folder).Find("bin/busybox")!);
        foreach (string name in ToolPackages)
            AddTools(root, LinuxInputs.Package(name, folder));
        string initrd = folder.File("initrd"), kernel = folder.File("kernel");
        using (FileStream target = File.Create(initrd))
        using (CompressionStream packed = Compressor.OpenWrite(target, CompressionFormat.Gzip, level: 1))
            CpioWriter.Write(root, packed);
        using (FileStream target = new(initrd, FileMode.Append))
        {
            target.Write(new byte[(4 - (target.Position % 4)) % 4]);
            target.Write(MoreInitrd);
        }
        (_, FileNode image) = package.Walk()
            .First(step => step.Path.StartsWith("boot/vmlinuz-", StringComparison.Ordinal));
        Copy((RegularFileNode)image, kernel);
        return (kernel, initrd);
    }

    private static RegularFileNode Program(byte[] content) =>
        new(new FileMetadata { Permissions = 0x1ED }, FileContent.Of(content));

    private static void AddModules(DirectoryNode root, DirectoryNode package)
    {
        (string release, FileNode all) = ((DirectoryNode)package.Find("lib/modules")!).Children.Single();
        var few = new DirectoryNode();
        foreach ((string path, FileNode node) in ((DirectoryNode)all).Walk())
        {
            bool mayBeWanted = ModuleFolders.Any(part => path.StartsWith($"kernel/{part}", StringComparison.Ordinal));
            if (mayBeWanted && node is RegularFileNode)
                few.SetPath(path, node);
        }
        var set = ModuleSet.Read(few);
        var order = new List<string>();
        foreach (KernelModule wanted in Modules.Select(name => set.Find(name)).OfType<KernelModule>())
        {
            foreach (KernelModule module in set.DependenciesOf(wanted).Reverse().Append(wanted))
            {
                if (order.Contains(module.Name))
                    continue;
                order.Add(module.Name);
                root.SetPath($"modules/{module.Name}", few.Find(module.Path)!);
            }
        }
        Assert.Contains("ext4", order);
        Assert.True(order.Count >= Modules.Length, $"{release} has only {string.Join(' ', order)}");
        root.SetPath("modules/order", Program(Encoding.UTF8.GetBytes(string.Join('\n', order) + "\n")));
    }

    private static void AddTools(DirectoryNode root, DirectoryNode package)
    {
        foreach ((string path, FileNode node) in package.Walk())
        {
            string name = Path.GetFileName(path);
            bool isLibrary = Path.GetDirectoryName(path) is "lib/aarch64-linux-gnu" or "usr/lib/aarch64-linux-gnu"
                && name.Contains(".so", StringComparison.Ordinal);
            if (path == "sbin/resize2fs")
                root.SetPath("sbin/resize2fs", node);
            else if (isLibrary)
                root.SetPath($"lib/{name}", node);
        }
    }

    private static void Copy(RegularFileNode file, string path)
    {
        using Stream source = file.Content.Open();
        using FileStream target = File.Create(path);
        source.CopyTo(target);
    }
}
