// scripts/build-tx1 --from-store, against the store of the tests: base and snapd come from it, with what it states of them,
// the model stays one that nobody vouches for.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class FromStoreTests : IDisposable
{
    private readonly StoreDevice _device = new();

    public void Dispose() => _device.Dispose();

    [DebianInputsFact]
    [Trait("Runs", "soak")]
    public void The_board_gets_base_and_snapd_of_the_store()
    {
        string output = _device.File("tx1");
        OracleResult run = Oracle.Run(new OracleCall("bash")
        {
            Arguments =
            [
                Repository.PathOf("scripts", "build-tx1"), output, "--from-store", "--trust", _device.File("test-root.assert"),
                "--", "--no-cache",
            ],
            Environment = new Dictionary<string, string>
            {
                ["SNAPPY_FORCE_API_URL"] = _device.Server.Url,
                ["XDG_DATA_HOME"] = _device.File("keys"),
            },
            TimeLimit = TimeSpan.FromMinutes(15),
        });
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("Nobody vouches for the model", run.Output, StringComparison.Ordinal);
        string manifest = File.ReadAllText(Path.Combine(output, "seed.manifest"));
        Assert.Contains("core18 7\n", manifest, StringComparison.Ordinal);
        Assert.Contains("snapd 7\n", manifest, StringComparison.Ordinal);
        string variables = CliRun.Succeed("env", "show", Path.Combine(output, "jetson.img") + ":system-boot/uboot.env");
        Assert.Contains("snap_core=core18_7.snap", variables, StringComparison.Ordinal);
        Assert.NotEmpty(_device.Server.Log);
    }
}
