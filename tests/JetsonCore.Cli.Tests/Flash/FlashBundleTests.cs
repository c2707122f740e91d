// Bundles as they arrive: in every form of archive, damaged, of an earlier version; and trees as people have them: named
// by a relative path or through a link, with a slash behind, owned by somebody else.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashBundleTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_form_of_archive_gives_the_same_tree()
    {
        string wanted = Applied("--build", device.Build);
        string folder = _temp.File("a folder");
        Directory.CreateDirectory(folder);
        Oracle.Run("tar", "-xf", device.BundlePath, "-C", folder).MustSucceed();
        string plain = _temp.File("bundle.tar");
        Oracle.Run("sh", "-c", "xz -dc \"$1\" >\"$2\"", "sh", device.BundlePath, plain).MustSucceed();
        Oracle.Run("gzip", "-k", plain).MustSucceed();
        foreach (string bundle in (string[])
            [device.BundlePath, folder, plain, $"{plain}.gz", Path.Combine(device.ZstdBuild, "core-18-tiny.tar.zst")])
        {
            Assert.Equal(wanted, Applied("--bundle", bundle));
        }
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("slash")]
    [InlineData("link")]
    [InlineData("dots")]
    public void A_tree_may_be_named_in_any_way(string way)
    {
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        string named = way switch
        {
            "relative" => Path.GetRelativePath(Directory.GetCurrentDirectory(), tree),
            "slash" => $"{tree}/",
            "dots" => $"{tree}/./bootloader/..",
            _ => _temp.File("link"),
        };
        if (way == "link")
            File.CreateSymbolicLink(named, "tree");
        string before = TreeOf(tree);
        CliRun.Succeed("flash", "apply", named, "--build", device.Build);
        Assert.Equal(0, CliRun.Of("flash", "check", named, "--build", device.Build).ExitCode);
        Assert.Equal(0, CliRun.Of("flash", "check", tree).ExitCode);
        CliRun.Succeed("flash", "apply", named, "--undo");
        Assert.Equal(before, TreeOf(tree));
    }

    /// <summary>Someone who may only read the tree can check it, and applying says so and leaves it alone.</summary>
    [Fact]
    public void A_tree_that_may_not_be_written_is_checked_and_left_alone()
    {
        string tree = _temp.File("tree"), program = _temp.File("program");
        SampleL4t.Write(tree, SampleRelease.R28);
        Oracle.Run("cp", "-r", Path.GetDirectoryName(ProgramProcess.Program)!, program).MustSucceed();
        Oracle.Run("cp", device.BundlePath, _temp.File("bundle.tar.xz")).MustSucceed();
        Oracle.Run("chmod", "-R", "a+rX", _temp.Path).MustSucceed();
        string before = TreeOf(tree);
        OracleResult check = AsSomebody(program, "check", tree, "--bundle", _temp.File("bundle.tar.xz"));
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        OracleResult apply = AsSomebody(program, "apply", tree, "--bundle", _temp.File("bundle.tar.xz"));
        Assert.Equal(3, apply.ExitCode);
        Assert.Contains("is denied", apply.Error, StringComparison.Ordinal);
        Assert.Equal(before, TreeOf(tree));
    }

    /// <summary>A tree that a user has unpacked stays that user's: root may apply, and what was there keeps its owner.</summary>
    [Fact]
    public void A_tree_of_another_user_is_applied_to_and_undone()
    {
        string tree = _temp.File("tree");
        SampleL4t.Write(tree, SampleRelease.R28);
        File.WriteAllText(Path.Combine(tree, "bootloader/system.img"), "an image of one's own");
        Oracle.Run("chown", "-R", "1000:1000", tree).MustSucceed();
        string before = TreeOf(tree);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        CliRun.Succeed("flash", "apply", tree, "--undo");
        Assert.Equal(before, TreeOf(tree));
    }

    /// <summary>Bundles that a disk, a net or an old version of the program has made of one.</summary>
    [Theory]
    [InlineData("JC6090", "head -c 3000 \"$1\" >\"$2\"")]
    [InlineData("JC6090", "head -c $(($(wc -c <\"$1\") / 2)) \"$1\" >\"$2\"")]
    [InlineData("JC6090", "cp \"$1\" \"$2\" && printf x | dd of=\"$2\" bs=1 seek=$(($(wc -c <\"$1\") / 2)) conv=notrunc")]
    [InlineData("JC6090", ": >\"$2\"")]
    [InlineData("JC6090", "echo text >\"$2\"")]
    [InlineData("JC6090", "mkdir x && tar -xf \"$1\" -C x && rm x/MANIFEST.json && tar -cf \"$2\" -C x .")]
    [InlineData("JC6090", "mkdir x && tar -xf \"$1\" -C x && cd x && sed -i 's/\"version\": 1/\"version\": 2/' MANIFEST.json "
        + "&& tar -cf \"$2\" MANIFEST.json bootloader")]
    [InlineData("JC6090", "mkdir x && tar -xf \"$1\" -C x && cd x && rm bootloader/system.img "
        + "&& tar -cf \"$2\" MANIFEST.json bootloader")]
    [InlineData("JC6090", "mkdir x && tar -xf \"$1\" -C x && cd x && printf x >>bootloader/system-data.ext4 "
        + "&& tar -cf \"$2\" MANIFEST.json bootloader")]
    [InlineData("JC6090", "mkdir x && tar -xf \"$1\" -C x && cd x && sed -i 's#bootloader/system.img#../../x#' MANIFEST.json "
        + "&& tar -cf \"$2\" MANIFEST.json bootloader")]
    public void A_damaged_bundle_changes_nothing(string code, string damage)
    {
        string tree = Tree(SampleRelease.R28), bundle = _temp.File("damaged.tar");
        File.WriteAllText(Path.Combine(tree, "bootloader/system.img"), "an image of one's own");
        Oracle.Run(new OracleCall("bash")
        {
            Arguments = ["-ec", damage, "sh", device.BundlePath, bundle],
            Folder = _temp.Path,
        }).MustSucceed();
        string before = TreeOf(tree);
        CliRun run = CliRun.Of("flash", "apply", tree, "--bundle", bundle);
        Assert.InRange(run.ExitCode, 1, 3);
        Assert.Contains($"error[{code}]", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, TreeOf(tree));
    }

    /// <summary>Of a bundle whose U-Boot says no address nothing is known until it is applied.</summary>
    [Fact]
    public void A_bundle_of_an_earlier_version_is_taken()
    {
        string tree = Tree(SampleRelease.R28), bundle = _temp.File("bundle");
        Directory.CreateDirectory(bundle);
        Oracle.Run("tar", "-xf", device.BundlePath, "-C", bundle).MustSucceed();
        string manifest = Path.Combine(bundle, "MANIFEST.json");
        string text = File.ReadAllText(manifest);
        Assert.Contains("\"linkAddress\": 2148007936", text, StringComparison.Ordinal);
        File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(text, ",\\s*\"linkAddress\": [0-9]+", ""));
        CliRun.Succeed("flash", "apply", tree, "--bundle", bundle);
        Assert.Equal(0, CliRun.Of("flash", "check", tree, "--bundle", bundle).ExitCode);
    }

    private string Applied(string option, string bundle)
    {
        string tree = Tree(SampleRelease.R28);
        CliRun.Succeed("flash", "apply", tree, option, bundle);
        return TreeOf(tree);
    }

    private static OracleResult AsSomebody(string program, params string[] arguments) => Oracle.Run(new OracleCall("setpriv")
    {
        Arguments =
        [
            "--reuid=1000", "--regid=1000", "--clear-groups", "env", "HOME=/nonexistent", "DOTNET_CLI_HOME=/nonexistent",
            Path.Combine(program, Path.GetFileName(ProgramProcess.Program)), "flash", .. arguments,
        ],
    });

    private static string TreeOf(string tree) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", "find . -printf '%y %m %u %p %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum"],
        Folder = tree,
    }).MustSucceed();

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File(Guid.NewGuid().ToString("N"));
        SampleL4t.Write(tree, release);
        return tree;
    }
}
