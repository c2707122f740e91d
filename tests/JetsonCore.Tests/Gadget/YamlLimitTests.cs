// Files that are made to hurt: they end in a finding, soon, and without a flood of memory.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
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

    [Theory]
    [InlineData("volumes:\n  pc:\n    bootloader: grub\n    structure:\n", "    - {{type: bare, size: 1M, name: n{0}, filesystem-label: l{0}}}\n")]
    [InlineData("volumes:\n  pc:\n    bootloader: grub\n    x: y\n", "    x{0}: y\n")]
    [InlineData("volumes:\n  pc: {bootloader: grub}\n", "  v{0}: {{}}\n")]
    [InlineData("defaults:\n  system: {}\n", "  {0:D32}: {{}}\n")]
    public void Many_of_a_kind_are_read_soon(string start, string line) => Assert.Empty(Errors(start + string.Concat(
        Enumerable.Range(0, 100_000).Select(number => string.Format(CultureInfo.InvariantCulture, line, number)))));

    [Fact]
    public void Very_many_findings_are_cut_short()
    {
        string yaml = "volumes: {}\n" + string.Concat(Enumerable.Range(0, 3 * DiagnosticBag.MostOfEach).Select(number => $"x{number}: y\n"));
        GadgetReport report = Check(yaml);
        Assert.True(report.IsOk);
        Assert.Equal(DiagnosticBag.MostOfEach, report.Diagnostics.Items.Count(item => item.Severity == Severity.Warning));
        Assert.Contains(report.Diagnostics.Items, item => item.Rule == GadgetRuleList.ManyFindings);
    }

    [Fact]
    public void Errors_behind_very_many_warnings_count()
    {
        string yaml = string.Concat(Enumerable.Range(0, 3 * DiagnosticBag.MostOfEach).Select(number => $"x{number}: y\n"))
            + "volumes: {pc: {bootloader: lilo}}\n";
        Assert.Single(Errors(yaml), error => error.Rule.Code == "JC1304");
    }

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

    private static GadgetReport Check(string yaml) =>
        GadgetChecker.Check(new() { YamlPath = "gadget.yaml", Yaml = Encoding.UTF8.GetBytes(yaml) }, new());

    private static List<Diagnostic> Errors(string yaml)
    {
        long before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        GadgetReport report = Check(yaml);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(120));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 2L << 30);
        return [.. report.Diagnostics.Items.Where(item => item.Severity == Severity.Error)];
    }
}
