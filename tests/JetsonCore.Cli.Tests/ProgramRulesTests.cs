// A code stands for one rule, and for ever: two rules of one code would make a finding ambiguous.
using System.Text.Json.Nodes;
using JetsonCore.Diagnostics;
using JetsonCore.Layout;
using Xunit;

namespace JetsonCore.Cli.Tests;

public class ProgramRulesTests
{
    [Fact]
    public void A_code_stands_for_one_rule() => AssertNone(
        ProgramRules.All.GroupBy(rule => rule.Code).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(" / ", group.Select(rule => rule.Title))}"));

    [Fact]
    public void No_rule_is_forgotten() => AssertNone(
        from type in typeof(Rule).Assembly.GetTypes().Concat(typeof(ProgramRules).Assembly.GetTypes())
        where !type.ContainsGenericParameters
        from rule in RuleCatalog.In(type)
        where !ProgramRules.All.Contains(rule)
        select $"{rule.Code}: ProgramRules.cs needs the line .. RuleCatalog.In(typeof({type.Name}))");

    [Fact]
    public void Codes_have_one_shape() =>
        Assert.All(ProgramRules.All, rule => Assert.Matches("^JC[1-79][0-9]{3}$", rule.Code));

    [Fact]
    public void Every_rule_is_explained_by_its_code()
    {
        string all = CliRun.Succeed(["explain", .. ProgramRules.All.Select(rule => rule.Code)]);
        AssertNone(ProgramRules.All.Where(rule => !$"\n{all}".Contains($"\n{rule.Code}: {rule.Title} (", StringComparison.Ordinal))
            .Select(rule => rule.Code));
    }

    [Fact]
    public void Other_programs_get_all_rules()
    {
        JsonNode json = JsonNode.Parse(CliRun.Succeed("explain", "--json"))!;
        Assert.Equal(("jetson-core/rules", 1), ((string?)json["schema"], (int)json["version"]!));
        Assert.Equal(
            ProgramRules.All.Select(rule => (rule.Code, rule.Title, rule.SpecRule, Explanations.Find(rule.Code)?.Cause)),
            json["rules"]!.AsArray().Select(rule => ((string)rule!["code"]!, (string)rule["title"]!,
                (string?)rule["rule"], (string?)rule["cause"])));
        Assert.All(json["rules"]!.AsArray(), rule => Assert.Contains((string?)rule!["severity"], (string[])["error", "warning", "info"]));
    }

    [Fact]
    public void Other_programs_get_the_rules_they_name_and_hear_of_those_that_are_none()
    {
        CliRun run = CliRun.Of("explain", "--json", "jc1907", "X-OVERLAP", "JC0000", "snap-declaration");
        Assert.Equal(2, run.ExitCode);
        JsonArray rules = JsonNode.Parse(run.Output)!["rules"]!.AsArray();
        Assert.Equal(["JC1907", "JC1104"], rules.Select(rule => (string?)rule!["code"]));
        Explanation explanation = Explanations.Find("JC1907")!;
        Assert.Equal((explanation.Before, explanation.After), ((string?)rules[0]!["before"], (string?)rules[0]!["after"]));
        Assert.Contains("\"JC0000\"", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"snap-declaration\"", run.Error, StringComparison.Ordinal);
    }

    /// <summary>xunit's own words are cut after some fifty letters.</summary>
    private static void AssertNone(IEnumerable<string> offenders)
    {
        string[] all = [.. offenders];
        Assert.True(all is [], string.Join('\n', all));
    }
}
