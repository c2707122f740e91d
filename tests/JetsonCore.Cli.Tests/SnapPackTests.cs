// snap pack: the same verdicts, file names and contents as snapd's, and bytes that do not depend on where it ran.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class SnapPackTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string Tree(string name = "tree", string yaml = "name: my-snap\nversion: 1.10\narchitectures: [arm64]\n")
    {
        _temp.Write($"{name}/meta/snap.yaml", yaml);
        _temp.Write($"{name}/bin/tool", "#!/bin/sh\n");
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", _temp.File(name)).MustSucceed();
        return _temp.File(name);
    }

    private ProgramProcess Program(string epoch = "1573659600") =>
        new(new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = epoch }, _temp.Path);

    [Fact]
    public void A_tree_becomes_what_snap_pack_makes_of_it()
    {
        string tree = Tree();
        _temp.Write("tree/.git/config", "x");
        _temp.Write("tree/bin/tool~", "x");
        _temp.Write("tree/bin/.gitignore", "x");
        _temp.Write("tree/old.snap", "x");
        File.CreateSymbolicLink(_temp.File("tree", "link"), "bin/tool");
        string packed = Program().Run("snap", "pack", tree, "out").MustSucceed().Trim();
        Assert.Equal("out/my-snap_1.10_arm64.snap", packed);
        Oracle.Run("snap", "pack", tree, _temp.File("theirs")).MustSucceed();
        Assert.Equal(Listing(_temp.File("theirs", "my-snap_1.10_arm64.snap")), Listing(_temp.File(packed)));
    }

    [Fact]
    public void The_same_tree_gives_the_same_bytes_anywhere()
    {
        foreach (string name in (string[])["one", "two"])
            Program().Run("snap", "pack", Tree(name), _temp.File($"out-{name}")).MustSucceed();
        Assert.Equal(
            File.ReadAllBytes(_temp.File("out-one", "my-snap_1.10_arm64.snap")),
            File.ReadAllBytes(_temp.File("out-two", "my-snap_1.10_arm64.snap")));
    }

    [Fact]
    public void An_existing_file_stays_without_force()
    {
        string tree = Tree();
        Program().Run("snap", "pack", tree).MustSucceed();
        Assert.Equal(2, Program().Run("snap", "pack", tree).ExitCode);
        Program().Run("snap", "pack", tree, "--force").MustSucceed();
    }

    [Fact]
    public void Our_own_gadget_passes_with_us_and_with_snapd()
    {
        Directory.CreateDirectory(_temp.File("gadget", "meta"));
        foreach (string name in (string[])["gadget.yaml", "snap.yaml"])
            File.Copy(Repository.PathOf("gadget", name), _temp.File("gadget", "meta", name));
        foreach (string name in (string[])["u-boot.bin", "uboot.env", "uboot.conf"])
            _temp.Write($"gadget/{name}", "x");
        Program().Run("snap", "pack", "--check", _temp.File("gadget")).MustSucceed();
        Oracle.Run("snap", "pack", "--check-skeleton", _temp.File("gadget")).MustSucceed();
    }

    [Fact]
    public void Findings_about_a_tree_come_at_once_and_nothing_is_written()
    {
        string tree = Tree(yaml: "name: My Snap\nversion: ''\ntype: gadget\nbase: [x]\n");
        OracleResult run = Program().Run("snap", "pack", tree, "out");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("tree/meta/snap.yaml:1:7: error[JC4003]: cannot call a snap \"My Snap\"", run.Error, StringComparison.Ordinal);
        Assert.Contains("tree/meta/snap.yaml:2:10: error[JC4004]", run.Error, StringComparison.Ordinal);
        Assert.Contains("tree/meta/snap.yaml:4:7: error[JC4002]", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.File("out")));
    }

    private static string Listing(string snap) =>
        Oracle.Run("unsquashfs", "-lln", "-q", "-d", "", snap).MustSucceed().Replace("UTC", "", StringComparison.Ordinal) is var text
            ? string.Join('\n', text.Split('\n').Select(line => string.Join(' ',
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where((_, index) => index is not (3 or 4)))))
            : "";
}
