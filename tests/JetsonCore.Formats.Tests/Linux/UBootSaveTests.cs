// U-Boot in QEMU finds its environment in our system-boot, reads files there, and saves the environment twice, by
// deleting the file and making it anew; then e2fsck and our reader look at what it left.
using System.Globalization;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Tests.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Linux;

public sealed class UBootSaveTests
{
    private const string UBootVariable = "JETSON_CORE_UBOOT_QEMU";
    private const long DiskBytes = 128 << 20, FirstLba = 2048, PartitionBytes = 100 << 20;
    private const int EnvironmentBytes = 0x20000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [UBootTheory]
    [InlineData(4096)]
    [InlineData(1024)]
    public void UBoot_reads_system_boot_and_saves_into_it(int blockSize)
    {
        using var folder = new TempFolder();
        string disk = folder.File("disk"), log = folder.File("log");
        byte[] kernel = new SeededRandom(21).Bytes(9_000_001), deep = new SeededRandom(22).Bytes(70_000);
        DirectoryNode root = Tree(kernel, deep);
        MakeDisk(disk, root, Ext4Samples.SystemBoot with { BlockSize = blockSize });

        OracleResult result = Oracle.Run(new OracleCall("qemu-system-aarch64")
        {
            Arguments =
            [
                "-M", "virt", "-cpu", "cortex-a57", "-smp", "1", "-m", "1024", "-display", "none", "-monitor", "none",
                "-nic", "none", "-bios", Environment.GetEnvironmentVariable(UBootVariable)!, "-serial", $"file:{log}",
                "-drive", $"if=none,id=card,format=raw,file={disk}",
                "-device", "sdhci-pci", "-device", "sd-card,drive=card",
            ],
            TimeLimit = Limit,
        });

        string said = File.ReadAllText(log).Replace("\r", "", StringComparison.Ordinal);
        Assert.True(result.ExitCode == 0, $"{result.Error}\n{said}");
        Assert.Contains($"==> {Crc32.Of(kernel):x8}", said, StringComparison.Ordinal);
        Assert.Contains($"==> {Crc32.Of(deep):x8}", said, StringComparison.Ordinal);
        Assert.Equal(2, said.Split("update journal finished\ndone\nOK\n").Length - 1);
        CheckLeft(disk, root);
    }

    private static DirectoryNode Tree(byte[] kernel, byte[] deep)
    {
        var root = new DirectoryNode();
        root.Set("kernel.img", Ext4Samples.File(kernel));
        for (int index = 0; index < 1000; index++)
            root.SetPath($"snap_x1.snap/dtbs/board-{index}.dtb", Ext4Samples.File([(byte)(index % 256)]));
        root.SetPath("snap_x1.snap/dtbs/deep.dtb", Ext4Samples.File(deep));
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootdelay"] = "0",
            ["bootcmd"] = "load mmc 0:1 0x50000000 /kernel.img; crc32 0x50000000 ${filesize}; "
                + "load mmc 0:1 0x50000000 /snap_x1.snap/dtbs/deep.dtb; crc32 0x50000000 ${filesize}; "
                + "setenv round 1; saveenv; setenv round 2; saveenv; poweroff",
        };
        var block = new byte[EnvironmentBytes];
        UBootEnvironment.Encode(environment, block);
        root.Set("uboot.env", Ext4Samples.File(block));
        return root;
    }

    private static void MakeDisk(string path, DirectoryNode root, Ext4Options options)
    {
        using FileStream disk = new(path, FileMode.Create, FileAccess.ReadWrite);
        disk.SetLength(DiskBytes);
        GptWriter.Write(disk, new GptTable
        {
            DiskGuid = new Guid("6f17bd05-7d4e-47c0-9d1b-6b4f0f9f0a01"),
            DiskSizeBytes = DiskBytes,
            Entries =
            [
                new()
                {
                    Number = 1,
                    Name = "system-boot",
                    TypeGuid = new Guid("0fc63daf-8483-4772-8e79-3d69d8477de4"),
                    PartitionGuid = new Guid("6f17bd05-7d4e-47c0-9d1b-6b4f0f9f0a02"),
                    FirstLba = FirstLba,
                    LastLba = FirstLba + PartitionBytes / 512 - 1,
                },
            ],
        });
        Ext4Writer.Write(Ext4Writer.Plan(root, options, PartitionBytes), disk, FirstLba * 512);
    }

    private static void CheckLeft(string disk, DirectoryNode before)
    {
        Ext4Samples.MustBeClean(string.Create(CultureInfo.InvariantCulture, $"{disk}?offset={FirstLba * 512}"));
        using FileStream stream = File.OpenRead(disk);
        using var partition = new StreamWindow(stream, FirstLba * 512, PartitionBytes);
        DirectoryNode after = Ext4Reader.Open(partition).ReadTree(ReadLimits.Default);
        byte[] saved = ((RegularFileNode)after.Find("uboot.env")!).Content.ReadAll(EnvironmentBytes);
        Assert.Equal("2", UBootEnvironment.Decode(saved)["round"]);
        before.Remove("uboot.env");
        after.Remove("uboot.env");
        Assert.Equal(Ext4Samples.Text(before), Ext4Samples.Text(after));
    }

    /// <summary>
    /// scripts/check builds U-Boot; without it the test is skipped at home, and fails where judges are required.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UBootTheoryAttribute : TheoryAttribute
    {
        public UBootTheoryAttribute()
        {
            if (Environment.GetEnvironmentVariable(UBootVariable) is null
                && Environment.GetEnvironmentVariable("REQUIRE_ORACLES") != "1")
                Skip = $"set {UBootVariable}, or run scripts/check, which does";
        }
    }
}
