// What the program offers for a word, whatever shell asks.
using System.CommandLine;
using System.CommandLine.Completions;
using JetsonCore.Cli.Completion;
using JetsonCore.Cli.Shell;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Completion;

public sealed class WordCompletionTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_value_is_of_a_kind_that_is_known()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        var unknown = new List<string>();
        foreach (Command command in Commands(Program.CreateRoot(terminal, null)))
        {
            IEnumerable<Symbol> values = command.Arguments.Cast<Symbol>()
                .Concat(command.Options.Where(option => option.Arity.MinimumNumberOfValues > 0));
            unknown.AddRange(values
                .Where(symbol => !symbol.GetCompletions(CompletionContext.Empty).Any() && ValueKinds.Of(command, symbol) is null)
                .Select(symbol => $"{command.Name} {symbol.Name} {(symbol as Option)?.HelpName}: a line in ValueKind.cs"));
        }
        Assert.Empty(unknown);
    }

    [Fact]
    public void Options_that_are_there_are_not_offered_again()
    {
        Assert.Contains("--json", Words("inspect", "--"));
        Assert.DoesNotContain("--json", Words("inspect", "--json", "--"));
        Assert.Contains("--exclude", Words("fs", "ls", "--exclude", "a", "--"));
        Assert.Equal(["-O"], Words("build", "-O"));
        Assert.Empty(Words("inspect", "--", "--"));
        Assert.DoesNotContain("complete", Words(""));
    }

    [Fact]
    public void Partitions_of_a_dos_table_have_numbers_and_labels()
    {
        string disk = _temp.File("disk");
        Oracle.Run("truncate", "-s", "8M", disk).MustSucceed();
        Oracle.Run(new OracleCall("sfdisk") { Arguments = ["-q", disk], Input = "2048,8192,c\n"u8.ToArray() }).MustSucceed();
        Oracle.Run("mkfs.vfat", "-n", "SEED", "--offset", "2048", disk, "4096").MustSucceed();
        Assert.Equal([$"{disk}:1/", $"{disk}:SEED/"], Words("inspect", $"{disk}:"));
    }

    [Fact]
    public void What_is_packed_and_too_large_is_not_unpacked_and_damage_offers_nothing()
    {
        string disk = _temp.File("zeros");
        Oracle.Run("truncate", "-s", "600M", disk).MustSucceed();
        _temp.Write("a", "text");
        Oracle.Run("tar", "-C", _temp.Path, "-I", "zstd -1", "-cf", _temp.File("large.tar.zst"), "a", "zeros").MustSucceed();
        Assert.Empty(Words("inspect", _temp.File("large.tar.zst") + ":"));
        Oracle.Run("tar", "-C", _temp.Path, "-cf", _temp.File("large.tar"), "a", "zeros").MustSucceed();
        Assert.Equal(2, Words("inspect", _temp.File("large.tar") + ":").Length);
        _temp.Write("bad", File.ReadAllBytes(_temp.File("large.tar.zst")).AsSpan(0, 100));
        Assert.Empty(Words("inspect", _temp.File("bad") + ":"));
        Oracle.Run("mkfifo", _temp.File("pipe")).MustSucceed();
        Assert.Empty(Words("inspect", _temp.File("pipe") + ":a"));
    }

    [Fact]
    public void Names_that_a_line_cannot_hold_are_left_out()
    {
        _temp.Write("t/a\nb", "");
        _temp.Write("t/a\tb", "");
        _temp.Write("t/a:b/c", "");
        _temp.Write("t/ü", "");
        string archive = _temp.File("t.tar");
        Oracle.Run("tar", "-C", _temp.File("t"), "-cf", archive, ".").MustSucceed();
        Assert.Equal([$"{archive}:a:b/", $"{archive}:ü"], Words("inspect", $"{archive}:"));
        Assert.Equal([$"{archive}:a:b/c"], Words("inspect", $"{archive}:a:b/"));
    }

    private static string[] Words(params string[] line) =>
        [.. CliRun.Succeed(["complete", "--", .. line]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(offer => offer.Split('\t')[0])];

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);
}
