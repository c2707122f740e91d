// Whatever snapd's library lays out is drawn, and everything lies where snapd has it.
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;
using JetsonCore.TestKit;
using JetsonCore.Tests.Gadget;
using Xunit;

namespace JetsonCore.Tests.Layout;

public class LayoutVerdictTests
{
    [Fact]
    public void Damaged_files_that_snapd_lays_out_are_drawn_alike()
    {
        using var temp = new TempFolder();
        var mutator = new GadgetMutator(
            new SeededRandom((SnapdVerdictTests.Seed * 10) + 7), SnapdVerdictTests.Corpus(GadgetMode.Uc18));
        List<byte[]> files = [.. Enumerable.Range(0, 500).Select(_ => mutator.Next())];
        string[] answers = SnapdJudge.Gadget(
            ["layout", "uc18"], files.Select((file, index) => temp.Write($"{index}.yaml", file)));
        List<string> disagreements = [];
        int drawn = 0;
        for (int index = 0; index < files.Count; index++)
        {
            if (!answers[index].StartsWith("places", StringComparison.Ordinal))
                continue;
            drawn++;
            if (Draw(files[index]) is var ours && ours is not null && ours != answers[index])
                disagreements.Add($"snapd {answers[index]}\nwe {ours}\n{Encoding.UTF8.GetString(files[index])}");
        }
        Assert.Empty(disagreements.Take(5));
        Assert.InRange(drawn, 60, 450);
    }

    /// <summary>Where everything lies; null where sums go beyond 62 bits, which wrap round in snapd.</summary>
    private static string? Draw(byte[] yaml)
    {
        var diagnostics = new DiagnosticBag("gadget.yaml");
        GadgetDocument document = GadgetReader.Read(yaml, diagnostics, SnapdRelease.V2576);
        GadgetDefinition gadget = GadgetDefaults.Apply(document, GadgetMode.Uc18, SnapdRelease.V2576);
        IReadOnlyList<VolumePlan> plans = VolumePlanner.Plan(
            gadget, new() { IsDrawing = true, AddImplicitData = false }, diagnostics);
        if (diagnostics.Items.Any(item => item.Rule == LayoutRuleList.SectorRange))
            return null;
        IEnumerable<string> lines = plans.Select(plan => $"places {plan.Name}:" + string.Concat(plan.Structures.Select(
            structure => string.Create(CultureInfo.InvariantCulture,
                $" #{structure.Index} {structure.StartBytes}+{structure.SizeBytes}"))));
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
