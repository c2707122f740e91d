// `flash check`, `apply` and `plan` on trees with the shape of the real ones.
using System.Text.Json;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashCheckTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private const string OwnLayout = "bootloader/t210ref/cfg/ubuntu-core.xml";
    private const string OwnBoard = "jetson-tx1-ubuntu-core.conf";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(SampleRelease.R28, "R28")]
    [InlineData(SampleRelease.R282, "R28")]
    [InlineData(SampleRelease.R32, "R32.6.1")]
    public void A_tree_of_the_vendor_passes_with_a_bundle_before_and_after_applying(SampleRelease release, string name)
    {
        string tree = Tree(release);
        Assert.Equal(0, Check(tree).ExitCode);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        CliRun check = CliRun.Of("flash", "check", tree, "--build", device.Build);
        Assert.Equal("", Errors(check));
        Assert.Equal(0, check.ExitCode);
        Assert.Contains($"L4T {name} (by ", check.Error, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.Of("flash", "check", tree).ExitCode);
    }

    [Fact]
    public void R24_is_refused_unless_the_bundle_has_its_u_boot()
    {
        string tree = Tree(SampleRelease.R24);
        Assert.Contains("error[JC6005]", Check(tree).Output, StringComparison.Ordinal);
        Assert.Equal(1, CliRun.Of("flash", "apply", tree, "--build", device.Build).ExitCode);
        Assert.False(File.Exists(Path.Combine(tree, OwnBoard)));
        CliRun.Succeed("flash", "apply", tree, "--build", device.BuildForR24);
        CliRun check = CliRun.Of("flash", "check", tree, "--build", device.BuildForR24);
        Assert.Equal("", Errors(check));
        Assert.Contains("warning[JC6006]", check.Output, StringComparison.Ordinal);
        Assert.Contains("BOOTLOADER=\"bootloader/ubuntu-core/u-boot.bin\";",
            File.ReadAllText(Path.Combine(tree, OwnBoard)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SampleRelease.R24, 218, 23)]
    [InlineData(SampleRelease.R28, 218, 23)]
    [InlineData(SampleRelease.R282, 228, 24)]
    [InlineData(SampleRelease.R32, 413, 42)]
    public void The_sample_trees_have_the_shape_of_the_real_ones(SampleRelease release, int line, int partitions)
    {
        string[] lines = SampleL4t.LayoutText(release).Split('\n');
        Assert.Contains("<partition name=\"UDA\"", lines[line - 1], StringComparison.Ordinal);
        Assert.Equal(partitions, lines.Count(text => text.Contains("<partition ", StringComparison.Ordinal)));
        string board = File.ReadAllText(Path.Combine(Tree(release), "jetson-tx1.conf"));
        int root = release switch { SampleRelease.R24 => 44, SampleRelease.R28 => 42, SampleRelease.R282 => 49, _ => 120 };
        Assert.Equal("ROOTFSSIZE=14GiB;", board.Split('\n')[root - 1]);
    }

    [Theory]
    [InlineData(SampleRelease.R28)]
    [InlineData(SampleRelease.R32)]
    public void Our_layout_differs_from_the_vendors_by_one_line(SampleRelease release)
    {
        string tree = Applied(release);
        string[] vendor = File.ReadAllLines(Path.Combine(tree, SampleL4t.LayoutPath));
        string[] own = File.ReadAllLines(Path.Combine(tree, OwnLayout));
        int added = Array.FindIndex(own, text => text.Contains("system-data.ext4", StringComparison.Ordinal));
        Assert.Equal("            <filename> system-data.ext4 </filename>", own[added]);
        Assert.Contains("name=\"UDA\"", own[added - 1], StringComparison.Ordinal);
        Assert.Equal(vendor, own[..added].Concat(own[(added + 1)..]));
    }

    [Theory]
    [InlineData(SampleRelease.R28)]
    [InlineData(SampleRelease.R32)]
    public void Undo_leaves_the_tree_as_it_was(SampleRelease release)
    {
        string tree = Tree(release);
        File.WriteAllText(Path.Combine(tree, "bootloader/system.img"), "an image of one's own");
        string before = Sums(tree);
        string planned = CliRun.Succeed("flash", "apply", tree, "--build", device.Build, "--dry-run");
        Assert.Contains("replace", planned, StringComparison.Ordinal);
        Assert.Equal(before, Sums(tree));
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        string applied = Sums(tree);
        Assert.DoesNotContain("replace", CliRun.Succeed("flash", "apply", tree, "--build", device.Build),
            StringComparison.Ordinal);
        Assert.Equal(applied, Sums(tree));
        CliRun.Succeed("flash", "apply", tree, "--undo", "--dry-run");
        Assert.Equal(applied, Sums(tree));
        CliRun.Succeed("flash", "apply", tree, "--undo");
        Assert.Equal(before, Sums(tree));
        CliRun.Succeed("flash", "apply", tree, "--undo");
        Assert.Equal(before, Sums(tree));
    }

    /// <summary>Whatever an interruption has left out, the next run brings, and undo takes away what is there.</summary>
    [Fact]
    public void An_interrupted_apply_can_be_ended_or_undone()
    {
        string whole = Applied(SampleRelease.R28);
        string wanted = Sums(whole), fresh = Sums(Tree(SampleRelease.R28));
        string journal = File.ReadAllText(Path.Combine(whole, "bootloader/ubuntu-core/applied"));
        string[] files = [.. journal.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => text[4..])];
        for (int done = 0; done <= files.Length; done++)
        {
            foreach (bool undo in (bool[])[false, true])
            {
                string tree = Tree(SampleRelease.R28);
                Directory.CreateDirectory(Path.Combine(tree, "bootloader/ubuntu-core"));
                File.WriteAllText(Path.Combine(tree, "bootloader/ubuntu-core/busy"), "");
                File.WriteAllText(Path.Combine(tree, "bootloader/ubuntu-core/applied"), journal);
                foreach (string file in files[..done])
                    File.Copy(Path.Combine(whole, file), Path.Combine(tree, file), overwrite: true);
                File.WriteAllText(Path.Combine(tree, "bootloader/.system.img.part"), "half of it");
                Assert.Contains("JC6072", CliRun.Of("flash", "check", tree, "--build", device.Build).Output,
                    StringComparison.Ordinal);
                CliRun.Succeed(["flash", "apply", tree, .. undo ? (string[])["--undo"] : ["--build", device.Build]]);
                Assert.Equal(undo ? fresh : wanted, Sums(tree));
            }
        }
    }

    [Fact]
    public void The_plan_has_the_schema_that_others_read()
    {
        string tree = Applied(SampleRelease.R28);
        using var plan = JsonDocument.Parse(CliRun.Succeed("flash", "plan", tree, "--build", device.Build, "--json"));
        JsonElement root = plan.RootElement;
        Assert.Equal("jetson-core/flash-plan", root.GetProperty("schema").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("./flash.sh -r jetson-tx1-ubuntu-core mmcblk0p1", root.GetProperty("command").GetString());
        Dictionary<string, JsonElement> partitions = root.GetProperty("partitions").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!);
        Assert.Equal(16777216, partitions["APP"].GetProperty("bytes").GetInt64());
        Assert.Equal("system.img", partitions["APP"].GetProperty("file").GetString());
        Assert.Equal("system-data.ext4", partitions["UDA"].GetProperty("file").GetString());
        Assert.Equal(new FileInfo(device.Partition("writable.ext4")).Length, partitions["UDA"].GetProperty("bytes").GetInt64());
        Assert.True(partitions["UDA"].GetProperty("sparseBytes").GetInt64()
            < partitions["UDA"].GetProperty("bytes").GetInt64());
        Assert.Equal("boot.img", partitions["LNX"].GetProperty("file").GetString());
        Assert.Equal(2048 + 6144, partitions["LNX"].GetProperty("bytes").GetInt64());
        Assert.Equal(4194304, root.GetProperty("appStartBytes").GetInt64());
        string text = CliRun.Succeed("flash", "plan", tree, "--build", device.Build);
        Assert.Contains("R28 writes at once: with -k it ignores --no-flash", text, StringComparison.Ordinal);
        Assert.Contains("no flash.sh writes UDA alone", text, StringComparison.Ordinal);
    }

    [Fact]
    public void R32_starts_app_at_the_first_sector_and_writes_two_boot_images()
    {
        string tree = Applied(SampleRelease.R32);
        using var plan = JsonDocument.Parse(CliRun.Succeed("flash", "plan", tree, "--json"));
        Assert.Equal(17408, plan.RootElement.GetProperty("appStartBytes").GetInt64());
        Assert.Equal("R32.6.1", plan.RootElement.GetProperty("release").GetString());
        Assert.Equal(["LNX", "LNX-1"], plan.RootElement.GetProperty("partitions").EnumerateArray()
            .Where(item => item.GetProperty("file").GetString() == "boot.img")
            .Select(item => item.GetProperty("name").GetString()));
        string[] names = [.. plan.RootElement.GetProperty("untouched").EnumerateArray().Select(item => item.GetString()!)];
        Assert.Contains("kernel-bootctrl_b", names);
        Assert.Contains("NXT", names);
    }

    [Fact]
    public void Findings_come_as_sarif_and_json_too()
    {
        string tree = Tree(SampleRelease.R28);
        File.Delete(Path.Combine(tree, "kernel/Image"));
        using var sarif = JsonDocument.Parse(CliRun.Of("flash", "check", tree, "--build", device.Build, "--sarif").Output);
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        CliRun json = CliRun.Of("flash", "check", tree, "--build", device.Build, "--json");
        Assert.Equal(1, json.ExitCode);
        using var document = JsonDocument.Parse(json.Output);
        Assert.Equal("jetson-core/flash-check", document.RootElement.GetProperty("schema").GetString());
        Assert.False(document.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal("JC6060", document.RootElement.GetProperty("diagnostics").EnumerateArray()
            .First(item => item.GetProperty("severity").GetString() == "error").GetProperty("code").GetString());
    }

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File(Guid.NewGuid().ToString("N"));
        SampleL4t.Write(tree, release);
        return tree;
    }

    private string Applied(SampleRelease release)
    {
        string tree = Tree(release);
        CliRun.Succeed("flash", "apply", tree, "--build", device.Build);
        return tree;
    }

    private CliRun Check(string tree) => CliRun.Of("flash", "check", tree, "--bundle", device.BundlePath);

    private static string Errors(CliRun run) => string.Join('\n', run.Output.Split('\n')
        .Where(line => line.Contains(": error[", StringComparison.Ordinal)));

    private static string Sums(string tree) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", "find . -mindepth 1 -printf '%y %m %p %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum"],
        Folder = tree,
    }).MustSucceed();
}
