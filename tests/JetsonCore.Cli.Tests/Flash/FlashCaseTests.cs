// Each fact about NVIDIA's trees that a check relies on has a tree that breaks it: one edit of a good one, as a person, a
// patch or another release would make it.
using System.Reflection;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
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
    [InlineData("JC6004", "flash.sh", "#!/bin/bash", "#!/bin/bash", "a tree")]
    [InlineData("JC6005", "nv_tegra/fake_release", "R28", "R24", "tree", SampleRelease.R24)]
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
    [InlineData("JC6028", SampleL4t.LayoutPath, "        <partition name=\"GPT\"",
        "        <partition name=\"Q\" id=\"77\" type=\"data\"><size> 4096 </size></partition>\n        <partition name=\"GPT\"")]
    [InlineData("JC6029", SampleL4t.LayoutPath, "            <filename> NCTFILE </filename>",
        "            <percent_reserved> 0 </percent_reserved><filename> NCTFILE </filename>")]
    [InlineData("JC6030", SampleL4t.LayoutPath, "        <partition name=\"APP\"",
        "        <partition name=\"Q\" id=\"77\" type=\"data\"><size> 4096 </size></partition>\n        <partition name=\"APP\"")]
    [InlineData("JC6042", SampleL4t.LayoutPath, "<size> 67108864", "<size> 4096")]
    [InlineData("JC6043", SampleL4t.LayoutPath, "<size> 20971520", "<size> 16000000000")]
    [InlineData("JC6044", Board, "\n", "\n")]
    [InlineData("JC6045", Board, "\n", "\n")]
    [InlineData("JC6046", Board, "\n", "\n")]
    [InlineData("JC6047", SampleL4t.LayoutPath, "name=\"TXC\"", "name=\"TXQ\"")]
    [InlineData("JC6048", Board, "\n", "\n")]
    [InlineData("JC6049", SampleL4t.LayoutPath, "name=\"TXC\"", "name=\"SWAP\"")]
    [InlineData("JC6063", SampleL4t.LayoutPath, "<filename> LNXFILE </filename>", "")]
    [InlineData("JC6063", SampleL4t.LayoutPath, "LNXFILE", "u-boot.bin")]
    [InlineData("JC6070", Board, "\n", "\n")]
    [InlineData("JC6073", Board, "14GiB", "268435456")]
    public void An_edit_is_found_with_a_bundle(
        string code, string file, string from, string to, string folder = "tree",
        SampleRelease release = SampleRelease.R28)
    {
        string tree = _temp.File(folder);
        SampleL4t.Write(tree, release);
        if (to.Contains("SWAP", StringComparison.Ordinal))
        {
            Edit(tree, file, "name=\"LNX\"", to);
            Edit(tree, file, from, "name=\"LNX\"");
            Edit(tree, file, to, "name=\"TBC\"");
        }
        else if (release == SampleRelease.R28)
        {
            Edit(tree, file, from, to);
        }
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
    [InlineData("JC6011", "BCT=\"--bct \";", "if grep -q x /etc/y; then ROOTFSSIZE=1GiB; fi")]
    [InlineData("JC6011", "BCT=\"--bct \";", "for size in 1GiB; do ROOTFSSIZE=$size; done")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=\"14 GiB\"")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=0x1000")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=1.5GiB")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=256M;")]
    [InlineData("JC6012", "BCT=\"--bct \";", "ROOTFSSIZE=256mib;")]
    [InlineData("JC6026", "\n", "\n")]
    [InlineData("JC6041", "BCT=\"--bct \";", "ROOTFSSIZE=5242880;")]
    [InlineData("JC6062", "\n", "\n")]
    [InlineData("JC6063", "\n", "\n")]
    [InlineData("JC6063", "p2371-2180/u-boot.bin", "p2371-2180/another.bin")]
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
    [InlineData("JC6060", "kernel/dtb/tegra210-jetson-tx1-p2597-2180-a01-devkit.dtb")]
    [InlineData("JC6060", "bootloader/t210ref/cboot.bin")]
    [InlineData("JC6060", "bootloader/tegraflash.py")]
    [InlineData("JC6060", "bootloader/t210ref/p2371-2180-devkit/extlinux.conf.emmc")]
    [InlineData("JC6061", "bootloader/tos.img")]
    [InlineData("JC6061", "bootloader/bpmp.bin")]
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
    [InlineData("JC6150", "Error: Invalid target board - jetson-tx1.")]
    [InlineData("JC6151", "Error: missing kernel_image (/home/l4t/kernel/Image).")]
    [InlineData("JC6152", "Invalid size")]
    [InlineData("JC6152", "Error: Invalid size(268439552) for APP")]
    [InlineData("JC6153", "partition id missing.")]
    [InlineData("JC6153", "creating gpt(ppt.img) failed.")]
    [InlineData("JC6154", "file does not exist.")]
    [InlineData("JC6155", "Could not determine entry point of bootloader binary")]
    [InlineData("JC6156", "USB communication failed.Check if device is in recovery")]
    [InlineData("JC6156", "Error: Return value 8")]
    [InlineData("JC6157", "*** Update 18:UDA is not supported. ***")]
    [InlineData("JC6157", "*** Update [UDA] is not supported. ***")]
    [InlineData("JC6158", "flash.sh requires root privilege")]
    [InlineData("JC6159", "Error: Invalid rootfssize: 256M")]
    [InlineData("JC6160", "filename too long")]
    [InlineData("JC6161", "Error: invalid partition id (DTB)")]
    [InlineData("JC6162", "Filesize is bigger than partition size")]
    [InlineData("JC6162", "partition size not sufficient for storing unsparsed data")]
    [InlineData("JC6163", "ERROR xmllint not found!")]
    [InlineData("JC6164", "/usr/bin/env: 'python': No such file or directory")]
    [InlineData("JC6164", "AttributeError: 'ElementTree' object has no attribute 'getiterator'")]
    [InlineData("JC6165", "Error: probing the target board failed.")]
    [InlineData("JC6166", "Bad chunk type in sparse image")]
    [InlineData("JC6166", "Invalid sparse file format at skip block")]
    [InlineData("JC6167", "Error: Not supported")]
    public void Messages_of_flash_script_are_explained(string code, string message) =>
        Assert.StartsWith($"{code}: ", CliRun.Succeed("explain", message), StringComparison.Ordinal);

    [Theory]
    [InlineData("JC6006", "--build", SampleRelease.R24)]
    [InlineData("JC6064", "--build", SampleRelease.R28)]
    [InlineData("JC6064", "--build", SampleRelease.R32)]
    public void A_u_boot_that_may_not_start_is_found_before_and_after_applying(
        string code, string option, SampleRelease release)
    {
        string tree = Tree(release);
        string build = release == SampleRelease.R24 ? device.BuildForR24 : device.BuildOfOtherAddress;
        Assert.Contains($"[{code}]", CliRun.Of("flash", "check", tree, option, build).Output, StringComparison.Ordinal);
        int exitCode = CliRun.Of("flash", "apply", tree, option, build).ExitCode;
        Assert.Equal(release == SampleRelease.R24 ? 0 : 1, exitCode);
    }

    [Theory]
    [InlineData("JC6003", "jetson-tx2")]
    [InlineData("JC6091", "jetson-tx2")]
    [InlineData("JC6091", "jetson-nano-qspi-sd")]
    public void A_bundle_for_another_board_stays_out_of_a_tree(string code, string board)
    {
        string tree = _temp.File("tree");
        SampleL4tBoards.Write(tree, board);
        foreach (string verb in (string[])["check", "plan", "apply"])
        {
            CliRun run = CliRun.Of("flash", verb, tree, "--build", device.Build);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"error[{code}]", run.Output + run.Error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(Path.Combine(tree, "bootloader/ubuntu-core")));
    }

    /// <summary>A value that only flash.sh's own functions give is said, but forbids nothing.</summary>
    [Theory]
    [InlineData("JC6013", "DTB_FILE=other.dtb")]
    [InlineData("JC6013", "if [ \"${bdv}\" \\< \"300\" ]; then ROOTFSSIZE=1GiB; fi")]
    public void What_a_function_of_the_board_file_may_set_is_said(string code, string body)
    {
        string tree = Tree(SampleRelease.R28);
        Edit(tree, Board, "BCT=\"--bct \";", $"process_board_version()\n{{\n\t{body}\n}}");
        CliRun run = CliRun.Of("flash", "check", tree, "--build", device.Build);
        Assert.Contains($"info[{code}]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JC6040", "system.img", 8192)]
    [InlineData("JC6042", "system-data.ext4", 16L << 30)]
    [InlineData("JC6042", "tos.img", 8L << 20)]
    [InlineData("JC6072", "ubuntu-core/busy", 0)]
    public void A_file_of_another_size_is_found(string code, string file, long length)
    {
        string tree = Tree(SampleRelease.R28);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        using (FileStream stream = File.OpenWrite(Path.Combine(tree, "bootloader", file)))
            stream.SetLength(length);
        CliRun run = CliRun.Of("flash", "check", tree);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error[{code}]", run.Output, StringComparison.Ordinal);
    }

    /// <summary>No rule without a case: the tests of this folder that have one name its code first.</summary>
    [Fact]
    public void Every_rule_about_flashing_has_a_case()
    {
        HashSet<string> cases =
        [
            .. typeof(FlashCaseTests).Assembly.GetTypes().Where(type => type.Namespace == typeof(FlashCaseTests).Namespace)
                .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributesData())
                .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
                .Select(attribute => ((IReadOnlyList<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0])
                .Select(first => first.Value as string ?? "").Where(code => code.StartsWith("JC6", StringComparison.Ordinal)),
        ];
        string[] rules =
        [
            .. ((Type[])[typeof(FlashRules), typeof(FlashMessages)])
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(field => field.GetValue(null)).OfType<Rule>().Select(rule => rule.Code),
        ];
        Assert.InRange(rules.Length, 50, 200);
        Assert.Empty(rules.Except(cases));
        Assert.Empty(cases.Except(rules));
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
