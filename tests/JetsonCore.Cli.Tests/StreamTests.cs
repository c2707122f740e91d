// Where the two streams lead: a full disk, a pipe that nobody reads to its end, one file for both.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class StreamTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private OracleResult Shell(string script, params string[] arguments) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", $"set -o pipefail; {script}", "bash", ProgramProcess.Program, .. arguments],
        Folder = _temp.File("."),
    });

    [Theory]
    [InlineData("\"$1\" explain > /dev/full")]
    [InlineData("\"$1\" schema gadget > /dev/full")]
    public void A_full_disk_is_an_error(string script)
    {
        OracleResult result = Shell(script);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_seen_enough_is_none()
    {
        // a megabyte of findings, far more than a pipe holds
        string yaml = _temp.Write("many.yaml", "volumes:\n" + string.Concat(
            Enumerable.Range(0, 900).Select(index => $"  v{index}:\n    {new string('k', 1000)}: 1\n")));
        OracleResult result = Shell("\"$1\" check \"$2\" | head -n 1; echo ${PIPESTATUS[0]}", yaml);
        Assert.Equal("1", result.Output.TrimEnd('\n').Split('\n')[^1]);
        Assert.DoesNotContain("internal error", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_streams_share_a_file_and_go_on_where_it_ends()
    {
        _temp.Write("gadget.yaml", "volumes:\n  pc:\n    bootloader: grub\n    colour: red\n");
        Shell("echo before > log; \"$1\" check gadget.yaml >> log 2>&1; echo after >> log");
        string[] lines = File.ReadAllLines(_temp.File("log"));
        Assert.Equal("before", lines[0]);
        Assert.StartsWith("gadget.yaml:4:5: warning", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1 file checked", lines[^2], StringComparison.Ordinal);
        Assert.Equal("after", lines[^1]);
    }
}
