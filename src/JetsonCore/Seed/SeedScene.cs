// A seed that is there already, and what the judgements of both kinds share: its assertions, its snaps, what its snaps
// need of each other, and findings with snapd's words beside ours.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <param name="seed">The folder of the seed.</param>
/// <param name="path">Where it lies, for messages.</param>
/// <param name="options">What is trusted, when, and how snaps are opened.</param>
/// <param name="findings">Takes every fault.</param>
internal sealed class SeedScene(DirectoryNode seed, string path, SeedJudge.Options options, DiagnosticBag findings)
{
    private const string Core = "core";

    /// <summary>The file at a path, or null.</summary>
    public FileContent? File(string inner) => (seed.Find(inner) as RegularFileNode)?.Content;

    /// <summary>The names in a folder; none where there is none.</summary>
    public IEnumerable<string> Names(string inner) => (seed.Find(inner) as DirectoryNode)?.Children.Keys ?? [];

    /// <summary>Whether there is a folder.</summary>
    public bool HasFolder(string inner) => seed.Find(inner) is DirectoryNode;

    /// <summary>The findings about a file.</summary>
    public DiagnosticBag About(string inner) => findings.About(Inner(inner));

    public void Add(Rule rule, string inner, string message, string theirs) =>
        findings.AddAbout(Inner(inner), rule, message, $"snapd: \"{theirs}\"");

    /// <summary>The assertions in a file, by its content; findings where it cannot be read.</summary>
    public IReadOnlyList<Assertion> ReadAssertions(string inner, FileContent content) =>
        AssertionFile.ReadAll(content.ReadAll(AssertionReader.StreamLimit), Inner(inner), findings) ?? [];

    /// <summary>Those of all assertions that hold, by their references.</summary>
    public Dictionary<string, Assertion> Believe(string inner, IReadOnlyList<Assertion> all)
    {
        var faults = new DiagnosticBag(Inner(inner));
        var believed = new Dictionary<string, Assertion>(StringComparer.Ordinal);
        foreach (Assertion one in AssertionVerifier.Verify(all, options.Roots, faults, options.At))
            believed[one.Reference] = one;
        foreach (Diagnostic fault in faults)
            findings.Add(fault with { Hint = $"{WordsOf(fault)}{(fault.Hint is null ? "" : $"; {fault.Hint}")}" });
        return believed;
    }

    /// <summary>Opens the file of a snap; null, with findings, where it is none.</summary>
    public SnapFile? OpenSnap(string inner, FileContent content) => options.OpenSnap(Inner(inner), content, findings);

    /// <summary>The validation sets that a model keeps to, as snapd 2.59 and later do.</summary>
    public void JudgeSets(string inner, ModelDefinition model, IEnumerable<Assertion> believed,
        IReadOnlyCollection<ValidationSets.SeededSnap> snaps)
    {
        List<Assertion> sets = [];
        foreach (ModelValidationSet set in model.ValidationSets)
        {
            if (ValidationSets.Find(set, set.Sequence, believed) is { } found)
                sets.Add(found);
            else
            {
                Add(SeedRules.SetMissing, inner,
                    $"cannot keep to the validation set \"{set.Key}\": it is not in the seed",
                    "cannot resolve validation-set");
            }
        }
        ValidationSets.Check(sets, snaps, findings.About(Inner(inner)));
    }

    /// <summary>Bases and providers of content that are missing among the names of a seed.</summary>
    public void JudgeNeeds(string inner, IEnumerable<SnapFile> snaps, IReadOnlySet<string> names)
    {
        foreach (SnapFile snap in snaps)
        {
            SnapDefinition definition = snap.Definition;
            string? needed = definition.RuntimeBase?.Value
                ?? (definition.Type.Value == SnapType.App && !definition.HasNoBase ? Core : null);
            if (needed is not null && !names.Contains(needed))
            {
                Add(SeedRules.MissingBase, inner, $"cannot run \"{snap.Name}\" without its base \"{needed}\"",
                    $"cannot use snap \"{snap.Name}\": base \"{needed}\" is missing");
            }
            foreach (Located<string> provider in definition.DefaultProviders.Where(one => !names.Contains(one.Value)))
            {
                Add(SeedRules.DefaultProvider, inner,
                    $"cannot use \"{snap.Name}\" without \"{provider.Value}\", whose content its plugs want by default",
                    $"cannot use snap \"{snap.Name}\": default provider \"{provider.Value}\" is missing");
            }
        }
    }

    /// <summary>Tells of a file without stopping at it.</summary>
    public void Tell(Rule rule, string inner, string message) => findings.AddAbout(Inner(inner), rule, message);

    /// <summary>Warns of a file that nobody reads.</summary>
    public void AddLeftover(string inner, string message) =>
        Tell(SeedJudgeRules.Leftover, inner, message);

    /// <summary>What snapd says where it stops.</summary>
    private static string WordsOf(Diagnostic fault)
    {
        string words = fault.Rule.Code switch
        {
            "JC3301" => "cannot resolve prerequisite assertion: account-key",
            "JC3404" when fault.Message.StartsWith("cannot trust account ", StringComparison.Ordinal) =>
                "circular assertions are not expected",
            "JC3403" or "JC3404" => "cannot resolve prerequisite assertion",
            "JC3302" => "failed signature verification",
            "JC3303" => "but expected it from",
            "JC3304" => "outside of signing key validity",
            "JC3305" when fault.Message.Contains("is no store", StringComparison.Ordinal) => "is not signed by a store",
            "JC3305" when fault.Message.Contains("\"revision-authority\"", StringComparison.Ordinal) =>
                "is not signed by an authorized authority",
            "JC3305" => "is not signed by a directly trusted authority",
            "JC3405" => "assertion is signed with expired public key",
            "JC3406" => "is latest supported",
            "JC3407" => "with primary key clashing with a trusted assertion",
            _ => "cannot accept some assertions",
        };
        return $"snapd: \"{words}\"";
    }

    private string Inner(string inner) => inner is "" ? path : $"{path}/{inner}";
}
