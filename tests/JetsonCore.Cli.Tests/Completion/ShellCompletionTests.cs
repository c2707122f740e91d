// Completion as people meet it: TAB in bash (with and without bash-completion), zsh and fish, on pseudo terminals.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Completion;

public sealed class ShellCompletionTests(CompletedFolder folder) : IClassFixture<CompletedFolder>
{
    /// <summary>What is typed, and what it is then; "" where nothing is added.</summary>
    private static readonly (string Typed, string Then)[] Lines =
    [
        ("jetson-core insp", "jetson-core inspect "),
        ("jetson-core fs extr", "jetson-core fs extract "),
        ("jetson-core layout --sv", "jetson-core layout --svg "),
        ("jetson-core check --as no", "jetson-core check --as none "),
        ("jetson-core build --tar-format=zs", "jetson-core build --tar-format=zstd "),
        ("jetson-core build --model=te", "jetson-core build --model=text "),
        ("jetson-core explain X-OVE", "jetson-core explain X-OVERLAP "),
        ("jetson-core sign -k my", "jetson-core sign -k my-key "),
        ("jetson-core inspect di", "jetson-core inspect disk.img "),
        ("jetson-core inspect di > a; jetson-core insp", "jetson-core inspect di > a; jetson-core inspect "),
        ("jetson-core fetch --store-dir su", "jetson-core fetch --store-dir sub/"),
        ("jetson-core build --snap core18=18/ed", "jetson-core build --snap core18=18/edge "),
        ("jetson-core fs ls disk.img:sys", "jetson-core fs ls disk.img:system-boot/"),
        ("jetson-core fs ls ./sub/../disk.img:sys", "jetson-core fs ls ./sub/../disk.img:system-boot/"),
        ("jetson-core fs ls ~/home.img:sys", "jetson-core fs ls ~/home.img:system-boot/"),
        ("jetson-core build --gadget=disk.img:sys", "jetson-core build --gadget=disk.img:system-boot/"),
        ("jetson-core fs cat disk.img:system-boot/ub", "jetson-core fs cat disk.img:system-boot/uboot.env "),
        ("jetson-core fs cat disk.img:inner/uboot.env:bootc", "jetson-core fs cat disk.img:inner/uboot.env:bootcmd "),
        ("jetson-core fs cat disk.img:1/uboot.env:bootc", "jetson-core fs cat disk.img:1/uboot.env:bootcmd "),
        ("jetson-core inspect disk.img:system-boot/a.snap:me", "jetson-core inspect disk.img:system-boot/a.snap:meta/"),
        ("jetson-core inspect disk.img:system-boot/a.snap/meta/sn",
            "jetson-core inspect disk.img:system-boot/a.snap/meta/snap.yaml "),
        ("jetson-core fs cat disk.img:system-boot ub", "jetson-core fs cat disk.img:system-boot uboot.env "),
        ("jetson-core env set disk.img:system-boot/uboot.env bootc",
            "jetson-core env set disk.img:system-boot/uboot.env bootcmd="),
        (@"jetson-core inspect disk.img:system-boot/two\ w", @"jetson-core inspect disk.img:system-boot/two\ words/"),
        (@"jetson-core inspect two\ words.img:sys", @"jetson-core inspect two\ words.img:system-boot/"),
        ("jetson-core inspect nothing.img:sys", "jetson-core inspect nothing.img:sys"),
        ("jetson-core inspect text:a", "jetson-core inspect text:a"),
        ("jetson-core no-such-verb x", "jetson-core no-such-verb x"),
    ];

    [Theory]
    [InlineData("bash")]
    [InlineData("bash-completion")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void A_tab_completes_verbs_options_values_and_what_lies_in_artefacts(string shell)
    {
        using var home = new TempFolder();
        home.Write("data/jetson-core/keys/my-key.pem", "");
        File.Copy(Path.Combine(folder.Path, "disk.img"), home.File("home.img"));
        using var session = new ShellSession(shell, home, folder.Path);
        Assert.All(Lines, line => Assert.Equal(line.Then, session.Complete(line.Typed)));
    }

    [Fact]
    public void Bash_completes_within_quotes()
    {
        using var home = new TempFolder();
        using var session = new ShellSession("bash", home, folder.Path);
        Assert.Equal("jetson-core inspect \"two words.img:system-boot/uboot.env\" ", session.Complete("jetson-core inspect \"two words.img:system-boot/ub"));
        Assert.Equal("jetson-core inspect 'disk.img:1/two words/file' ", session.Complete("jetson-core inspect 'disk.img:1/two words/f"));
    }
}

/// <summary>A folder with disk.img: a disk with an ext4 with a snap, an environment, and a folder with a blank.</summary>
public sealed class CompletedFolder : IDisposable
{
    private readonly TempFolder _temp = new();

    public CompletedFolder()
    {
        _temp.Write("snap/meta/snap.yaml", "name: a\n");
        _temp.Write("tree/two words/file", "");
        Oracle.Run("mksquashfs", _temp.File("snap"), _temp.File("tree", "a.snap"), "-quiet", "-no-progress").MustSucceed();
        CliRun.Succeed("env", "make", _temp.Write("env", "a=1\nbootcmd=run b\n"), _temp.File("tree", "uboot.env"), "--size", "64");
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-L", "inner", "-d", _temp.File("tree"), _temp.File("inner"), "8M").MustSucceed();
        _temp.Write("run/sub/x", "");
        _temp.Write("run/text", "text\n");
        string disk = _temp.File("run", "disk.img");
        Oracle.Run("truncate", "-s", "16M", disk).MustSucceed();
        Oracle.Run("sgdisk", "-n", "1:2048:+8M", "-c", "1:system-boot", "-n", "2:0:+1M", "-c", "2:empty", disk).MustSucceed();
        Oracle.Run("dd", $"if={_temp.File("inner")}", $"of={disk}", "seek=2048", "conv=notrunc", "status=none").MustSucceed();
        File.Copy(disk, _temp.File("run", "two words.img"));
    }

    public string Path => _temp.File("run");

    public void Dispose() => _temp.Dispose();
}
