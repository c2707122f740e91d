// The simulator's judge: snippets of U-Boot's shell are typed at a real U-Boot in QEMU and run by `env simulate`, in one
// session each; the console and, behind each snippet, all variables have to be the same. How long reading took is not
// compared.
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

public sealed partial class SnippetTests
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
        Dictionary<string, string> ours = Split(Simulate(folder, disk, lines));
        Dictionary<string, string> real = Split(Ask(disk, lines));
        string[] differences =
        [
            .. from snippet in snippets
               let shown = real.GetValueOrDefault(snippet.Name, "(nothing)")
               let said = ours.GetValueOrDefault(snippet.Name, "(nothing)")
               where shown != said
               select $"{snippet.Name}: {FirstDifference(shown.Split('\n'), said.Split('\n'))}",
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

    private static string FirstDifference(string[] shown, string[] said)
    {
        int at = 0;
        while (at < shown.Length && at < said.Length && shown[at] == said[at])
            at++;
        return $"line {at + 1}\n  U-Boot    {shown.ElementAtOrDefault(at)}\n  simulated {said.ElementAtOrDefault(at)}";
    }

    private static string Simulate(TempFolder folder, string disk, string[] lines)
    {
        string script = folder.Write("script", Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n"));
        string environment = folder.Write("environment", BuiltIn());
        CliRun run = CliRun.Of("env", "simulate", "--script", script, "--env", environment, "--fs", disk);
        return run.Output;
    }

    /// <summary>The environment in U-Boot, as scripts/build-uboot puts it together.</summary>
    private static byte[] BuiltIn() =>
    [
        .. File.ReadAllBytes(Repository.PathOf("gadget", "uboot.env.in")),
        .. "snap_core=core18_x1.snap\nsnap_kernel=jetson-tx1-kernel_x1.snap\npreboot=env load\n"u8,
    ];

    private static string Ask(string disk, string[] lines)
    {
        using var prompt = new UBootPrompt(disk);
        return string.Concat(lines.Select(prompt.Type));
    }

    private static Dictionary<string, string> Split(string console)
    {
        var snippets = new Dictionary<string, string>();
        string comparable = ReadTime().Replace(console, " in T ms").Replace("\r", "", StringComparison.Ordinal);
        foreach (string part in comparable.Split(Marker).Skip(1))
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            snippets[part[..end]] = part[(end + 1)..]
                .Replace("## Resetting to default environment\n", "", StringComparison.Ordinal);
        }
        return snippets;
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

    [GeneratedRegex(@" in \d+ ms( \([^)]*\))?")]
    private static partial Regex ReadTime();
}
