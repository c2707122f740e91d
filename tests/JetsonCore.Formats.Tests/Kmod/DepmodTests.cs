// Our depmod against kmod's, file by file and byte by byte, on small modules made here. (That it holds for a whole
// kernel is tested where there is one: JetsonCore.Tests, Kernel.)
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Kmod;

public class DepmodTests
{
    private const string Release = "6.1.0-test";

    [Fact]
    public void Dependencies_follow_the_symbols()
    {
        DirectoryNode folder = SampleTree();
        ModuleSet set = ModuleSet.Read(folder);
        KernelModule top = set.Find("top-module")!;
        Assert.Equal("top_module", top.Name);
        Assert.Equal(["middle", "shared_bits", "lib_a"], set.DependenciesOf(top).Select(module => module.Name));
        Assert.Empty(set.DependenciesOf(set.Find("lib_a")!));
        Assert.Equal(["lib_a"], set.FindByAlias("crypto-lib").Select(module => module.Name));
        Assert.Null(set.Find("absent"));
        Assert.Equal(["kvm", "zswap"], set.BuiltIn);
    }

    [Fact]
    public void Kmod_writes_the_same_files_for_small_modules() => CompareWithKmod(SampleTree());

    [Fact]
    public void Kmod_writes_the_same_files_for_random_modules()
    {
        for (ulong seed = 0; seed < 20; seed++)
            CompareWithKmod(RandomTree(new SeededRandom(seed)));
    }

    [Fact]
    public void Modprobe_finds_its_way()
    {
        using var folder = new TempFolder();
        DirectoryNode tree = SampleTree();
        WriteTree(tree, folder);
        foreach ((string name, byte[] content) in Depmod.MakeFiles(ModuleSet.Read(tree)))
            folder.Write($"lib/modules/{Release}/{name}", content);
        string shown = Oracle.Run("modprobe", "-d", folder.Path, "-S", Release, "--show-depends", "pci:v0000-special")
            .MustSucceed();
        Assert.Equal(
            ["lib-a.ko", "shared-bits.ko", "middle.ko", "top-module.ko"],
            shown.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Path.GetFileName(line.TrimEnd())).Distinct());   // lib-a comes twice: also by softdep
    }

    [Fact]
    public void A_circle_is_refused()
    {
        var folder = new DirectoryNode();
        Add(folder, "a.ko", new SampleModule { Exports = ["fa"], Imports = ["fb"] });
        Add(folder, "b.ko", new SampleModule { Exports = ["fb"], Imports = ["fa"] });
        var refusal = Assert.Throws<MalformedDataException>(() => ModuleSet.Read(folder));
        Assert.Contains("a, b", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_modules_are_read_or_refused()
    {
        byte[] module = new SampleModule { Exports = ["one"], Imports = ["two"], Modinfo = ["license=GPL"] }.ToBytes();
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round => KernelModuleReader.Read(
            "a.ko", FileContent.Of(Mutations.Mutate(module, new SeededRandom((ulong)round)))));
    }

    private static void CompareWithKmod(DirectoryNode tree)
    {
        using var folder = new TempFolder();
        WriteTree(tree, folder);
        Oracle.Run("depmod", "-b", folder.Path, Release).MustSucceed();
        foreach ((string name, byte[] ours) in Depmod.MakeFiles(ModuleSet.Read(tree)))
        {
            byte[] theirs = File.ReadAllBytes(folder.File("lib", "modules", Release, name));
            if (name.EndsWith(".bin", StringComparison.Ordinal))
                Assert.True(ours.AsSpan().SequenceEqual(theirs), $"{name} differs");
            else
                Assert.Equal(NodeName.Decode(theirs), NodeName.Decode(ours));
        }
    }

    private static void WriteTree(DirectoryNode tree, TempFolder folder)
    {
        foreach ((string path, FileNode node) in tree.Walk())
        {
            if (node is RegularFileNode file)
                folder.Write($"lib/modules/{Release}/{path}", file.Content.ReadAll(int.MaxValue));
        }
    }

    private static DirectoryNode SampleTree()
    {
        var folder = new DirectoryNode();
        Add(folder, "kernel/lib/lib-a.ko", new SampleModule { Exports = ["a1", "a2"], Modinfo = ["alias=crypto-lib"] });
        Add(folder, "kernel/lib/shared-bits.ko", new SampleModule { Exports = ["b1"], Imports = ["a1"] });
        Add(folder, "kernel/fs/middle.ko", new SampleModule { Exports = ["m1"], Imports = ["b1", "printk"] });
        Add(folder, "kernel/drivers/top-module.ko", new SampleModule
        {
            Imports = ["a2", "m1"],
            Modinfo =
            [
                "license=GPL", "alias=pci:v0000-special*", "alias=of:N*T*C[a-z]", "alias=broken[",
                "softdep=pre: crypto-lib",
            ],
        });
        Add(folder, "kernel/drivers/fuse.ko",
            new SampleModule { Modinfo = ["alias=devname:fuse", "alias=char-major-10-229"] });
        Add(folder, "kernel/drivers/no-crc.ko",
            new SampleModule { Exports = ["plain1", "plain2"], WithChecksums = false });
        Text(folder, "modules.order", "kernel/drivers/top-module.ko\nkernel/drivers/fuse.ko\nkernel/drivers/no-crc.ko\n"
            + "kernel/fs/middle.ko\nkernel/lib/shared-bits.ko\nkernel/lib/lib-a.ko\nkernel/gone.ko\n");
        Text(folder, "modules.builtin", "kernel/arch/arm64/kvm/kvm.ko\nkernel/mm/zswap.ko\n");
        Text(folder, "modules.builtin.modinfo",
            "kvm.license=GPL\0kvm.alias=kvm-alias\0zswap.alias=zs\0zswap.alias=zs\0");
        return folder;
    }

    private static DirectoryNode RandomTree(SeededRandom random)
    {
        var folder = new DirectoryNode();
        int count = 1 + random.Next(40);
        var order = new List<string>();
        for (int index = 0; index < count; index++)
        {
            int importCount = index == 0 ? 0 : random.Next(5);
            var module = new SampleModule
            {
                Exports = [.. Make(random.Next(4), symbol => $"sym_{index}_{symbol}")],
                Imports = [.. Make(importCount, _ => $"sym_{random.Next(index)}_{random.Next(4)}").Distinct()],
                Modinfo = [.. Make(random.Next(3), alias => $"alias=bus-{random.Next(5)}:v{alias}*")],
            };
            string path = $"kernel/d{random.Next(4)}/mod-{index}.ko";
            order.Insert(random.Next(order.Count + 1), path);
            Add(folder, path, module);
        }
        Text(folder, "modules.order", string.Concat(order.Select(path => path + "\n")));
        Text(folder, "modules.builtin", "");
        Text(folder, "modules.builtin.modinfo", "");
        return folder;
    }

    private static IEnumerable<string> Make(int count, Func<int, string> make) =>
        Enumerable.Range(0, count).Select(make);

    private static void Add(DirectoryNode folder, string path, SampleModule module) =>
        folder.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(module.ToBytes())));

    private static void Text(DirectoryNode folder, string path, string text) =>
        folder.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(Encoding.UTF8.GetBytes(text))));
}
