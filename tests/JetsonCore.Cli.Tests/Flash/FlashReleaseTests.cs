// What tells the release of a tree: a file that says it, sums of known files, the shape of others, the driver package.
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.Flash.Tree;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashReleaseTests : IDisposable
{
    private const string Release = "# R28 (release), REVISION: 2.1, GCID: 11272647, BOARD: t210ref, EABI: aarch64\n";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(SampleRelease.R24, "R24", "UBOOT_WITH_TBOOT")]
    [InlineData(SampleRelease.R28, "R28", "the shape of its board file and layout")]
    [InlineData(SampleRelease.R282, "R28", "the shape of its board file and layout")]
    [InlineData(SampleRelease.R32, "R32.6.1", "nv_tegra/bsp_version")]
    public void A_tree_as_it_is_unpacked_says_its_release(SampleRelease sample, string name, string evidence)
    {
        L4tRelease release = Find(Tree(sample))!;
        Assert.Equal(name, release.Name);
        Assert.Contains(evidence, release.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_version_file_r32_is_known_by_its_two_devices()
    {
        string tree = Tree(SampleRelease.R32);
        File.Delete(Path.Combine(tree, "nv_tegra/bsp_version"));
        Assert.Equal("R32", Find(tree)!.Name);
        File.WriteAllText(Path.Combine(tree, "nv_tegra/bsp_version"), "BSP_BRANCH=\n");
        Assert.Equal("R32", Find(tree)!.Name);
    }

    [Fact]
    public void Applied_binaries_say_it_in_the_root_file_system()
    {
        string tree = Tree(SampleRelease.R28);
        Directory.CreateDirectory(Path.Combine(tree, "rootfs/etc"));
        File.WriteAllText(Path.Combine(tree, "rootfs/etc/nv_tegra_release"), Release);
        Assert.Equal("R28.2.1", Find(tree)!.Name);
    }

    [Fact]
    public void The_driver_package_is_opened_where_nothing_else_tells_it()
    {
        string tree = Tree(SampleRelease.R28), board = Path.Combine(tree, SampleL4t.BoardFile(SampleRelease.R28));
        File.WriteAllText(board, File.ReadAllText(board).Replace("DFLT_KERNEL_IMAGE", "OTHER", StringComparison.Ordinal));
        Assert.Null(Find(tree));
        _temp.Write("drivers/etc/nv_tegra_release", Release);
        Oracle.Run("tar", "-cjf", Path.Combine(tree, "nv_tegra/nvidia_drivers.tbz2"), "-C", _temp.File("drivers"), "etc")
            .MustSucceed();
        L4tRelease release = Find(tree)!;
        Assert.Equal("R28.2.1", release.Name);
        Assert.Equal("nv_tegra/nvidia_drivers.tbz2", release.Evidence);
    }

    [Theory]
    [InlineData("768ededd93e7", "01a8219", "R24.1")]
    [InlineData("ecd395f96d75", "b0c9c93", "R28.1")]
    [InlineData("4375282779b2", "61033d", "R32.6.1")]
    [InlineData("e84b62ae0a42", "c095c", "R24.1")]
    [InlineData("b34a0cc9632d", "6ede", "R28.1")]
    [InlineData("c48a0e0f3dde", "63111", "R32.6.1")]
    [InlineData("768ededd93e8", "01a8219", null)]
    [InlineData("768ededd93e7", "01a8218", null)]
    public void Known_files_tell_it_by_their_sums(string start, string end, string? name) =>
        Assert.Equal(name, L4tReleaseFinder.OfSum(start + new string('0', 64 - start.Length - end.Length) + end, "flash.sh")?.Name);

    private static L4tRelease? Find(string tree) =>
        FlashChecker.Check(new() { TreePath = tree }, new DiagnosticBag())!.Release;

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, release);
        return tree;
    }
}
