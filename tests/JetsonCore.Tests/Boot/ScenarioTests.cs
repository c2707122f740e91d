// The lives of a board, played with the environment of our gadget and with ones that have a fault each.
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Boot;

public class ScenarioTests
{
    private const string Kernel = "kernel_x1.snap";

    private static readonly SortedDictionary<string, string> Good = ReadGood();

    [Fact]
    public void Our_environment_gets_through_all_of_them()
    {
        ImmutableArray<ScenarioResult> results = Play(Good);
        Assert.Equal(
            ["first-boot", "update", "update-base", "failed-update", "missing-kernel", "missing-environment",
                "damaged-environment", "save-refused", "power-cut", "power-cut-torn",
                "power-cut-before", "power-cut-after"],
            results.Select(result => result.Name));
        Assert.All(results, result => Assert.True(result.IsGood, $"{result.Name}: {Describe(result)}"));
        Assert.All(results, result => Assert.Empty(result.Findings));
        Assert.Equal($"/{Kernel}/kernel.img", results[0].Booted!.Kernel);
        Assert.Equal(["snap_mode=trying", "snap_mode="], results[3].Saves.Select(save =>
            string.Join(',', save.Select(variable => $"{variable.Key}={variable.Value}"))));
    }

    [Theory]
    [InlineData("JC7003", "snappy_try", "setenv snap_mode trying; saveenv; run snappy_pick_try")]
    [InlineData("JC7002", "snappy_revert", "run snappy_try")]
    [InlineData("JC7002", "snappy_start",
        "if run loadfiles; then run setargs; booti ${kernel_addr_r} ${ramdisk_addr_r}:${initrd_size} ${fdt_addr_r}; fi")]
    [InlineData("JC7001", "fdtfile", "other.dtb")]
    [InlineData("JC7001", "bootcmd", "echo nothing")]
    [InlineData("JC7001", "snappy_start", "run loadfiles; run setargs; bootz ${kernel_addr_r}")]
    [InlineData("JC7001", "fdt_addr_r", "0x80200000")]      // where the kernel is moved to
    [InlineData("JC7001", "kernel_addr_r", "0x40000000")]   // no RAM on the TX1
    [InlineData("JC7004", "ramdisk_addr_r", "0x87fff000")]  // into the device tree
    [InlineData("JC7006", "bootcmd", "while true; do sleep 1; done")]
    [InlineData("JC7007", "bootcmd", "run bootcmd")]
    [InlineData("JC7011", "snappy_boot", "run snappy_start")]
    [InlineData("JC7005", "bootcmd", "usb start; run snappy_boot")]
    public void A_faulty_environment_is_found(string code, string name, string value)
    {
        var environment = new SortedDictionary<string, string>(Good, StringComparer.Ordinal) { [name] = value };
        string[] codes = [.. Play(environment).SelectMany(result => result.Findings).Select(found => found.Rule.Code)];
        Assert.Contains(code, codes);
    }

    [Fact]
    public void A_file_system_that_U_Boot_does_not_write_is_found()
    {
        using BoardDisk disk = BoardDisk.OfTree(Files(Good), number: 1, unwritableFeature: "metadata_csum");
        ScenarioResult first = new ScenarioRunner(UBootBoard.Tx1, disk, Good).RunAll()[0];
        Assert.False(first.IsGood);
        Assert.Contains(first.Findings, found => found.Rule == BootRules.Unwritable);
    }

    [Theory]
    [InlineData("bootcmd", "echo stock", "does not start a kernel of this image")]
    [InlineData("snap_kernel", "jetson-tx1-kernel_77.snap", "does not start a kernel of this image")]
    [InlineData("snap_core", "core18_1279.snap", "does not boot on this image's base \"core18_x1.snap\"")]
    public void A_lost_environment_wants_one_in_U_Boot_that_names_the_snaps_of_the_image(string name, string value, string fault)
    {
        using BoardDisk disk = BoardDisk.OfTree(Files(Good));
        var builtIn = new Dictionary<string, string>(Good) { [name] = value };
        ScenarioResult[] results = [.. new ScenarioRunner(UBootBoard.Tx1, disk, builtIn).RunAll()];
        foreach (string scenario in new[] { "missing-environment", "damaged-environment", "power-cut", "power-cut-torn" })
        {
            ScenarioResult lost = Assert.Single(results, result => result.Name == scenario);
            Assert.False(lost.IsGood);
            Diagnostic finding = Assert.Single(lost.Findings, found => found.Rule == BootRules.BuiltIn);
            Assert.Equal(Severity.Warning, finding.Severity);
            Assert.Contains(fault, finding.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_environment_in_a_U_Boot_is_found()
    {
        byte[] program = new byte[5000];
        byte[] row = Encoding.ASCII.GetBytes("a=1\0bootcmd=run x\0x=echo y\0\0more=no\0");
        row.CopyTo(program, 1000);
        SortedDictionary<string, string>? found = BuiltInEnvironment.Find(program);
        Assert.Equal(["a=1", "bootcmd=run x", "x=echo y"], found!.Select(entry => $"{entry.Key}={entry.Value}"));
        Assert.Null(BuiltInEnvironment.Find(new byte[100]));
        byte[] same = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("bootcmd=a\0", 500_000)));
        Assert.Equal("a", BuiltInEnvironment.Find(same)!["bootcmd"]);
    }

    [Theory]
    [InlineData("setenv a 0123456789; while true; do setenv a $a$a; done")]
    [InlineData("v=0123456789; while true; do v=$v$v; done")]
    [InlineData("setenv d echo; while true; do setenv d \"$d $d\"; $d; done")]
    [InlineData("setenv n 0; while true; do mw.b ${n}0000000 1 1000000; setexpr n $n + 1; done")]
    [InlineData("while true; do crc32 0 10000000; done")]
    [InlineData("mw.b 1000 1 1000; while true; do cp.b 1000 5000 1000; cp.b 5000 1000 1000; crc32 1000 10; done")]
    [InlineData("while true; do saveenv; done")]
    public void A_script_that_grows_without_an_end_is_ended(string script)
    {
        using BoardDisk disk = BoardDisk.OfTree(Files(Good));
        ScenarioResult result = new ScenarioRunner(UBootBoard.Qemu, disk, Good).RunScript([script], Good);
        Assert.Contains(result.Findings, found => found.Rule == BootRules.EndlessScript);
    }

    private static ImmutableArray<ScenarioResult> Play(SortedDictionary<string, string> environment)
    {
        using BoardDisk disk = BoardDisk.OfTree(Files(environment));
        return new ScenarioRunner(UBootBoard.Tx1, disk, Good).RunAll();
    }

    private static string Describe(ScenarioResult result) =>
        string.Join('\n', [.. result.Findings.Select(found => found.Message), .. result.Console]);

    private static SortedDictionary<string, string> ReadGood()
    {
        SortedDictionary<string, string> environment =
            EnvironmentInput.Read(File.ReadAllBytes(Repository.PathOf("gadget", "uboot.env.in")));
        environment["snap_core"] = "core18_x1.snap";
        environment["snap_kernel"] = Kernel;
        return environment;
    }

    private static DirectoryNode Files(SortedDictionary<string, string> environment)
    {
        byte[] block = new byte[131072], kernel = new byte[8192], tree = new byte[64];
        UBootEnvironment.Encode(environment, block);
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(16), 0x200000);
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(24), 8);
        "ARM\x64"u8.CopyTo(kernel.AsSpan(56));
        BinaryPrimitives.WriteUInt32BigEndian(tree, 0xD00DFEED);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4), (uint)tree.Length);
        var root = new DirectoryNode();
        Add("uboot.env", block);
        Add($"{Kernel}/kernel.img", kernel);
        Add($"{Kernel}/initrd.img", new byte[2 << 20]);
        Add($"{Kernel}/dtbs/tegra210-p2371-2180.dtb", tree);
        return root;

        void Add(string path, byte[] content) =>
            root.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
    }
}
