// Wrong arguments end with exit code 2 and a hint, on standard error only.
using Xunit;

namespace JetsonCore.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("no-such-verb")]
    [InlineData("--no-such-option")]
    public void Wrong_arguments_are_refused(string argument)
    {
        CliRun run = CliRun.Of(argument);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("error[JC9001]", run.Error, StringComparison.Ordinal);
        Assert.Contains("hint: see jetson-core --help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_the_verbs() =>
        Assert.Contains("env", CliRun.Succeed("--help"), StringComparison.Ordinal);
}
