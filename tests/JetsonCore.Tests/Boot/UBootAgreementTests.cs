// U-Boot's configuration against gadget and environment: one that agrees, and for each rule one line that does not. A
// U-Boot that carries its configuration is put together here as cmd/config.c lays it out; a real one is for the
// tests of the command line.
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Boot;

public class UBootAgreementTests
{
    private static readonly string Good = string.Concat(
        File.ReadAllText(Repository.PathOf("gadget", "u-boot", "common.config")),
        "CONFIG_CMD_RUN=y\nCONFIG_CMD_ECHO=y\nCONFIG_EXT4_WRITE=y\n");

    private static readonly SortedDictionary<string, string> Variables =
        EnvironmentInput.Read(File.ReadAllBytes(Repository.PathOf("gadget", "uboot.env.in")));

    [Fact]
    public void Ours_agree() => Assert.Empty(Check(Good, Around()));

    [Theory]
    [InlineData("JC7023", "CONFIG_ENV_IS_IN_EXT4=y", "CONFIG_ENV_IS_IN_MMC=y", "CONFIG_ENV_IS_IN_MMC")]
    [InlineData("JC7024", "\"0:1\"", "\"0:2\"", "partition 2")]
    [InlineData("JC7025", "INTERFACE=\"mmc\"", "INTERFACE=\"usb\"", "devtype=mmc")]
    [InlineData("JC7025", "\"0:1\"", "\"1:1\"", "devnum=0")]
    [InlineData("JC7026", "\"/uboot.env\"", "\"uboot.env\"", "\"uboot.env\"")]
    [InlineData("JC7027", "ENV_SIZE=0x20000", "ENV_SIZE=0x4000", "16384")]
    [InlineData("JC7028", "CONFIG_SYS_REDUNDAND_ENVIRONMENT=y", "", "flag byte")]
    [InlineData("JC7029", "CONFIG_CMD_SAVEENV=y", "", "saveenv")]
    [InlineData("JC7029", "CONFIG_EXT4_WRITE=y", "", "EXT4_WRITE")]
    [InlineData("JC7032", "CONFIG_CMD_BOOTI=y", "", "booti")]
    [InlineData("JC7032", "CONFIG_CMD_FS_GENERIC=y", "", "load")]
    public void A_setting_that_disagrees_is_named(string code, string there, string instead, string word)
    {
        Assert.Contains(there, Good, StringComparison.Ordinal);
        Diagnostic found = Assert.Single(
            Check(Good.Replace(there, instead, StringComparison.Ordinal), Around()), one => one.Rule.Code == code);
        Assert.Contains(word, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_gadget_says_otherwise_is_named()
    {
        Assert.Equal(["JC7024"], Codes(Good, Around() with { PartitionNumber = 3 }));
        Assert.Equal(["JC7023"], Codes(Good, Around() with { FileSystem = "vfat" }));
        Assert.Equal(["JC7033"], Codes(Good, Around() with { Labels = ["system-boot", "data"] }));
        Assert.Equal(["JC7027"], Codes(Good, Around() with { Environment = Block(0x4000) }));
        Assert.Equal(["JC7028"], Codes(Good, Around() with
        {
            Environment = Block(0x20000, UBootEnvironmentLayout.Single),
        }));
    }

    [Fact]
    public void A_program_tells_of_itself()
    {
        string row = string.Concat(Variables.Select(variable => $"{variable.Key}={variable.Value}\0"));
        byte[] whole = Program(row, Gzip(Good)), silent = Program(row, []);
        Assert.Empty(Check(whole, Around()));
        Assert.Equal(["JC7031"], Check(silent, Around()).Select(found => found.Rule.Code));
        Assert.Equal(["JC7023", "JC7031"],
            Check(Program(row, [], file: "/other"), Around()).Select(found => found.Rule.Code).Order(StringComparer.Ordinal));
        Diagnostic other = Assert.Single(
            Check(Program(row.Replace("bootdelay=1", "bootdelay=9", StringComparison.Ordinal), Gzip(Good)), Around()));
        Assert.Equal("JC7030", other.Rule.Code);
        Assert.Contains("bootdelay", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_U_Boot_is_not_taken_for_one()
    {
        Assert.Null(UBootSettings.Read("#!/bin/sh\n"u8));
        Assert.Null(UBootSettings.Read(new byte[4096]));
        Assert.Null(UBootSettings.Read([0x1F, 0x8B, 8, 0, .. "U-Boot is not here"u8]));
    }

    [Fact]
    public void Where_RAM_is_the_device_tree_says()
    {
        using var folder = new TempFolder();
        Assert.Null(Board("/ { compatible = \"x\"; };"));
        UBootBoard board = Board("""
            / { #address-cells = <2>; #size-cells = <2>; memory@80000000 { device_type = "memory";
                reg = <0 0x80000000 0 0x3da00000>; }; };
            """)!;
        Assert.Equal((0x8000_0000UL, 0xBDA0_0000UL), (board.RamStart, board.RamEnd));
        Assert.Null(Board("/ { #address-cells = <1>; #size-cells = <1>; memory { reg = <0 0>; }; };"));
        Assert.Equal(0x1_0000_0000UL, Board(
            "/ { #address-cells = <2>; #size-cells = <2>; memory@80000000 { reg = <0 0x80000000 1 0>; }; };")!.RamEnd);

        UBootBoard? Board(string source)
        {
            string text = folder.Write("tree.dts", $"/dts-v1/;\n{source}\n"), tree = folder.File("tree.dtb");
            Oracle.Run("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tree, text).MustSucceed();
            return BoardMemory.OfDeviceTree(FileContent.Of(File.ReadAllBytes(tree)));
        }
    }

    private static byte[] Program(string row, byte[] configuration, string file = "/uboot.env") =>
    [
        0, 0, .. "U-Boot 2023.01 (Jun 22 2026)\0"u8, .. Encoding.ASCII.GetBytes(row), 0, .. Encoding.ASCII.GetBytes(file), 0,
        .. "booti\0load\0run\0echo\0saveenv\0"u8, 0x1F, 0x8B, 8, 0xFF, .. configuration, 0, 0,
    ];

    private static byte[] Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.ASCII.GetBytes(text));
        return target.ToArray();
    }

    private static UBootSurroundings Around() => new()
    {
        PartitionNumber = 1,
        FileSystem = "ext4",
        Environment = Block(0x20000),
        Labels = ["system-boot", "writable"],
    };

    private static ImmutableArray<byte> Block(
        int length, UBootEnvironmentLayout layout = UBootEnvironmentLayout.Redundant)
    {
        byte[] block = new byte[length];
        UBootEnvironment.Encode(Variables, block, layout);
        return [.. block];
    }

    private static string[] Codes(string configuration, UBootSurroundings around) =>
        [.. Check(configuration, around).Select(found => found.Rule.Code)];

    private static IReadOnlyList<Diagnostic> Check(string configuration, UBootSurroundings around) =>
        Check(Encoding.ASCII.GetBytes(configuration), around);

    private static IReadOnlyList<Diagnostic> Check(byte[] uboot, UBootSurroundings around)
    {
        var diagnostics = new DiagnosticBag();
        UBootAgreement.Check(UBootSettings.Read(uboot)!, around, diagnostics);
        return diagnostics.Items;
    }
}
