// Each fact about NVIDIA's trees that a check relies on has a tree that breaks it: one edit of a good one, as a person, a
// patch or another release would make it.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashCaseTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private const string Board = "p2371-2180-devkit.conf", Tos = "<filename> TOSFILE </filename>";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("JC6001", Board, "DFLT_KERNEL_IMAGE", "NO_KERNEL_IMAGE")]
    [InlineData("JC6010", Board, "BCT=\"--bct \";", "source \"${LDK_DIR}/nothing.conf.common\"")]
    [InlineData("JC6010", Board, "BCT=\"--bct \";", "if [ x")]
    [InlineData("JC6020", SampleL4t.LayoutPath, "</device>", "")]
    [InlineData("JC6020", SampleL4t.LayoutPath, "<!-- Tegra", "<!DOCTYPE a [<!ENTITY b \"c\">]><!-- Tegra")]
    [InlineData("JC6021", SampleL4t.LayoutPath, "name=\"APP\"", "name=\"APQ\"")]
    [InlineData("JC6021", SampleL4t.LayoutPath, "name=\"LNX\"", "name=\"LNQ\"")]
    [InlineData("JC6022", SampleL4t.LayoutPath, "name=\"USP\"", "name=\"SOS\"")]
    [InlineData("JC6023", SampleL4t.LayoutPath, "name=\"UDA\" id=\"23\"", "name=\"UDA\"")]
    [InlineData("JC6024", SampleL4t.LayoutPath, Tos, Tos + "\n<filename> tos.img </filename>")]
    [InlineData("JC6025", SampleL4t.LayoutPath, Tos,
        "<filename> aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg </filename>")]
    [InlineData("JC6025", SampleL4t.LayoutPath, Tos, "<filename> my-TXC.img </filename>")]
    [InlineData("JC6025", SampleL4t.LayoutPath, Tos, "<filename> folder/tos.img </filename>")]
    [InlineData("JC6027", SampleL4t.LayoutPath, "<size> EFISIZE", "<size> OTHERSIZE")]
    [InlineData("JC6028", SampleL4t.LayoutPath, "0x808", "0x8")]
    [InlineData("JC6029", SampleL4t.LayoutPath, "            <filename> NCTFILE </filename>",
        "            <percent_reserved> 0 </percent_reserved><filename> NCTFILE </filename>")]
    [InlineData("JC6030", SampleL4t.LayoutPath, "        <partition name=\"APP\"",
        "        <partition name=\"Q\" id=\"77\" type=\"data\"><size> 4096 </size></partition>\n        <partition name=\"APP\"")]
    [InlineData("JC6042", SampleL4t.LayoutPath, "<size> 67108864", "<size> 4096")]
    [InlineData("JC6043", SampleL4t.LayoutPath, "<size> 20971520", "<size> 16000000000")]
    [InlineData("JC6044", Board, "\n", "\n")]
    [InlineData("JC6045", Board, "\n", "\n")]
    [InlineData("JC6046", Board, "\n", "\n")]
    [InlineData("JC6048", Board, "\n", "\n")]
    [InlineData("JC6070", Board, "\n", "\n")]
    [InlineData("JC6073", Board, "14GiB", "268435456")]
    public void An_edit_is_found_with_a_bundle(string code, string file, string from, string to)
    {
        string tree = Tree(SampleRelease.R28);
        Edit(tree, file, from, to);
        CliRun run = CliRun.Of("flash", "check", tree, "--build", device.Build);
        Assert.Contains($"[{code}]", run.Output, StringComparison.Ordinal);
        Assert.InRange(run.ExitCode, 0, 1);
        bool isError = run.Output.Contains($"error[{code}]", StringComparison.Ordinal);
        Assert.True(!isError || run.ExitCode == 1);
    }

    [Theory]
    [InlineData("JC6011", "BCT=\"--bct \";", "ROOTFSSIZE=$(echo 1)")]
    [InlineData("JC6011", "BCT=\"--bct \";", "ROOTFSSIZE=`echo 1`")]
    [InlineData("JC6011", "target_board=\"t210ref\";", "")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=256M;")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=256mib;")]
    [InlineData("JC6026", "\n", "\n")]
    [InlineData("JC6041", "BCT=\"--bct \";", "ROOTFSSIZE=5242880;")]
    [InlineData("JC6062", "\n", "\n")]
    public void An_edit_is_found_without_a_bundle(string code, string from, string to)
    {
        string tree = Tree(SampleRelease.R28);
        Edit(tree, Board, from, to);
        CliRun run = CliRun.Of("flash", "check", tree);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error[{code}]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JC6000", "flash.sh")]
    [InlineData("JC6002", "jetson-tx1.conf")]
    [InlineData("JC6002", Board)]
    [InlineData("JC6060", "kernel/Image")]
    [InlineData("JC6060", "bootloader/mkgpt")]
    [InlineData("JC6060", "bootloader/mkbootimg")]
    [InlineData("JC6060", "bootloader/t210ref/BCT/P2180_A00_LP4_DSC_204Mhz.cfg")]
    [InlineData("JC6060", SampleL4t.LayoutPath)]
    [InlineData("JC6061", "bootloader/eks.img")]
    public void A_missing_file_is_found(string code, string file)
    {
        string tree = Tree(SampleRelease.R28);
        File.Delete(Path.Combine(tree, file));
        Assert.Contains($"[{code}]", CliRun.Of("flash", "check", tree, "--build", device.Build).Output
            + CliRun.Of("flash", "check", tree).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JC6065", "bootloader/system-data.ext4")]
    [InlineData("JC6065", "bootloader/ubuntu-core/u-boot.bin")]
    [InlineData("JC6071", "jetson-tx1-ubuntu-core.conf")]
    [InlineData("JC6071", "bootloader/t210ref/cfg/ubuntu-core.xml")]
    public void A_file_of_ours_that_was_changed_is_found_and_put_right(string code, string file)
    {
        string tree = Tree(SampleRelease.R28);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        File.AppendAllText(Path.Combine(tree, file), "\n");
        Assert.Contains($"error[{code}]", CliRun.Of("flash", "check", tree, "--build", device.Build).Output,
            StringComparison.Ordinal);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        Assert.Equal(0, CliRun.Of("flash", "check", tree, "--build", device.Build).ExitCode);
    }

    [Fact]
    public void R32_says_what_is_not_in_its_table()
    {
        string output = CliRun.Succeed("flash", "check", Tree(SampleRelease.R32), "--build", device.Build);
        Assert.Contains("no \"TBC\", which gadget.yaml has with 2097152 bytes: in this release it lies in a boot area",
            output, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_ends_of_windows_stay_as_they_are()
    {
        string tree = Tree(SampleRelease.R28), path = Path.Combine(tree, SampleL4t.LayoutPath);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\n", "\r\n", StringComparison.Ordinal));
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        string own = File.ReadAllText(Path.Combine(tree, "bootloader/t210ref/cfg/ubuntu-core.xml"));
        Assert.Equal(File.ReadAllText(path).Length + "            <filename> system-data.ext4 </filename>\r\n".Length,
            own.Length);
    }

    [Theory]
    [InlineData("Invalid size", "JC6152")]
    [InlineData("Error: Invalid size(268439552) for APP", "JC6152")]
    [InlineData("Error: Invalid target board - jetson-tx1.", "JC6150")]
    [InlineData("*** Update 18:UDA is not supported. ***", "JC6157")]
    [InlineData("Error: Return value 8", "JC6156")]
    [InlineData("file does not exist.", "JC6154")]
    [InlineData("partition id missing.", "JC6153")]
    [InlineData("Could not determine entry point of bootloader binary", "JC6155")]
    [InlineData("Error: missing kernel_image (/home/l4t/kernel/Image).", "JC6151")]
    public void Messages_of_flash_script_are_explained(string message, string code) =>
        Assert.StartsWith($"{code}: ", CliRun.Succeed("explain", message), StringComparison.Ordinal);

    /// <summary>Boards that are recognised: a short board file, what it sources, and a later assignment that counts.</summary>
    [Fact]
    public void A_tree_of_another_board_is_read_and_refused()
    {
        string tree = Tree(SampleRelease.R32);
        File.Delete(Path.Combine(tree, "jetson-tx1.conf"));
        File.WriteAllText(Path.Combine(tree, "jetson-tx2.conf"), "source \"${LDK_DIR}/p2771-0000.conf.common\";\n");
        File.WriteAllText(Path.Combine(tree, "p2771-0000.conf.common"), """
            EMMC_CFG=nothing.xml;
            ROOTFSSIZE=28GiB;
            target_board="t210ref";
            EMMC_BCT=x.cfg;
            DTB_FILE=x.dtb;
            rootfs_ab=0;
            if [[ "${ROOTFS_AB}" == 1 && "${ROOTFS_ENC}" == "" ]]; then
            	rootfs_ab=1;
            elif [[ "${ROOTFS_AB}" == "" && "${ROOTFS_ENC}" == "" ]]; then
            	EMMC_CFG=gnu_linux_tegraboot_emmc_full.xml;
            fi;

            """);
        CliRun run = CliRun.Of("flash", "check", tree);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC6003]: cannot flash Ubuntu Core to the Jetson TX2: not supported: ", run.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("JC6060", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("JC6011", run.Output, StringComparison.Ordinal);
    }

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File(Guid.NewGuid().ToString("N"));
        SampleL4t.Write(tree, release);
        return tree;
    }

    private static void Edit(string tree, string file, string from, string to)
    {
        string path = Path.Combine(tree, file), text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, $"{text[..at]}{to}{text[(at + from.Length)..]}");
    }
}
