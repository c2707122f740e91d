// A code stands for one rule, and for ever: two rules of one code would make a finding ambiguous.
using JetsonCore.Diagnostics;
using JetsonCore.Layout;
using Xunit;

namespace JetsonCore.Cli.Tests;

public class ProgramRulesTests
{
    [Fact]
    public void A_code_stands_for_one_rule() => Assert.Empty(
        ProgramRules.All.GroupBy(rule => rule.Code).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(" / ", group.Select(rule => rule.Title))}"));

    [Fact]
    public void No_rule_is_forgotten() => Assert.Equal(
        new[] { typeof(Rule).Assembly, typeof(ProgramRules).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => RuleCatalog.In(type))
            .Select(rule => rule.Code).Order(StringComparer.Ordinal),
        ProgramRules.All.Select(rule => rule.Code));

    [Fact]
    public void Codes_have_one_shape() =>
        Assert.All(ProgramRules.All, rule => Assert.Matches("^JC[1-79][0-9]{3}$", rule.Code));

    [Fact]
    public void Every_rule_is_explained_by_its_code()
    {
        foreach (Rule rule in ProgramRules.All)
            Assert.StartsWith($"{rule.Code}: {rule.Title} (", CliRun.Succeed("explain", rule.Code), StringComparison.Ordinal);
    }
}
