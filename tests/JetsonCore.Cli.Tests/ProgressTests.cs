// Watching a run: a line on a terminal (a real pseudo terminal, by script of util-linux), JSON for programs, nothing on
// a pipe.
using System.Text.Json;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed partial class ProgressTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    private string OnTerminal(string environment)
    {
        string command = $"stty cols 60; {environment} '{ProgramProcess.Program}' snap pack big out";
        Oracle.Run(new OracleCall("script")
        {
            Arguments = ["-qefc", command, "typescript"],
            Folder = _device.Folder,
            Environment = new Dictionary<string, string> { ["TERM"] = "xterm", ["CI"] = "" },
        }).MustSucceed();
        return File.ReadAllText(_device.File("typescript"));
    }

    [Fact]
    public void On_a_terminal_one_line_is_drawn_again_and_gone_in_the_end()
    {
        _device.Write("big/meta/snap.yaml", "name: big\nversion: '1'\nbase: core18\n");
        _device.Write("big/data", new SeededRandom(1).Bytes(4 << 20).Select(value => (byte)(value & 0x0F)).ToArray());
        string shown = OnTerminal("true;");
        Assert.Matches(Line(), shown);
        string[] drawn = shown.Split("\r\u001b[K");
        Assert.All(drawn[1..^1], line => Assert.True(Sequences().Replace(line, "").Length < 60, line));
        Assert.StartsWith("out/big_1_all.snap", drawn[^1], StringComparison.Ordinal);
        foreach (string plain in (string[])["export TERM=dumb; rm -r out;", "export CI=true; rm -r out;"])
            Assert.DoesNotContain("MB/s", OnTerminal(plain), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_gets_nothing_but_what_was_asked_for()
    {
        OracleResult quiet = _device.Build("out");
        Assert.DoesNotContain("partitions/", quiet.Error, StringComparison.Ordinal);
        OracleResult told = _device.Build("out", "--force", "--timings", "--progress", "json");
        string[] lines = told.Error.Split('\n');
        string[] json = [.. lines.Where(line => line.StartsWith('{'))];
        Assert.All(json, line => Assert.Empty(DocumentJudge.FaultsOf(line)));
        var stages = json.Select(line => JsonDocument.Parse(line).RootElement).ToLookup(
            line => line.GetProperty("event").GetString(), line => line.GetProperty("stage").GetString());
        Assert.Contains("write partitions/system-boot.ext4", stages["begin"]);
        Assert.Equal(stages["begin"].Order(), stages["end"].Order());
        Assert.Contains(lines, line => line.EndsWith("  in all; stages run side by side where they can", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" s  verify tiny.img", StringComparison.Ordinal)
            || line.Contains(" s  verify ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"pack out/big_1_all\.snap  [0-9]+ %  [0-9]+ of 4 MB")]
    private static partial Regex Line();

    [GeneratedRegex("\u001b\\[[0-9]*[mK]")]
    private static partial Regex Sequences();
}
