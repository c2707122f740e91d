// Whether devices can go from one gadget to another: the same answer as snapd's library, on pairs of a file and its
// damaged copy.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class RemodelVerdictTests
{
    private static readonly GadgetCheckOptions Options =
        new() { Mode = GadgetMode.Uc18, Release = SnapdRelease.V2576 };

    [Fact]
    public void Pairs_get_snapds_verdict_on_a_remodel()
    {
        using var temp = new TempFolder();
        List<string> corpus = SnapdVerdictTests.Corpus(GadgetMode.Uc18);
        var random = new SeededRandom((SnapdVerdictTests.Seed * 10) + 9);
        List<(string Old, string New)> pairs = [];
        for (int index = 0; pairs.Count < 400; index++)
        {
            string text = random.Pick(corpus);
            var mutator = new GadgetMutator(random, [text]);
            string old = temp.Write($"{index}-old.yaml", text), next = temp.Write($"{index}-new.yaml", mutator.Next());
            if (Check(next).IsOk)
                pairs.Add((old, next));
        }
        string[] verdicts = SnapdJudge.Gadget(["update", "remodel"], pairs.Select(pair => $"{pair.Old}\t{pair.New}"));
        List<string> disagreements = [];
        for (int index = 0; index < pairs.Count; index++)
        {
            GadgetReport report = Check(pairs[index].New);
            GadgetChecker.Compare(Check(pairs[index].Old).Gadget, report, isRemodel: true);
            if (report.IsOk != (verdicts[index].Length == 0))
            {
                Diagnostic? error = report.Diagnostics.Items.FirstOrDefault(item => item.Severity == Severity.Error);
                disagreements.Add($"snapd \"{verdicts[index]}\", we \"{error?.Message}\"\n"
                    + $"{File.ReadAllText(pairs[index].Old)}\n→\n{File.ReadAllText(pairs[index].New)}");
            }
        }
        if (disagreements.Count > 0)
            Assert.Fail($"{disagreements.Count} of {pairs.Count}:\n{string.Join("\n=====\n", disagreements.Take(5))}");
        Assert.InRange(verdicts.Count(verdict => verdict.Length == 0), 40, 360);
    }

    private static GadgetReport Check(string path)
    {
        using GadgetInput input = GadgetInput.Open(path);
        return GadgetChecker.Check(input, Options);
    }
}
