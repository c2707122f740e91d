// `doctor`: what it says of libraries, programs and folders, against what the system's tools say; and `--version --json`.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_machine_with_the_judges_lacks_nothing()
    {
        OracleResult run = Run([], "doctor", "--json");
        JsonNode json = JsonNode.Parse(run.MustSucceed())!;
        Assert.True((bool)json["ok"]!);
        string[] names = [.. json["checks"]!.AsArray().Select(check => (string)check!["name"]!)];
        Assert.Equal(names.Distinct(), names);
        Assert.Contains($"version {Package("liblzma5")}", Check(json, "liblzma"), StringComparison.Ordinal);
        Assert.Contains($"version {Package("libzstd1")}", Check(json, "libzstd"), StringComparison.Ordinal);
        Assert.Contains(Oracle.Find("qemu-system-aarch64")!, Check(json, "qemu"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_folder_can_do_is_what_cp_and_stat_say()
    {
        string message = Check(JsonNode.Parse(Run(new() { ["TMPDIR"] = _temp.Path }, "doctor", "--json").MustSucceed())!, "temporary");
        _temp.Write("a", new byte[8192]);
        bool clones = Oracle.Run("cp", "--reflink=always", _temp.File("a"), _temp.File("b")).ExitCode == 0;
        Assert.Contains(clones ? "copies share blocks" : "copies take room", message, StringComparison.Ordinal);
        Oracle.Run("truncate", "-s", "1M", _temp.File("hole")).MustSucceed();
        bool isSparse = Oracle.Run("stat", "-c", "%b", _temp.File("hole")).MustSucceed().Trim() == "0";
        Assert.Contains(isSparse ? ", sparse files" : "no sparse files", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_temp.Path, ".jetson*"));
    }

    [Theory]
    [InlineData("doctor boot", "PATH", "/nowhere", "missing  qemu", "hint: apt-get install qemu-system-arm")]
    [InlineData("doctor boot", "JETSON_CORE_UBOOT_QEMU", "/nowhere/u-boot.bin", "broken   qemu-uboot", "hint: scripts/build-uboot qemu")]
    [InlineData("doctor fetch", "SSL_CERT_FILE", "/nowhere", "missing  certificates", "hint: apt-get install ca-certificates")]
    [InlineData("doctor sign", "SNAPD_EXT_KEYMGR", "/nowhere", "broken   key-manager", "hint: unset SNAPD_EXT_KEYMGR")]
    [InlineData("doctor", "TMPDIR", "/nowhere/at/all", "broken   temporary", "hint: export TMPDIR=/var/tmp")]
    [InlineData("doctor", "XDG_DATA_HOME", "relative", "broken   keys", "hint: set XDG_DATA_HOME to a path that begins with /")]
    [InlineData("doctor", "SOURCE_DATE_EPOCH", "yesterday", "broken   time", "hint: for the time of the last commit")]
    public void What_a_verb_lacks_is_said_with_the_command_that_mends_it(
        string arguments, string variable, string value, string line, string hint)
    {
        OracleResult run = Run(new() { [variable] = value }, arguments.Split(' '));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.Contains(hint, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_some_verbs_want_counts_only_where_they_are_named()
    {
        Dictionary<string, string> bare = new() { ["PATH"] = "/nowhere", ["SNAP_GNUPG_HOME"] = "/nowhere" };
        Assert.Contains("missing  qemu", Run(bare, "doctor").MustSucceed(), StringComparison.Ordinal);
        Assert.DoesNotContain("qemu", Run(bare, "doctor", "build").MustSucceed(), StringComparison.Ordinal);
    }

    [PublishedTheory]
    [InlineData("liblzma.so.5", "liblzma", "apt-get install liblzma5")]
    [InlineData("libzstd.so.1", "libzstd", "apt-get install libzstd1")]
    [InlineData("libssl.so.3", "openssl", "apt-get install libssl3")]
    public void A_library_that_cannot_be_loaded_is_named_with_its_package(string file, string name, string remedy)
    {
        // The loader looks in both, which are one where /lib is a link; strace tells them apart.
        string[] paths = [$"/lib/x86_64-linux-gnu/{file}", $"/usr/lib/x86_64-linux-gnu/{file}"];
        Assert.True(File.Exists(paths[0]));
        (OracleResult run, bool happened) = new ProgramProcess(new Dictionary<string, string>())
            .RunWithFault("openat:error=ENOENT", paths, ["doctor", "build"]);
        Assert.True(happened);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"broken   {name} ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"hint: {remedy}", run.Output, StringComparison.Ordinal);
    }

    [PublishedFact]
    public void A_narrow_address_space_is_odd()
    {
        OracleResult run = new ProgramProcess(new Dictionary<string, string>())
            .RunBehind("sh", ["-c", "ulimit -v 200000; exec \"$@\"", "sh"], ["doctor", "build"]);
        Assert.Contains("odd      address-space  limited to 195.31 MiB", run.MustSucceed(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_for_programs_names_what_is_linked()
    {
        JsonNode json = JsonNode.Parse(CliRun.Succeed("--version", "--json"))!;
        Assert.StartsWith((string)json["program"]!, CliRun.Succeed("--version"), StringComparison.Ordinal);
        Assert.Equal(Oracle.Run("dpkg", "--print-architecture").MustSucceed().Trim(), (string?)json["architecture"]);
        Assert.StartsWith(".NET 10.", (string?)json["runtime"], StringComparison.Ordinal);
        Assert.Equal(Package("liblzma5"), (string?)json["libraries"]!["liblzma"]);
        Assert.Equal(Package("libzstd1"), (string?)json["libraries"]!["libzstd"]);
        Assert.Equal(Oracle.Run("openssl", "version").MustSucceed().Split(' ')[1], (string?)json["libraries"]!["openssl"]);
    }

    private static OracleResult Run(Dictionary<string, string> environment, params string[] arguments) =>
        new ProgramProcess(environment).Run(arguments);

    private static string Check(JsonNode json, string name) => (string)json["checks"]!.AsArray()
        .Single(check => (string?)check!["name"] == name)!["message"]!;

    private static string Package(string name) =>
        Oracle.Run("dpkg-query", "-W", "-f", "${source:Upstream-Version}", name).MustSucceed().Split('+')[0];
}
