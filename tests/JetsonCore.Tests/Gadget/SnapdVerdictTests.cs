// The same verdict as snapd, and the same fault, on thousands of damaged files: snapd's own library is the judge.
// GADGET_FILES and GADGET_SEED widen the hunt (scripts/README.md).
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Gadget;

public class SnapdVerdictTests
{
    private static readonly int FilesCount = Setting("GADGET_FILES", 600);

    internal static readonly ulong Seed = (ulong)Setting("GADGET_SEED", 1);

    [Theory]
    [InlineData(GadgetMode.None)]
    [InlineData(GadgetMode.Uc18)]
    [InlineData(GadgetMode.Uc20)]
    [InlineData(GadgetMode.Classic)]
    public void Damaged_files_get_snapds_verdict(GadgetMode mode)
    {
        using var temp = new TempFolder();
        var mutator = new GadgetMutator(new SeededRandom(Seed * 10 + (ulong)mode), Corpus(mode));
        List<byte[]> files = [.. Enumerable.Range(0, FilesCount).Select(_ => mutator.Next())];
        List<string> paths = [.. files.Select((file, index) => temp.Write($"{index}.yaml", file))];
        string[] verdicts = SnapdJudge.Gadget(["yaml", mode.Name()], paths);

        List<string> disagreements = [];
        int valid = 0;
        for (int index = 0; index < files.Count; index++)
        {
            string theirs = verdicts[index];
            valid += theirs.Length == 0 ? 1 : 0;
            if (Disagreement(files[index], mode, theirs) is { } difference)
                disagreements.Add($"#{index}: {difference}\n{Encoding.UTF8.GetString(files[index])}\n=====");
        }
        if (disagreements.Count > 0)
            Assert.Fail($"{disagreements.Count} of {files.Count}:\n{string.Join('\n', disagreements.Take(40))}");
        Assert.InRange(valid, files.Count / 10, files.Count * 9 / 10);
    }

    /// <summary>What hunts have found that the damaged files of these seeds do not have.</summary>
    [Theory]
    [InlineData("size: !!null")]
    public void A_rare_structure_gets_snapds_verdict(string field)
    {
        using var temp = new TempFolder();
        byte[] file = Encoding.UTF8.GetBytes(
            $"volumes: {{pc: {{bootloader: grub, structure: [{{type: bare, {field}}}]}}}}\n");
        string theirs = SnapdJudge.Gadget(["yaml", "none"], [temp.Write("gadget.yaml", file)])[0];
        Assert.Null(Disagreement(file, GadgetMode.None, theirs));
    }

    /// <summary>
    /// In which way our verdict differs from snapd's, or null. One difference is meant: numbers beyond 64 bits wrap
    /// round in snapd and are refused here. With several volumes or defaults snapd may report either's fault first.
    /// </summary>
    internal static string? Disagreement(byte[] file, GadgetMode mode, string theirs)
    {
        var diagnostics = new DiagnosticBag();
        GadgetDocument document = GadgetReader.Read(file, diagnostics, SnapdRelease.V2576);
        GadgetRules.CheckAll(GadgetDefaults.Apply(document, mode, SnapdRelease.V2576), diagnostics);
        return Disagreement(document, diagnostics, theirs, withContent: false);
    }

    /// <summary>The same for findings already made; references to the kernel are judged with content only.</summary>
    internal static string? Disagreement(
        GadgetDocument document, DiagnosticBag diagnostics, string theirs, bool withContent)
    {
        List<Diagnostic> errors = [.. diagnostics.Items.Where(item => item.Severity == Severity.Error)];
        if (!withContent)
            errors.RemoveAll(error => error.Rule.SpecRule == "KR-FORM");
        if (errors.Exists(error => error.Rule.SpecRule is "Z-WRAP" or "L-WRAP") || theirs.StartsWith("panic", StringComparison.Ordinal))
            return null;
        string ours = string.Join("; ", errors.Select(error => $"{error.Rule.SpecRule}@{error.Span.Line} {error.Message}"));
        if (errors.Count == 0 || theirs.Length == 0)
            return errors.Count == 0 && theirs.Length == 0 ? null : $"VERDICT snapd \"{theirs}\", we \"{ours}\"";
        string[] rules = SnapdFaults.RulesOf(theirs);
        bool walksInAnyOrder = document.Volumes.Length > 1 || document.Defaults.Length > 1;
        bool isSame = walksInAnyOrder ? errors.Exists(error => rules.Contains(error.Rule.SpecRule))
            : rules.Contains(errors[0].Rule.SpecRule);
        return isSame ? null : $"FAULT snapd \"{theirs}\", we \"{ours}\"";
    }

    /// <summary>The files of the corpus that are valid in a mode.</summary>
    internal static List<string> Corpus(GadgetMode mode) =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("tests", "JetsonCore.Tests", "Gadget", "corpus"), "*.yaml")
            .Append(Repository.PathOf("gadget", "gadget.yaml"))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .Where(text => Disagreement(Encoding.UTF8.GetBytes(text), mode, "") is null),
    ];

    internal static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int set)
            ? set : usual;
}
