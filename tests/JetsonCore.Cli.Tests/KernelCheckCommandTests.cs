// check of kernels as a command: Debian's kernel, as a package and unpacked, with depmod, modinfo and fdtget as judges;
// and every format of its output.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class KernelCheckCommandTests(UnpackedKernel kernel) : IClassFixture<UnpackedKernel>, IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [DebianInputsFact]
    public void Debians_kernel_has_no_errors_and_what_it_lacks_is_said()
    {
        CliRun run = CliRun.Of("check", "--json", "--board", "jetson-tx1", DebianInputs.PathOf("kernel"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        JsonNode file = JsonNode.Parse(run.Output)!["files"]![0]!;
        Assert.True((bool)file["ok"]!);
        JsonNode finding = Assert.Single(file["diagnostics"]!.AsArray())!;
        Assert.Equal(("JC7231", "info"), ((string?)finding["code"], (string?)finding["severity"]));
        (int modules, int files) = Asking();
        Assert.StartsWith($"{modules} modules ask for {files} firmware files", (string?)finding["message"], StringComparison.Ordinal);
    }

    /// <summary>How many modules ask for how many firmware files, by modinfo: paragraphs that begin with the module's name.</summary>
    private (int Modules, int Files) Asking()
    {
        Unpack();
        string[][] lines = [.. Oracle.Run("sh", "-c", $"find {_temp.File("tree")} -name '*.ko' -print0 | xargs -0 modinfo")
            .MustSucceed().Split('\n').Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))];
        var (modules, files, module) = (new HashSet<string>(), new HashSet<string>(), "");
        foreach (string[] line in lines)
        {
            if (line[0] == "filename")
                module = line[1];
            if (line[0] != "firmware")
                continue;
            modules.Add(module);
            files.Add(line[1]);
        }
        return (modules.Count, files.Count);
    }

    [DebianInputsFact]
    public void An_unpacked_kernel_with_depmods_files_is_whole_and_without_a_module_it_is_not()
    {
        string release = Unpack(), tree = _temp.File("tree"), modules = _temp.File("tree", "lib", "modules", release);
        Oracle.Run("depmod", "-b", tree, release).MustSucceed();
        Assert.Equal(0, CliRun.Of("check", tree).ExitCode);
        File.Delete(Path.Combine(modules, "kernel", "fs", "jbd2", "jbd2.ko"));
        CliRun run = CliRun.Of("check", tree);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC7214]: it names modules that are not there: kernel/fs/jbd2/jbd2.ko", run.Error + run.Output,
            StringComparison.Ordinal);
        Assert.Contains("warning[JC5414]: cannot be loaded", run.Error + run.Output, StringComparison.Ordinal);
        Assert.Contains("jbd2.ko error=No such file",
            Oracle.Run("modprobe", "-d", tree, "-S", release, "--show-depends", "ext4").Error, StringComparison.Ordinal);
    }

    [DebianInputsFact]
    public void The_board_is_told_by_the_device_trees_as_fdtget_reads_them()
    {
        string release = Unpack();
        string trees = _temp.File("tree", "usr", "lib", $"linux-image-{release}");
        string[] compatible = [.. Directory.GetFiles(trees, "*.dtb", SearchOption.AllDirectories).Where(tree =>
            Oracle.Run("fdtget", tree, "/", "compatible").Output.Split((char[])[' ', '\n']).Contains("nvidia,p2371-2180"))];
        Assert.Single(compatible);
        File.Delete(compatible[0]);
        CliRun run = CliRun.Of("check", "--board", "jetson-tx1", _temp.File("tree"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC7220]: cannot start the Jetson TX1 developer kit", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.Of("check", _temp.File("tree")).ExitCode);
    }

    [Theory]
    [InlineData("--sarif", "\"ruleId\": \"JC5402\"")]
    [InlineData("--github", "JC5402")]
    [InlineData("--junit", "classname=\"kernel\"")]
    [InlineData("--json", "\"code\": \"JC5402\"")]
    public void Every_format_tells_of_kernels(string format, string words)
    {
        Directory.CreateDirectory(_temp.File("k", "modules"));
        CliRun run = CliRun.Of("check", format, _temp.File("k"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_kernel_is_still_taken_for_a_gadget()
    {
        _temp.Write("g/gadget.yaml", "volumes:\n");
        _temp.Write("g/Image", "x");
        Assert.DoesNotContain("JC5402", CliRun.Of("check", _temp.File("g")).Output, StringComparison.Ordinal);
        CliRun broken = CliRun.Of("check", _temp.Write("x.snap", "hsqs but no more"));
        Assert.Contains("JC4090", broken.Output, StringComparison.Ordinal);
        CliRun package = CliRun.Of("check", _temp.Write("x.deb", "!<arch>\ndebian-binary   "));
        Assert.Contains("JC5001", package.Output, StringComparison.Ordinal);
    }

    /// <summary>Debian's kernel as a folder "tree" of links, which may be taken away; its release.</summary>
    private string Unpack()
    {
        Oracle.Run("cp", "-al", kernel.Path, _temp.File("tree")).MustSucceed();
        return Path.GetFileName(Directory.GetDirectories(_temp.File("tree", "lib", "modules")).Single());
    }
}

/// <summary>Debian's kernel, unpacked once for all tests that want it.</summary>
public sealed class UnpackedKernel : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Lazy<string> _path;

    public UnpackedKernel() => _path = new(() =>
    {
        Oracle.Run("dpkg-deb", "-x", DebianInputs.PathOf("kernel"), _temp.File("kernel")).MustSucceed();
        return _temp.File("kernel");
    });

    public string Path => _path.Value;

    public void Dispose() => _temp.Dispose();
}
