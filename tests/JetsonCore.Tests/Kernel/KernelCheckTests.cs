// What `check` says of kernels: a whole one without a finding, and for each code one that differs in that alone.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;
using JetsonCore.Layout;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Kernel;

public sealed class KernelCheckTests
{
    private const string Release = SampleKernel.Release, ModulesFolder = $"modules/{Release}";
    private const string Tx1Tree = "dtbs/tegra210-p2371-2180.dtb";

    private readonly SampleKernel _sample = new();

    /// <summary>What differs in a snap, by the code that is to be found, and words of the message.</summary>
    private static readonly Dictionary<string, (Action<DirectoryNode> Change, string Words)> Changes = new()
    {
        ["JC5403"] = (snap => SampleKernel.Set(snap, "kernel.img", SampleKernel.Image(magic: 0)),
            "no uncompressed arm64"),
        ["JC5406"] = (snap => SampleKernel.SetText(snap, "dtbs/x.dtb", "none"),
            "k.snap/x.dtb: cannot use the device tree"),
        ["JC5409"] = (snap => Module(snap, "kernel/unused.ko", "vermagic=5.10.0-old SMP aarch64"),
            "built for kernel 5.10.0-old"),
        ["JC5413"] = (snap => Initrd(snap, tree => tree.Remove("init")), "it has no /init"),
        ["JC5414"] = (snap => Module(snap, "kernel/unused.ko", "depends=gone"), "module \"gone\""),
        ["JC5415"] = (snap => Module(snap, "kernel/late.ko", "depends=gone"), "and the initrd loads it"),
        ["JC7201"] = (snap => Image(snap, image => image[0x18] = 1), "it is big-endian"),
        ["JC7202"] = (snap => Append(snap, "Linux version 6.1.0-other (a@b) (gcc) #1\n"u8.ToArray()),
            "the kernel says that it is 6.1.0-other, the modules folder is of 6.1.0-test"),
        ["JC7203"] = (snap => snap.Remove($"config-{Release}"), "no config-RELEASE"),
        ["JC7204"] = (snap => Config(snap, "Linux/arm64 6.1.0", "Linux/x86 6.1.0"), "of 6.1.0 for x86"),
        ["JC7210"] = (snap => SampleKernel.SetText(snap, $"{ModulesFolder}/kernel/unused.ko", ""),
            "kernel/unused.ko: "),
        ["JC7211"] = (snap => List(snap, "kernel/bus.ko:", "kernel/bus.ko: kernel/mmc.ko"),
            "kernel/bus.ko, kernel/mmc.ko"),
        ["JC7212"] = (snap => Folder(snap).Remove("modules.dep.bin"), "no module can be loaded"),
        ["JC7213"] = (snap => SampleKernel.SetText(snap, $"{ModulesFolder}/modules.dep", "#!/bin/sh\n"), "at offset 0"),
        ["JC7214"] = (snap => List(snap, "kernel/unused.ko:", "kernel/gone.ko:\nkernel/unused.ko:"), "kernel/gone.ko"),
        ["JC7215"] = (snap => List(snap, "kernel/unused.ko:\n", ""), "kernel/unused.ko"),
        ["JC7216"] = (snap => List(snap, "kernel/mmc.ko: kernel/bus.ko", "kernel/mmc.ko:"), "kernel/mmc.ko"),
        ["JC7110"] = (snap => Folder(snap).Set("modules.dep.bin", OtherIndex()),
            "otherwise than modules.dep: kernel/extra.ko"),
        ["JC7217"] = (snap => Module(snap, "kernel/unused.ko", $"vermagic={Release} SMP preempt aarch64"),
            "\"SMP preempt aarch64\", not \"SMP aarch64\""),
        ["JC7231"] = (snap => Module(snap, "kernel/unused.ko", "firmware=gone.bin"), "unused (gone.bin)"),
        ["JC7240"] = (snap => Initrd(snap, tree => { }, CompressionFormat.Xz), "a check other than CRC32"),
        ["JC7241"] = (snap => AppendInitrd(snap, Misordered()), "leaves out t/late/file of segment 4"),
        ["JC7242"] = (snap => Initrd(snap, tree => SampleKernel.SetText(tree, "lib/modules/5.0/a.ko", "x")),
            "they are of 5.0"),
        ["JC7243"] = (snap => RemoveInitrd(snap), "no initrd.img"),
        ["JC7250"] = (snap => Config(snap, "CONFIG_RD_LZMA=y", ""), "CONFIG_RD_LZMA"),
        ["JC7251"] = (snap => Config(snap, "CONFIG_TMPFS=y", "CONFIG_TMPFS=m"), "it has as modules CONFIG_TMPFS"),
        ["JC7252"] = (snap => Config(snap, "CONFIG_SQUASHFS_XZ=y", ""), "built without CONFIG_SQUASHFS_XZ"),
        ["JC7253"] = (snap => Config(snap, "CONFIG_SQUASHFS_LZO=y", ""), "CONFIG_SQUASHFS_LZO"),
        ["JC7254"] = (snap => Config(snap, "CONFIG_SECCOMP=y", "# CONFIG_SECCOMP is not set"), "CONFIG_SECCOMP"),
        ["JC7255"] = (snap => Config(snap, "CONFIG_USER_NS=y", ""), "CONFIG_USER_NS"),
        ["JC7256"] = (snap => Config(snap, "CONFIG_FHANDLE=y", ""), "CONFIG_FHANDLE"),
        ["JC7257"] = (snap => Config(snap, "CONFIG_MEMCG=y", ""), "CONFIG_MEMCG"),
        ["JC7258"] = (snap => Config(snap, "CONFIG_OVERLAY_FS=y", ""), "CONFIG_OVERLAY_FS"),
        ["JC7259"] = (snap => Config(snap, "CONFIG_FW_LOADER=y", ""), "CONFIG_FW_LOADER"),
        ["JC7266"] = (snap => Config(snap, "CONFIG_EXT4_FS=y", "CONFIG_EXT4_FS=m"),
            "\"ext4\" is not in the modules folder"),
    };

    public static TheoryData<string> Codes => [.. Changes.Keys];

    [Fact]
    public void A_whole_kernel_has_no_finding()
    {
        DirectoryNode snap = Snap();
        Assert.Empty(Check(snap));
        Append(snap, [.. "Linux version 6.1.0-test (a@b) (gcc) #1\n"u8, .. "IKCFG_ST"u8,
            .. SampleKernel.Gzip(File.ReadAllBytes(SampleKernel.ConfigPath)), .. "IKCFG_ED"u8]);
        Assert.Empty(Check(snap));
        snap.Remove($"config-{Release}");                   // what is within the kernel is enough
        Assert.Empty(Check(snap));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void What_is_wrong_with_a_kernel_is_told_by_its_code(string code)
    {
        DirectoryNode snap = Snap();
        Changes[code].Change(snap);
        string finding = Check(snap).First(found => found.Contains(code, StringComparison.Ordinal));
        Assert.Contains(Changes[code].Words, finding, StringComparison.Ordinal);
        Assert.All(Check(snap), found => Assert.StartsWith(code, found, StringComparison.Ordinal));
        Assert.NotNull(Explanations.Find(code) ?? (code[2] == '5' ? new("", "", "") : null));
    }

    [Fact]
    public void Every_rule_of_kernels_has_its_case()
    {
        string[] elsewhere = ["JC7220", "JC7221", "JC7230", "JC7260", "JC7261", "JC7262", "JC7265"];
        IEnumerable<string> judged = RuleCatalog.In(typeof(KernelRules)).Select(rule => rule.Code)
            .Where(code => string.CompareOrdinal(code, "JC7100") > 0);
        Assert.Equal(judged.Order(StringComparer.Ordinal),
            Changes.Keys.Concat(elsewhere).Where(code => code[2] == '7').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_module_that_is_there_but_not_in_the_initrd_comes_too_late()
    {
        _sample.AddModule("kernel/ext4.ko", new());
        DirectoryNode snap = Snap();
        Assert.Empty(Check(snap));
        Config(snap, "CONFIG_EXT4_FS=y", "CONFIG_EXT4_FS=m");
        Assert.Equal(["JC7265: k.snap/config-6.1.0-test: CONFIG_EXT4_FS (system-boot and writable) is a module, and "
            + "\"ext4\" is not in the initrd, which needs it before any other module can be found"], Check(snap));
        SampleKernel.SetText(_sample.Source, "initrd-modules.list", "ext4\n");
        DirectoryNode early = _sample.Build()!;
        Config(early, "CONFIG_EXT4_FS=y", "CONFIG_EXT4_FS=m");
        Assert.Empty(Check(early));
    }

    [Fact]
    public void A_board_asks_for_its_tree_its_options_and_its_firmware()
    {
        KernelBoard board = KernelBoard.All.Single();
        DirectoryNode snap = Snap();
        string[] codes = [.. Check(snap, board).Select(found => found[..6])];
        Assert.Equal(["JC7260", "JC7261", "JC7262", "JC7230", "JC7220"], codes);
        SampleKernel.Set(snap, Tx1Tree, Tree("nvidia,other"));
        Assert.Contains(Check(snap, board), found => found.StartsWith(
            "JC7221: k.snap/tegra210-p2371-2180.dtb: by its name it is for", StringComparison.Ordinal));
        // With its tree the board is known by itself; nothing is left to say where it has everything.
        SampleKernel.Set(snap, Tx1Tree, Tree("nvidia,p2371-2180"));
        Assert.Equal(codes[..^1], Check(snap).Select(found => found[..6]));
        SampleKernel.SetText(snap, "firmware/nvidia/tegra210/xusb.bin.xz", "x");
        Config(snap, "CONFIG_FW_LOADER=y\n", "CONFIG_FW_LOADER=y\n" + string.Concat(
            board.Needs.Select(need => $"CONFIG_{need.Names[^1]}=y\n")));
        Assert.Empty(Check(snap));
    }

    /// <summary>Options of NVIDIA's 4.4, which has none that came later, and another name for the processor.</summary>
    [Fact]
    public void A_kernel_is_not_asked_for_options_that_came_later()
    {
        const string Newer = "REGULATOR_MAX77620|USB_XHCI_TEGRA";
        KernelBoard board = KernelBoard.All.Single();
        DirectoryNode snap = Snap();
        SampleKernel.Set(snap, Tx1Tree, Tree("nvidia,p2371-2180"));
        SampleKernel.SetText(snap, "firmware/nvidia/tegra210/xusb.bin", "x");
        string[] options = [.. board.Needs.Where(need => !Newer.Contains(need.Names[0], StringComparison.Ordinal))
            .Select(need => need.Names[0] switch
            {
                "ARCH_TEGRA_210_SOC" => "ARCH_TEGRA_21x_SOC",
                "SERIAL_8250_TEGRA" => "SERIAL_OF_PLATFORM",
                var name => name,
            })];
        Config(snap, "CONFIG_FW_LOADER=y\n",
            "CONFIG_FW_LOADER=y\n" + string.Concat(options.Select(name => $"CONFIG_{name}=y\n")));
        Assert.Equal(["JC7262"], Check(snap).Select(found => found[..6]));
        Assert.Empty(Check(Renamed(snap, "4.4.38-tegra")));
    }

    [Fact]
    public void What_the_kernel_says_itself_counts_more_than_the_file_beside_it()
    {
        DirectoryNode snap = Snap();
        string config = File.ReadAllText(SampleKernel.ConfigPath)
            .Replace("CONFIG_MEMCG=y\n", "", StringComparison.Ordinal);
        Append(snap, [.. "IKCFG_ST"u8, .. SampleKernel.Gzip(Encoding.UTF8.GetBytes(config)), .. "IKCFG_ED"u8]);
        string[] found = Check(snap);
        Assert.Equal(["JC7204", "JC7257"], found.Select(one => one[..6]));
        Assert.EndsWith("the one within the kernel has CONFIG_MEMCG otherwise", found[0], StringComparison.Ordinal);
        Assert.StartsWith("JC7257: k.snap (IKCONFIG): ", found[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_may_lack_what_is_made_of_them_later()
    {
        Assert.Empty(Check(_sample.Package));
        SampleKernel.Set(_sample.Package, $"boot/vmlinuz-{Release}", SampleKernel.Gzip(SampleKernel.Image()));
        Assert.Empty(Check(_sample.Package));
    }

    [Fact]
    public void Damaged_kernels_are_told_of_within_bounds()
    {
        DirectoryNode whole = Snap();
        Append(whole, [.. "IKCFG_ST"u8, .. SampleKernel.Gzip(File.ReadAllBytes(SampleKernel.ConfigPath))]);
        string[] victims = [.. whole.Walk().Where(file => file.Node is RegularFileNode).Select(file => file.Path)];
        DamageTrial.Run(Soak.Rounds(300, 20_000), round =>
        {
            var random = new SeededRandom((ulong)round);
            DirectoryNode snap = Copy(whole);
            string victim = victims[random.Next(victims.Length)];
            byte[] bytes = ((RegularFileNode)snap.Find(victim)!).Content.ReadAll(1 << 20);
            SampleKernel.Set(snap, victim, Mutations.Mutate(bytes, random));
            Check(snap);
        });
    }

    private DirectoryNode Snap()
    {
        DirectoryNode? snap = _sample.Build();
        Assert.Empty(_sample.Findings());
        return snap!;
    }

    private static string[] Check(DirectoryNode snap, KernelBoard? board = null)
    {
        var diagnostics = new DiagnosticBag();
        KernelChecker.CheckInput(new KernelInput("k.snap", snap), board, MemorySpool.Keep, diagnostics, default);
        return [.. diagnostics.Items.Select(item => $"{item.Rule.Code}: {item.Path}: {item.Message}")];
    }

    private static void RemoveInitrd(DirectoryNode snap)
    {
        snap.Remove("initrd.img");
        snap.Remove($"initrd-{Release}.img");
    }

    private static DirectoryNode Copy(DirectoryNode tree)
    {
        var copy = new DirectoryNode();
        foreach ((string path, FileNode node) in tree.Walk().Where(file => file.Node is not DirectoryNode))
            copy.SetPath(path, node);
        return copy;
    }

    /// <summary>The same kernel as one of another release, its modules left out.</summary>
    private static DirectoryNode Renamed(DirectoryNode snap, string release)
    {
        DirectoryNode renamed = Copy(snap);
        FileNode config = renamed.Find($"config-{Release}")!;
        renamed.Remove($"config-{Release}");
        renamed.Remove("modules");
        renamed.SetPath($"config-{release}", config);
        Replace(renamed, $"config-{release}", "6.1.0", "4.4.38");
        SampleKernel.SetText(renamed, $"modules/{release}/modules.order", "");
        Initrd(renamed, tree => { });
        return renamed;
    }

    private static FileNode OtherIndex()
    {
        var other = new SampleKernel();
        other.AddModule("kernel/extra.ko", new());
        return Folder(other.Build()!).Find("modules.dep.bin")!;
    }

    private static DirectoryNode Folder(DirectoryNode snap) => (DirectoryNode)snap.Find(ModulesFolder)!;

    private static void Module(DirectoryNode snap, string path, string property)
    {
        string vermagic = property.StartsWith("vermagic", StringComparison.Ordinal)
            ? property
            : $"vermagic={Release} SMP aarch64";
        SampleKernel.Set(snap, $"{ModulesFolder}/{path}", new SampleModule { Modinfo = [property, vermagic] }.ToBytes());
    }

    private static void List(DirectoryNode snap, string old, string changed) =>
        Replace(snap, $"{ModulesFolder}/modules.dep", old, changed);

    private static void Config(DirectoryNode snap, string old, string changed) =>
        Replace(snap, $"config-{Release}", old, changed);

    private static void Replace(DirectoryNode snap, string path, string old, string changed)
    {
        string text = Encoding.UTF8.GetString(((RegularFileNode)snap.Find(path)!).Content.ReadAll(1 << 20));
        Assert.Contains(old, text, StringComparison.Ordinal);
        SampleKernel.SetText(snap, path, text.Replace(old, changed, StringComparison.Ordinal));
    }

    private static void Image(DirectoryNode snap, Action<byte[]> change)
    {
        byte[] image = SampleKernel.Image();
        change(image);
        SampleKernel.Set(snap, "kernel.img", image);
    }

    private static void Append(DirectoryNode snap, byte[] bytes) =>
        SampleKernel.Set(snap, "kernel.img", [.. SampleKernel.Image(), .. bytes]);

    private static void AppendInitrd(DirectoryNode snap, byte[] archive)
    {
        byte[] initrd = ((RegularFileNode)snap.Find("initrd.img")!).Content.ReadAll(1 << 20);
        SampleKernel.Set(snap, "initrd.img", [.. initrd, .. new byte[(4 - (initrd.Length % 4)) % 4], .. archive]);
    }

    /// <summary>One archive instead of the three, of the same files but for a change.</summary>
    private static void Initrd(
        DirectoryNode snap, Action<DirectoryNode> change, CompressionFormat format = CompressionFormat.Gzip)
    {
        var tree = new DirectoryNode();
        SampleKernel.SetText(tree, "init", "#!/bin/sh\n");
        change(tree);
        using var initrd = new MemoryStream();
        using (Stream packed = Compressor.OpenWrite(initrd, format))
            CpioWriter.Write(tree, packed);
        SampleKernel.Set(snap, "initrd.img", initrd.ToArray());
    }

    /// <summary>As find -depth lists it: a file before its folder.</summary>
    private static byte[] Misordered() => Oracle.Run("sh", "-c",
        "d=$(mktemp -d); cd $d; mkdir -p t/late; echo x >t/late/file; "
        + "printf 't\\nt/late/file\\nt/late\\n' | cpio -o -H newc --quiet; rm -r $d").OutputBytes;

    private static byte[] Tree(string compatible) => Oracle.Run(new OracleCall("dtc")
    {
        Arguments = ["-q", "-I", "dts", "-O", "dtb"],
        Input = Encoding.ASCII.GetBytes($"/dts-v1/; / {{ compatible = \"{compatible}\", \"nvidia,tegra210\"; }};"),
    }).OutputBytes;
}
