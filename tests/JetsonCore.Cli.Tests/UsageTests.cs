// Wrong arguments end with exit code 2 and a hint, on standard error only.
using System.CommandLine;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Shell;
using JetsonCore.TestKit;
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

    [Theory]
    [InlineData("layout --device-size 713066000 x.yaml", "713065984 or 713066496")]
    [InlineData("layout --device-size 513K --sector-size 4K x.yaml", "524288 or 528384")]
    [InlineData("layout --device-size 1 x.yaml", "write 512")]
    [InlineData("fs make ext4 . x --size 71306600", "71306240 or 71306752")]
    [InlineData("fs make vfat . x --size 1000 --sector-size 1KiB", "write 1024")]
    [InlineData("build --model m --gadget g --kernel k --image-size 713066000", "713065984 or 713066496")]
    [InlineData("build --model m --gadget g --kernel k --image-size 14GB", "write 14G or 14GiB")]
    [InlineData("build --model m --gadget g --kernel k --image-size 9999999T", "cannot read the size")]
    [InlineData("env make x y --size 17T", "at most")]
    [InlineData("fs make squashfs . x --block-size 0", "1 at least")]
    public void Sizes_are_whole_sectors_and_read_alike(string arguments, string message)
    {
        CliRun run = CliRun.Of(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error[JC9001]", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("64K")]
    [InlineData("64k")]
    [InlineData("64KiB")]
    [InlineData("0x10000")]
    public void A_size_is_written_as_people_do(string size)
    {
        using var temp = new TempFolder();
        temp.Write("text", "a=b\n");
        CliRun.Succeed("env", "make", temp.File("text"), temp.File("block"), "--size", size);
        Assert.Equal(65536, new FileInfo(temp.File("block")).Length);
    }

    [Fact]
    public void Help_lists_the_verbs() =>
        Assert.Contains("env", CliRun.Succeed("--help"), StringComparison.Ordinal);

    [Fact]
    public void The_name_alone_shows_what_there_is_and_is_no_success()
    {
        CliRun run = CliRun.Of();
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("\n  doctor ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  complete ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("buidl", "\"jetson-core buidl\": did you mean \"build\"?")]
    [InlineData("fs lss", "\"jetson-core fs lss\": did you mean \"ls\"?")]
    [InlineData("fs", "name a command of \"jetson-core fs\": make, ls, cat, find, extract")]
    public void A_command_that_is_not_there_is_answered_by_those_that_are(string arguments, string message)
    {
        CliRun run = CliRun.Of(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_of_every_command_that_does_something_has_an_example()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        Command[] commands = [.. Leaves(Program.CreateRoot(terminal, null))];
        Assert.True(commands.Length > 20);
        Assert.All(commands, command => Assert.Contains("\n  jetson-core ", command.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_has_every_verb_in_its_table()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        string table = string.Concat(readme.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        Assert.All(Program.CreateRoot(terminal, null).Subcommands.Where(verb => !verb.Hidden), verb => Assert.True(
            Regex.IsMatch(table, $"`{verb.Name}[ `]"), $"README.md: its table of verbs lacks `{verb.Name}`"));
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
