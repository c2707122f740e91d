// Judges a seed of Ubuntu Core 16 or 18 that is there already, whoever made it: what snapd would refuse at the first
// boot, every fault at once, each with snapd's words beside ours.
//
//   assertions/*      one model; every assertion holds and has what it needs
//   seed.yaml         names, files, channels
//   snaps/*           each is there, is the snap it stands for, and fits its statements
//   together          essential snaps, the gadget's base, bases, content providers
//
// Peer: snapd seed/seed16.go, seed/validate.go, snap.ValidateBasesAndProviders.
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>Judges seeds.</summary>
public sealed class SeedJudge
{
    private const string Core = "core", Core16 = "core16";
    private const int YamlLengthMax = 1 << 20;

    private readonly DirectoryNode _seed;
    private readonly string _path;
    private readonly TrustedRoots _roots;
    private readonly DiagnosticBag _findings;
    private readonly Dictionary<string, Assertion> _believed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SnapFile> _snaps = new(StringComparer.Ordinal);
    private Assertion? _model;

    private SeedJudge(DirectoryNode seed, string path, TrustedRoots roots, DiagnosticBag findings) =>
        (_seed, _path, _roots, _findings) = (seed, path, roots, findings);

    /// <summary>How a seed is judged.</summary>
    /// <param name="Roots">What is trusted to begin with.</param>
    /// <param name="At">When it is to be seeded; null where the day shall not matter.</param>
    /// <param name="OpenSnap">Opens the file of a snap; null, with findings, where it is none.</param>
    public sealed record Options(
        TrustedRoots Roots, DateTimeOffset? At, Func<string, FileContent, DiagnosticBag, SnapFile?> OpenSnap);

    /// <summary>Judges a seed.</summary>
    /// <param name="seed">The folder with seed.yaml.</param>
    /// <param name="path">Where it lies, for messages.</param>
    /// <param name="options">What is trusted, when, and how snaps are opened.</param>
    /// <param name="diagnostics">Takes every fault.</param>
    /// <returns>How many snaps and assertions there are.</returns>
    public static (int Snaps, int Assertions) Judge(
        DirectoryNode seed, string path, Options options, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var judge = new SeedJudge(seed, path, options.Roots, diagnostics);
        int assertions = judge.JudgeAssertions(options.At, out ModelDefinition? model);
        List<SeedYamlEntry> entries = judge.ReadYaml();
        foreach (SeedYamlEntry entry in entries)
            judge.OpenSnap(entry, options.OpenSnap);
        SnapFile.TakeDigests(entries.Where(entry => !entry.IsUnasserted)
            .Select(entry => judge._snaps.GetValueOrDefault(entry.Name.Value)).OfType<SnapFile>().Distinct());
        foreach (SeedYamlEntry entry in entries)
            judge.JudgeSnap(entry);
        judge.JudgeTogether(entries, model);
        judge.FindLeftovers(entries);
        return (entries.Count, assertions);
    }

    private int JudgeAssertions(DateTimeOffset? at, out ModelDefinition? model)
    {
        model = null;
        if (_seed.Find("assertions") is not DirectoryNode folder)
        {
            Add(SeedJudgeRules.Model, "", "cannot seed: there is no folder \"assertions\"", "no seed assertions");
            return 0;
        }
        var all = new List<Assertion>();
        foreach ((string name, FileNode node) in folder.Children)
        {
            if (node is RegularFileNode { Content: var content })
            {
                all.AddRange(AssertionFile.ReadAll(
                    content.ReadAll(AssertionReader.StreamLimit), Inner($"assertions/{name}"), _findings) ?? []);
            }
        }
        var faults = new DiagnosticBag(Inner("assertions"));
        foreach (Assertion believed in AssertionVerifier.Verify(all, _roots, faults, at))
            _believed[believed.Reference] = believed;
        foreach (Diagnostic fault in faults)
            _findings.Add(fault with { Hint = $"{WordsOf(fault)}{(fault.Hint is null ? "" : $"; {fault.Hint}")}" });
        Assertion[] models = [.. all.Where(one => one.Type.Name == "model").DistinctBy(one => one.Reference)];
        if (models is [var only])
            (_model, model) = (only, ModelReader.Read(only.Headers, new DiagnosticBag()));
        else
        {
            Add(SeedJudgeRules.Model, "assertions", $"cannot seed: there are {models.Length} models",
                models is [] ? "seed must have a model assertion" : "cannot have multiple model assertions in seed");
        }
        return all.Count;
    }

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

    private List<SeedYamlEntry> ReadYaml()
    {
        if (_seed.Find("seed.yaml") is RegularFileNode { Content: var yaml })
            return SeedYamlReader.Read(yaml.ReadAll(YamlLengthMax), _findings.About(Inner("seed.yaml")));
        Add(SeedJudgeRules.Yaml, "", "cannot seed: there is no seed.yaml", "no seed metadata");
        return [];
    }

    private void OpenSnap(
        SeedYamlEntry entry, Func<string, FileContent, DiagnosticBag, SnapFile?> openSnap)
    {
        string file = $"snaps/{entry.File}", name = entry.Name.Value;
        if (entry.File is "" || _seed.Find(file) is not RegularFileNode { Content: var content })
        {
            Add(SeedJudgeRules.SnapMissing, "seed.yaml", $"cannot install \"{name}\": {file} is not there",
                entry.IsUnasserted ? "is not a snap or snapdir" : "no such file or directory");
            return;
        }
        if (openSnap(Inner(file), content, _findings) is { } snap)
            _snaps[name] = snap;
    }

    private void JudgeSnap(SeedYamlEntry entry)
    {
        string file = $"snaps/{entry.File}", name = entry.Name.Value;
        if (!_snaps.TryGetValue(name, out SnapFile? snap))
            return;
        if (entry.IsUnasserted)
        {
            _findings.AddAbout(Inner(file), SeedJudgeRules.Unasserted,
                $"\"{name}\" is not asserted: a device takes it as it is, and never an update for it");
            WarnOfNames(file, name, name, snap);
            return;
        }
        if (DoubtStatements(file, snap, name) is { } why)
        {
            Add(SeedJudgeRules.SnapUnstated, file, $"cannot believe the statements about \"{name}\": {why.Ours}",
                why.Theirs);
        }
    }

    /// <summary>snapd installs it all the same, under the declared name.</summary>
    private void WarnOfNames(string file, string name, string declared, SnapFile snap)
    {
        if (declared != name || snap.Name != name)
        {
            _findings.AddAbout(Inner(file), SeedJudgeRules.Names,
                $"seed.yaml calls it \"{name}\", who vouches for it \"{declared}\", it itself \"{snap.Name}\"");
        }
    }

    private (string Ours, string Theirs)? DoubtStatements(string file, SnapFile snap, string name)
    {
        Assertion[] revisions =
        [
            .. _believed.Values.Where(one => one.Type.Name == "snap-revision" && one.PrimaryKey[0] == snap.Digest),
        ];
        Assertion? revision = revisions.FirstOrDefault(
            one => one.PrimaryKey[1] == AssertionType.DefaultProvenance) ?? revisions.FirstOrDefault();
        if (revision is null)
            return ("no snap-revision has its digest", "cannot find signatures with metadata for snap");
        if (revisions.Length > 1 && revision.PrimaryKey[1] != AssertionType.DefaultProvenance)
        {
            return ("several snap-revisions of other provenance have its digest",
                "safely handling snaps with different provenance but same hash not yet supported");
        }
        string size = snap.Content.Length.ToString(CultureInfo.InvariantCulture);
        if (revision.Headers.Text("snap-size") != size)
        {
            return ($"its snap-revision says {revision.Headers.Text("snap-size")} bytes, it has {size}",
                "does not have expected size according to signatures (broken or tampered)");
        }
        string id = revision.Headers.Text("snap-id") ?? "";
        Assertion? declaration = _believed.GetValueOrDefault(AssertionReference.Text("snap-declaration", ["16", id]));
        string declared = declaration?.Headers.Text("snap-name") ?? "";
        if (declared is "")
            return ("its snap-declaration has no name: the snap is revoked", "with a revoked snap declaration");
        WarnOfNames(file, name, declared, snap);
        if (_model is { } model && declaration is not null
            && RevisionAuthority.Doubt(revision, declaration, model.Headers, StoreOf(model)) is { } why)
        {
            return (why, "is not signed by an authority authorized on this device");
        }
        return snap.Definition.Provenance == revision.PrimaryKey[1] ? null
            : ($"it comes from \"{snap.Definition.Provenance}\", its snap-revision says \"{revision.PrimaryKey[1]}\"",
                "has been signed under provenance different from the metadata one");
    }

    private Assertion? StoreOf(Assertion model) => model.Headers.Text("store") is { } store
        ? _believed.GetValueOrDefault(AssertionReference.Text("store", [store])) : null;

    private void JudgeTogether(List<SeedYamlEntry> entries, ModelDefinition? model)
    {
        HashSet<string> names = [.. entries.Select(entry => entry.Name.Value)];
        if (model is not null && entries.Count > 0)
            JudgeEssentials(model, names);
        foreach (SnapFile snap in _snaps.Values)
        {
            SnapDefinition definition = snap.Definition;
            string? needed = definition.RuntimeBase?.Value
                ?? (definition.Type.Value == SnapType.App && !definition.HasNoBase ? Core : null);
            if (needed is not null && !names.Contains(needed) && !(needed == Core16 && names.Contains(Core)))
            {
                Add(SeedRules.MissingBase, "seed.yaml", $"cannot run \"{snap.Name}\" without its base \"{needed}\"",
                    $"cannot use snap \"{snap.Name}\": base \"{needed}\" is missing");
            }
            foreach (Located<string> provider in definition.DefaultProviders.Where(one => !names.Contains(one.Value)))
            {
                Add(SeedRules.DefaultProvider, "seed.yaml",
                    $"cannot use \"{snap.Name}\" without \"{provider.Value}\", whose content its plugs want by default",
                    $"cannot use snap \"{snap.Name}\": default provider \"{provider.Value}\" is missing");
            }
        }
    }

    private void JudgeEssentials(ModelDefinition model, HashSet<string> names)
    {
        string bootSnap = SeedChecks.BootSnap(model);
        foreach (string name in ((string?[])[model.SystemSnap, bootSnap, model.Kernel?.Name, model.Gadget?.Name])
            .OfType<string>().Distinct(StringComparer.Ordinal).Where(name => !names.Contains(name)))
        {
            Add(SeedJudgeRules.Essential, "seed.yaml", $"cannot boot without \"{name}\": the seed does not list it",
                $"essential snap \"{name}\" required by the model is missing in the seed");
        }
        if (model.Gadget is { Name: var gadgetName } && _snaps.TryGetValue(gadgetName, out SnapFile? gadget)
            && (gadget.Definition.RuntimeBase?.Value ?? Core) != bootSnap)
        {
            string named = gadget.Definition.RuntimeBase?.Value ?? Core;
            Add(SeedRules.GadgetBase, "seed.yaml",
                $"cannot use the gadget: its base is \"{named}\", the model's is \"{bootSnap}\"",
                $"cannot use gadget snap because its base \"{named}\" is different from model base \"{bootSnap}\"");
        }
    }

    private void FindLeftovers(List<SeedYamlEntry> entries)
    {
        HashSet<string> listed = [.. entries.Select(entry => entry.File)];
        foreach (string name in (_seed.Find("snaps") as DirectoryNode)?.Children.Keys ?? [])
        {
            if (!listed.Contains(name))
            {
                _findings.AddAbout(Inner($"snaps/{name}"), SeedJudgeRules.Leftover,
                    "it lies in the seed, and seed.yaml does not list it");
            }
        }
    }

    private void Add(Rule rule, string inner, string message, string theirs) =>
        _findings.AddAbout(Inner(inner), rule, message, $"snapd: \"{theirs}\"");

    private string Inner(string path) => path is "" ? _path : $"{_path}/{path}";
}
