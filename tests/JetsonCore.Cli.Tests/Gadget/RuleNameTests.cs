// Every name of a demand of snapd or ubuntu-image (README.md of the Gadget folder) is that of a rule, or the README
// says why it is not.
using JetsonCore.Layout;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class RuleNameTests
{
    [Fact]
    public void Every_name_is_that_of_a_rule_or_has_a_reason()
    {
        string readme = File.ReadAllText(Repository.PathOf("src", "JetsonCore", "Gadget", "README.md"));
        string section = readme[readme.IndexOf("## Names", StringComparison.Ordinal)..];
        string[] parts = section.Split("```");
        HashSet<string> names = [.. parts[1].Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
        HashSet<string> reasons =
        [
            .. parts[2].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Select(line => line.Split('|')[1].Trim()),
        ];
        HashSet<string> rules = [.. RuleCatalog.All.Select(rule => rule.SpecRule!)];
        Assert.True(names.Count > 130);
        Assert.All(names, name => Assert.True(rules.Contains(name) != reasons.Contains(name),
            $"{name} needs either a rule or a reason to have none"));
    }
}
