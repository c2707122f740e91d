// The simulator's judge: snippets of U-Boot's shell are typed at a real U-Boot in QEMU and run by `env simulate`, in one
// session each; the console and, behind each snippet, all variables have to be the same. How long reading took is not
// compared.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed class SnippetTests
{
    private const string Marker = "@@@ ";

    [BootFact]
    public void The_simulator_shows_what_U_Boot_shows()
    {
        using var folder = new TempFolder();
        string disk = SnippetDisk.Make(folder);
        List<(string Name, string[] Lines)> snippets = [.. Read("grammar"), .. Read("commands"), .. Read("boards")];
        Assert.True(snippets.Count >= 100);
        string[] lines =
        [
            .. snippets.SelectMany(snippet => (string[])
                [$"env default -a; echo {Marker}{snippet.Name}", .. snippet.Lines, "printenv"]),
            $"echo {Marker}end",
        ];
        Dictionary<string, string> ours = SnippetRun.Split(SnippetRun.Simulate(folder, disk, lines), Marker);
        Dictionary<string, string> real = SnippetRun.Split(SnippetRun.Ask(disk, lines), Marker);
        string[] differences =
        [
            .. from snippet in snippets
               let shown = real.GetValueOrDefault(snippet.Name, "(nothing)")
               let said = ours.GetValueOrDefault(snippet.Name, "(nothing)")
               where shown != said
               select $"{snippet.Name}: {SnippetRun.FirstDifference(shown, said)}",
        ];
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }

    [Fact]
    public void Every_rule_of_the_grammar_has_its_snippets()
    {
        string text = File.ReadAllText(Repository.PathOf("src", "JetsonCore", "Boot", "README.md"));
        string table = text[text.IndexOf("| rule | snippets |", StringComparison.Ordinal)..];
        string[] rows = [.. table.Split('\n').TakeWhile(line => line.StartsWith('|')).Skip(2)];
        IEnumerable<string> named = rows.SelectMany(row => row.Split('|')[^2].Split(',', StringSplitOptions.TrimEntries));
        Assert.Equal(Read("grammar").Select(snippet => snippet.Name).Order(), named.Order());
    }

    private static IEnumerable<(string Name, string[] Lines)> Read(string name)
    {
        string text = File.ReadAllText(
            Repository.PathOf("tests", "JetsonCore.Cli.Tests", "Boot", "snippets", $"{name}.txt"));
        foreach (string part in text.Split("### ").Skip(1))
        {
            string[] lines = part.TrimEnd('\n').Split('\n');
            yield return (lines[0], lines[1..]);
        }
    }
}
