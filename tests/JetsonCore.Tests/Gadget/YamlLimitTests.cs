// Files that are made to hurt: they end in a finding, soon, and without a flood of memory.
using System.Diagnostics;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class YamlLimitTests
{
    [Fact]
    public void Anchors_that_explode_are_refused() => AssertRefused(
        "defaults:\n  system:\n    a: &a [x, x, x, x, x, x, x, x, x]\n" + string.Concat(
            "bcdefghijk".Select((letter, index) => $"    {letter}: &{letter} [{Repeat("abcdefghij"[index])}]\n")), "JC1003");

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Deep_nesting_is_refused(string level) =>
        AssertRefused("defaults: " + string.Concat(Enumerable.Repeat(level, 200_000)), "JC1004", "JC1001");

    [Fact]
    public void A_huge_file_is_refused() => AssertRefused(new string('#', 17 << 20), "JC1004");

    [Fact]
    public void A_long_line_is_read() => Assert.Empty(Errors($"# {new string('x', 8 << 20)}\ndefaults: {{}}\n"));

    [Fact]
    public void Junk_ends_in_findings()
    {
        var random = new SeededRandom(1);
        for (int round = 0; round < 200; round++)
        {
            GadgetInput input = new() { YamlPath = "junk", Yaml = random.Bytes(random.Next(4000)) };
            Assert.NotNull(GadgetChecker.Check(input, new()));
        }
    }

    private static string Repeat(char anchor) => string.Join(", ", Enumerable.Repeat($"*{anchor}", 9));

    private static void AssertRefused(string yaml, params string[] codes) =>
        Assert.Contains(Errors(yaml), error => codes.Contains(error.Rule.Code));

    private static List<Diagnostic> Errors(string yaml)
    {
        long before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        GadgetInput input = new() { YamlPath = "gadget.yaml", Yaml = Encoding.UTF8.GetBytes(yaml) };
        GadgetReport report = GadgetChecker.Check(input, new());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 2L << 30);
        return [.. report.Diagnostics.Items.Where(item => item.Severity == Severity.Error)];
    }
}
