// The same verdict as `snap pack`, and the same fault, on gadget trees: damaged gadget.yaml files with their content.
// Most go through snapd's library; some hundreds through the program itself, which says the same and takes longer.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class SnapPackVerdictTests
{
    private const int ProgramCount = 300;
    private static readonly int LibraryCount = SnapdVerdictTests.Setting("GADGET_FILES", 600);

    [Fact]
    public void Trees_get_the_verdict_of_snapds_library()
    {
        using var temp = new TempFolder();
        List<string> folders = WriteTrees(temp, LibraryCount, seed: 7);
        Compare(folders, SnapdJudge.Gadget(["pack"], folders));
    }

    [Fact]
    public void Trees_get_the_verdict_of_snap_pack()
    {
        using var temp = new TempFolder();
        List<string> folders = WriteTrees(temp, ProgramCount, seed: 8);
        Compare(folders, [.. folders.Select(folder => Pack(folder, temp.File("packed")))]);
    }

    private static List<string> WriteTrees(TempFolder temp, int count, ulong seed)
    {
        var random = new SeededRandom((SnapdVerdictTests.Seed * 10) + seed);
        var mutator = new GadgetMutator(random, SnapdVerdictTests.Corpus(GadgetMode.None));
        List<string> folders = [.. Enumerable.Range(0, count).Select(index => temp.File($"gadget-{index}"))];
        foreach (string folder in folders)
            GadgetTree.Write(folder, random.Chance(3) ? mutator.Whole() : mutator.Next(), random);
        return folders;
    }

    private static string Pack(string folder, string target)
    {
        OracleResult result = Oracle.Run(new OracleCall("snap") { Arguments = ["pack", "--check-skeleton", folder, target] });
        return result.ExitCode == 0 ? "" : result.Error;
    }

    /// <summary>Our own `snap pack` goes by the newest rules; it refuses what `check` refuses, in the same words.</summary>
    private static void AssertPackAgrees(string folder, GadgetInput input)
    {
        GadgetReport report = GadgetChecker.Check(input, new());
        var findings = new DiagnosticBag();
        SnapDefinition? packed = SnapPacker.Check(folder, FolderTree.Read(folder), findings);
        Assert.Equal(report.IsOk, packed is not null);
        Assert.Equal(Errors(report.Diagnostics), Errors(findings));
    }

    private static IEnumerable<Diagnostic> Errors(DiagnosticBag findings) =>
        findings.Items.Where(finding => finding.Severity == Severity.Error);

    private static void Compare(List<string> folders, string[] verdicts)
    {
        List<string> disagreements = [];
        for (int index = 0; index < folders.Count; index++)
        {
            using GadgetInput input = GadgetInput.Open(folders[index]);
            GadgetReport report = GadgetChecker.Check(input, new() { Release = SnapdRelease.V2576 });
            string? difference = SnapdVerdictTests.Disagreement(
                report.Gadget.Document, report.Diagnostics, verdicts[index], withContent: true);
            AssertPackAgrees(folders[index], input);
            if (difference is not null)
                disagreements.Add($"#{index}: {difference}\n{Encoding.UTF8.GetString(input.Yaml!)}\n=====");
        }
        if (disagreements.Count > 0)
            Assert.Fail($"{disagreements.Count} of {folders.Count}:\n{string.Join('\n', disagreements.Take(40))}");
        int valid = verdicts.Count(verdict => verdict.Length == 0);
        Assert.InRange(valid, folders.Count / 10, folders.Count * 9 / 10);
    }
}
