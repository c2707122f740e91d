// Builds that take from the cache: the same bytes as without it, whatever is in it, and whoever else uses it.
using System.Globalization;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class CachedBuildTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    private string Stages(string kind) => _device.File("cache", "jetson-core", "stages", kind);

    private static void AssertSame(string one, string other) =>
        Assert.Equal("", Oracle.Run("diff", "-r", one, other).Output);

    private void Build(string output, params string[] more)
    {
        OracleResult result = _device.Build(output, more);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public void A_changed_line_makes_the_same_bytes_as_without_a_cache()
    {
        Build("first");
        _device.WriteEnvironment(TinyDevice.EnvironmentText + "\nadded=1");
        Build("cached");
        Build("plain", "--no-cache");
        AssertSame(_device.File("cached"), _device.File("plain"));
        Build("cached", "--force");
        AssertSame(_device.File("cached"), _device.File("plain"));
        string listed = _device.Program.Run("cache", "ls", "--json").Output;
        Assert.Contains("\"pack snap\"", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_cache_nothing_is_written_to_it()
    {
        Build("out", "--no-cache");
        Assert.False(Directory.Exists(_device.File("cache", "jetson-core", "stages")));
    }

    [Fact]
    public void Damage_of_any_entry_is_found_and_not_built_from()
    {
        Build("plain", "--no-cache");
        Build("first");
        Thread.Sleep(20);           // a tick of the file system's clock
        foreach (string path in Directory.GetFiles(Stages("cas")).Concat(Directory.GetFiles(Stages("ac"))))
        {
            byte[] bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(path, bytes);
        }
        OracleResult result = _device.Build("again");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("JC9220", result.Error, StringComparison.Ordinal);
        AssertSame(_device.File("again"), _device.File("plain"));
        Assert.Equal(0, _device.Program.Run("cache", "verify").ExitCode);
    }

    [Fact]
    public async Task Builds_at_the_same_time_share_it()
    {
        Build("plain", "--no-cache");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(number => Task.Run(
            () => Build(string.Create(CultureInfo.InvariantCulture, $"out{number}")))));
        for (int number = 0; number < 3; number++)
            AssertSame(_device.File($"out{number}"), _device.File("plain"));
        Assert.Equal(0, _device.Program.Run("cache", "verify").ExitCode);
    }

    [Theory]
    [InlineData("renameat2:signal=KILL:when=1")]
    [InlineData("pwrite64:error=ENOSPC:when=2+")]
    [InlineData("renameat2:error=EIO:when=2")]
    public void A_run_that_fails_while_it_keeps_something_leaves_nothing_that_is_used(string fault)
    {
        Build("plain", "--no-cache");
        _device.Program.RunWithFault(fault, TinyDevice.BuildArguments("broken", "--force"));
        Build("out");
        AssertSame(_device.File("out"), _device.File("plain"));
        Assert.Equal(0, _device.Program.Run("cache", "verify").ExitCode);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_said_once_and_builds_all_the_same()
    {
        Build("plain", "--no-cache");
        _device.Write("cache/jetson-core", "a file in the way");
        OracleResult result = _device.Build("out");
        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Error.Split('\n'), line => line.Contains("JC9221", StringComparison.Ordinal));
        AssertSame(_device.File("out"), _device.File("plain"));
    }

    [Fact]
    public void A_fleet_shares_it_by_a_server_of_files_that_takes_put()
    {
        using var server = new NginxCache(_device.File("server"));
        Build("first", "--remote-cache", server.Address);
        Directory.Delete(_device.File("cache"), recursive: true);
        int asked = server.Count("GET /ac/");
        Build("second", "--remote-cache", server.Address);
        AssertSame(_device.File("first"), _device.File("second"));
        Assert.Contains("\"GET /ac/", server.Log(), StringComparison.Ordinal);
        Assert.True(server.Count("\" 200") > 0 && server.Count("GET /cas/") > 0, server.Log());
        Assert.True(server.Count("GET /ac/") > asked);

        Directory.Delete(_device.File("cache"), recursive: true);
        foreach (string path in Directory.GetFiles(server.FileOf("cas")))
            File.WriteAllBytes(path, [.. File.ReadAllBytes(path).Reverse()]);
        OracleResult third = _device.Build("third", "--remote-cache", server.Address);
        Assert.Equal(0, third.ExitCode);
        Assert.Contains("JC9222", third.Error, StringComparison.Ordinal);
        AssertSame(_device.File("first"), _device.File("third"));
    }

    [Fact]
    public void A_remote_cache_that_is_not_there_is_said_once_and_builds_all_the_same()
    {
        OracleResult result = _device.Build("out", "--remote-cache", "http://127.0.0.1:1/");
        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Error.Split('\n'), line => line.Contains("JC9222", StringComparison.Ordinal));
    }
}
