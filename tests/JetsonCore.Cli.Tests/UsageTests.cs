// Wrong arguments end with exit code 2 and a hint, on standard error only.
using System.CommandLine;
using JetsonCore.Cli.Shell;
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

    [Theory]
    [InlineData("check")]
    [InlineData("layout")]
    public void A_misspelt_option_is_no_gadget(string verb)
    {
        CliRun run = CliRun.Of(verb, "--jsn", "gadget.yaml");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'--jsn'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_the_verbs() =>
        Assert.Contains("env", CliRun.Succeed("--help"), StringComparison.Ordinal);

    [Fact]
    public void The_help_of_every_command_that_does_something_has_an_example()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        Command[] commands = [.. Leaves(Program.CreateRoot(terminal, null))];
        Assert.True(commands.Length > 20);
        Assert.All(commands, command => Assert.Contains("\n  jetson-core ", command.Description, StringComparison.Ordinal));
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
