// Every rule of gadget.yaml has a case: a gadget that breaks it and one that keeps it, with what `check` says of both.
// tests/JetsonCore.Tests/Gadget/cases/CODE: fail.yaml and pass.yaml (or folders fail and pass), options.txt with the
// arguments of the run, and the golden texts. UPDATE_GOLDEN=1 rewrites those.
using System.Text.RegularExpressions;
using JetsonCore.Diagnostics;
using JetsonCore.Layout;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public partial class CheckCaseTests
{
    private static readonly string[] Folder = ["tests", "JetsonCore.Tests", "Gadget", "cases"];

    /// <summary>Rules without a case, and why.</summary>
    private static readonly Dictionary<string, string> WithoutCase = new()
    {
        ["JC1004"] = "needs a file of 16 MiB: YamlLimitTests",
        ["JC1012"] = "needs more than a thousand findings: YamlLimitTests",
        ["JC1006"] = "needs a folder without a gadget.yaml: CheckCommandTests",
        ["JC1915"] = "is said by layout, not by check: LayoutCommandTests",
        ["JC1535"] = "is reported before any gadget is read: CheckCommandTests",
    };

    public static TheoryData<string> Cases() => [.. Codes()];

    private static IEnumerable<string> Codes() =>
        Directory.EnumerateDirectories(Repository.PathOf(Folder), "JC*").Select(path => Path.GetFileName(path)).Order();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_says_what_its_golden_texts_say(string code)
    {
        string failed = Run(code, "fail"), passed = Run(code, "pass");
        Assert.Contains($"[{code}]", failed, StringComparison.Ordinal);
        Assert.DoesNotContain($"[{code}]", passed, StringComparison.Ordinal);
        Golden.Matches(failed, [.. Folder, code, "fail.golden.txt"]);
        Golden.Matches(passed, [.. Folder, code, "pass.golden.txt"]);
        Rule rule = RuleCatalog.Find(code)!;
        bool isRefused = failed.Contains(": error[", StringComparison.Ordinal);
        Assert.Equal(rule.Severity == Severity.Error && code is not ("JC1721" or "JC1722" or "JC1723"), isRefused);
        Assert.DoesNotContain(": error[", passed, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_case_or_a_reason()
    {
        HashSet<string> cases = [.. Codes()];
        Assert.All(
            RuleCatalog.All.Where(rule => rule.Code.StartsWith("JC1", StringComparison.Ordinal)
                || rule.Code.StartsWith("JC21", StringComparison.Ordinal)),
            rule => Assert.True(cases.Contains(rule.Code) != WithoutCase.ContainsKey(rule.Code),
                $"{rule.Code} ({rule.SpecRule}) needs either a case, {string.Join('/', Folder)}/{rule.Code} with "
                    + "fail.yaml and pass.yaml, or a reason to have none, in WithoutCase"));
    }

    [Fact]
    public void Every_code_is_explained_with_the_examples_of_its_case()
    {
        foreach (Rule rule in RuleCatalog.All)
        {
            Explanation? explanation = Explanations.Find(rule.Code);
            Assert.True(explanation is not null,
                $"{rule.Code} is not explained: the Explanations.md of its folder needs \"## {rule.Code}\"");
            if (explanation.Before.Length == 0 || !Directory.Exists(Repository.PathOf([.. Folder, rule.Code])))
                continue;
            AssertExample(explanation.Before, rule.Code, "fail");
            AssertExample(explanation.After, rule.Code, "pass");
        }
        string[] codes = [.. Directory.EnumerateFiles(
                Repository.PathOf("src"), "Explanations.md", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..].Trim())];
        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.True(ProgramRules.All.Any(rule => rule.Code == code),
            $"{code} is explained, and no rule has this code"));
        Assert.All(codes, code => Assert.True(Explanations.Find(code) is not null,
            $"{code} is explained in a file that Explanations.cs and JetsonCore.csproj do not name"));
    }

    /// <summary>An example is in its case, but for lines that say "…" or count.</summary>
    private static void AssertExample(string example, string code, string kind)
    {
        if (code is "JC1721" or "JC1722" or "JC1723" or "JC1913" || example.Contains('…', StringComparison.Ordinal))
            return;
        string yaml = Repository.PathOf([.. Folder, code, kind]);
        yaml = File.ReadAllText(Directory.Exists(yaml) ? Path.Combine(yaml, "meta", "gadget.yaml") : $"{yaml}.yaml");
        Assert.Contains(Unindented(example), Unindented(yaml), StringComparison.Ordinal);
    }

    private static string Unindented(string text) => LineStart().Replace(text.TrimEnd(), "");

    private static string Run(string code, string kind)
    {
        string folder = Repository.PathOf([.. Folder, code]) + "/";
        string options = Path.Exists(folder + "options.txt") ? File.ReadAllText(folder + "options.txt").Trim() : "";
        string input = Directory.Exists(folder + kind) ? folder + kind : $"{folder}{kind}.yaml";
        string[] arguments =
        [
            "check",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => Path.Exists(folder + word) ? folder + word : word),
            input,
        ];
        CliRun run = CliRun.Of(arguments);
        Assert.InRange(run.ExitCode, 0, 1);
        return (run.Output + run.Error).Replace(folder, "", StringComparison.Ordinal);
    }

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex LineStart();
}
