// The man pages: mandoc and groff, who will show them, find nothing to complain of; every verb has one, with all of its
// options.
using System.CommandLine;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Shell;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class ManualTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Man_pages_of_all_verbs_please_mandoc_and_groff()
    {
        var program = new ProgramProcess(new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1700000000" });
        program.Run("manual", _temp.File("man")).MustSucceed();
        string[] pages = [.. Directory.GetFiles(_temp.File("man")).Order(StringComparer.Ordinal)];
        // Commands to copy are longer than 80 letters here and there: all else of mandoc's is mended.
        string said = Oracle.Run("mandoc", ["-Tlint", "-Wstyle", .. pages]).Output;
        Assert.DoesNotContain(said.Split('\n'), line => line.Length > 0
            && !line.Contains("STYLE: input text line longer than 80 bytes", StringComparison.Ordinal));
        foreach (string page in pages)
        {
            OracleResult groff = Oracle.Run("groff", "-ww", "-man", "-Tutf8", "-P-c", "-k", "-z", page);
            Assert.Equal("", groff.Error);
        }
        string man = Oracle.Run("mandoc", "-Tascii", _temp.File("man", "jetson-core.1")).MustSucceed();
        Assert.Contains("2023-11-14", man, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_page_has_what_the_help_has()
    {
        CliRun.Succeed("manual", _temp.Path);
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        Command[] verbs = [.. Program.CreateRoot(terminal, null).Subcommands.Where(verb => !verb.Hidden)];
        string overview = Text("jetson-core.1");
        Assert.True(verbs.Length > 20);
        foreach (Command verb in verbs)
        {
            Assert.Contains($"jetson-core-{verb.Name}(1)", overview, StringComparison.Ordinal);
            string page = Text($"jetson-core-{verb.Name}.1");
            foreach (Command command in Leaves(verb))
            {
                Assert.All(command.Options.Where(option => !option.Hidden), option =>
                    Assert.Contains(option.Name, page, StringComparison.Ordinal));
                Assert.All(command.Arguments, argument => Assert.Contains(argument.Name, page, StringComparison.Ordinal));
                string example = command.Description!.Split('\n').Last(line => line.StartsWith("  ", StringComparison.Ordinal));
                Assert.Contains(example.Trim(), page, StringComparison.Ordinal);
            }
            Assert.All((string[])["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"],
                title => Assert.Matches($"(?m)^{title}$", page));
        }
    }

    private string Text(string page) => Regex.Replace(
        Oracle.Run("mandoc", "-Tutf8", "-Owidth=500", _temp.File(page)).MustSucceed(), ".\b", "");

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
