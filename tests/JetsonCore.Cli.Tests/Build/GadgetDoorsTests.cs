// One procedure for a gadget: whoever is asked about it, `check` with its folder or its snap, `snap pack` or `build`,
// says the same; `layout` draws where things lie, whatever is in them.
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class GadgetDoorsTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void An_image_that_is_not_there()
    {
        File.Delete(_device.File("gadget", "u-boot.bin"));
        EveryDoorSays("error[JC1511]: cannot fill structure \"LNX\": there is no \"u-boot.bin\" in the gadget");
        Assert.NotEqual(0, Oracle.Run("snap", "pack", _device.File("gadget"), _device.File("theirs")).ExitCode);
    }

    [Fact]
    public void A_source_that_is_not_there()
    {
        _device.Write("gadget/meta/gadget.yaml", TinyDevice.GadgetYaml.Replace(
            "size: 16777216", "size: 16777216\n        content: [{source: splash, target: splash}]",
            StringComparison.Ordinal));
        EveryDoorSays(
            "error[JC1521]: cannot fill structure \"system-boot\": there is no \"splash\" in the gadget");
        Assert.NotEqual(0, Oracle.Run("snap", "pack", _device.File("gadget"), _device.File("theirs")).ExitCode);
    }

    [Fact]
    public void A_warning_is_told_once_though_the_gadget_is_packed_and_built()
    {
        _device.Write("gadget/meta/gadget.yaml", TinyDevice.GadgetYaml.Replace(
            "schema: gpt", "schema: gpt\n    colour: red", StringComparison.Ordinal));
        OracleResult run = _device.Build("out");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, run.Error.Split("a volume has no key \"colour\"").Length);
    }

    [Fact]
    public void No_gadget_yaml_is_for_classic_models_only()
    {
        File.Delete(_device.File("gadget", "meta", "gadget.yaml"));
        _device.Program.Run("check", "gadget").MustSucceed();
        _device.Program.Run("snap", "pack", "gadget", "ours").MustSucceed();
        Oracle.Run("snap", "pack", _device.File("gadget"), _device.File("theirs")).MustSucceed();
        Refused(_device.Program.Run("check", "--as", "uc18", "gadget"), "error[JC1006]");
        Refused(_device.Build("out"), "error[JC1006]");
    }

    [Theory]
    [InlineData("../elsewhere.bin", "leads out of the gadget")]
    [InlineData("meta/../../elsewhere.bin", "leads out of the gadget")]
    [InlineData("/etc/hostname", "leads out of the gadget")]
    [InlineData("no-such-file", "leads nowhere")]
    [InlineData("u-boot.bin", "leads nowhere")]
    public void A_link_without_a_file_in_the_gadget(string target, string fault)
    {
        _device.Write("elsewhere.bin", "from outside");
        LinkImage(target);
        EveryDoorSays($"cannot fill structure \"LNX\": the link \"u-boot.bin\" to \"{target}\" {fault}");
    }

    [Theory]
    [InlineData("images/u-boot")]
    [InlineData("meta/../images/u-boot")]
    [InlineData("also/u-boot")]
    public void A_link_to_a_file_in_the_gadget(string target)
    {
        _device.Write("gadget/images/u-boot", "u-boot, really");
        File.CreateSymbolicLink(_device.File("gadget", "also"), "meta/../images");
        LinkImage(target);
        _device.Program.Run("check", "--as", "uc18", "gadget").MustSucceed();
        _device.Program.Run("check", "--as", "uc18", Packed()).MustSucceed();
        _device.Program.Run("snap", "pack", "gadget", "ours").MustSucceed();
        _device.Build("out").MustSucceed();
    }

    private void LinkImage(string target)
    {
        File.Delete(_device.File("gadget", "u-boot.bin"));
        File.CreateSymbolicLink(_device.File("gadget", "u-boot.bin"), target);
    }

    private void EveryDoorSays(string finding)
    {
        string packed = Packed();
        Refused(_device.Program.Run("check", "gadget"), finding);
        Refused(_device.Program.Run("check", packed), finding);
        Refused(_device.Program.Run("snap", "pack", "gadget", "ours"), finding);
        Refused(_device.Build("out"), finding);
        Refused(_device.Program.Run("build", "--model-headers", "model.json", "--sign-key", "tester",
            "--gadget", packed, "--kernel", "kernel", "--snap", "core18", "--snap", "snapd", "--allow-unvouched",
            "-O", "out"), finding);
        Assert.False(Directory.Exists(_device.File("ours")), "a snap is left behind");
        Assert.Contains("LNX", _device.Program.Run("layout", "gadget").MustSucceed(), StringComparison.Ordinal);
    }

    /// <summary>The gadget as a snap, whatever is wrong with it.</summary>
    private string Packed()
    {
        string path = _device.File("packed.snap");
        DirectoryNode tree = FolderTree.Read(_device.File("gadget"));
        using FileStream file = File.Create(path);
        SnapPacker.Write(tree, SnapPacker.LatestTime(tree), file);
        return path;
    }

    private static void Refused(OracleResult run, string finding)
    {
        Assert.True(run.ExitCode == 1, $"ended with {run.ExitCode}: {run.Error}");
        Assert.Contains(finding, run.Output + run.Error, StringComparison.Ordinal);
    }
}
