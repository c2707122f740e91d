// Mending does no harm: on damaged files of all kinds no error is added, no line is lost, and what is mended stays so.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class GadgetFixerTests
{
    [Fact]
    public void Damaged_files_are_not_made_worse()
    {
        var mutator = new GadgetMutator(
            new SeededRandom((SnapdVerdictTests.Seed * 10) + 8), SnapdVerdictTests.Corpus(GadgetMode.None));
        int mended = 0;
        for (int index = 0; index < 600; index++)
        {
            byte[] file = mutator.Next();
            byte[] better = GadgetFixer.Fix(file, Check);
            string text = Encoding.UTF8.GetString(file);
            Assert.True(Errors(better) <= Errors(file), text);
            Assert.Equal(better, GadgetFixer.Fix(better, Check));
            Assert.Equal(file.Count(letter => letter == '\n'), better.Count(letter => letter == '\n'));
            mended += better.AsSpan().SequenceEqual(file) ? 0 : 1;
        }
        Assert.InRange(mended, 5, 300);
    }

    private static int Errors(byte[] yaml) => Check(yaml).Count(finding => finding.Severity == Severity.Error);

    private static IReadOnlyList<Diagnostic> Check(byte[] yaml) =>
        GadgetChecker.Check(new() { YamlPath = "gadget.yaml", Yaml = yaml }, new()).Diagnostics.Items;
}
