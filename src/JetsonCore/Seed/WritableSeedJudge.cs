// Judges a seed of Ubuntu Core 16 or 18:
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
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed class WritableSeedJudge(SeedScene scene)
{
    private const string Snapd = "snapd", Core = "core";
    private const int YamlLengthMax = 1 << 20;

    private readonly Dictionary<string, SnapFile> _snaps = new(StringComparer.Ordinal);
    private Dictionary<string, Assertion> _believed = [];
    private Assertion? _model;

    public (int Snaps, int Assertions) Judge()
    {
        int assertions = JudgeAssertions(out ModelDefinition? model);
        List<SeedYamlEntry> entries = ReadYaml();
        foreach (SeedYamlEntry entry in entries)
            OpenSnap(entry);
        SnapFile.TakeDigests(entries.Where(entry => !entry.IsUnasserted)
            .Select(entry => _snaps.GetValueOrDefault(entry.Name.Value)).OfType<SnapFile>().Distinct());
        foreach (SeedYamlEntry entry in entries)
            JudgeSnap(entry);
        HashSet<string> names = [.. entries.Select(entry => entry.Name.Value)];
        if (model is not null && entries.Count > 0)
            JudgeEssentials(model, names);
        scene.JudgeNeeds("seed.yaml", _snaps.Values, names);
        HashSet<string> listed = [.. entries.Select(entry => entry.File)];
        JudgeSets();
        foreach (string name in scene.Names("snaps").Where(name => !listed.Contains(name)))
            scene.AddLeftover($"snaps/{name}", "it lies in the seed, and seed.yaml does not list it");
        return (entries.Count, assertions);
    }

    private int JudgeAssertions(out ModelDefinition? model)
    {
        model = null;
        if (!scene.HasFolder("assertions"))
        {
            scene.Add(SeedJudgeRules.Model, "", "cannot seed: there is no folder \"assertions\"", "no seed assertions");
            return 0;
        }
        var all = new List<Assertion>();
        foreach (string file in scene.Names("assertions").Select(name => $"assertions/{name}"))
        {
            if (scene.File(file) is { } content)
                all.AddRange(scene.ReadAssertions(file, content));
        }
        _believed = scene.Believe("assertions", all);
        Assertion[] models = [.. all.Where(one => one.Type.Name == "model").DistinctBy(one => one.Reference)];
        if (models is [var only])
            (_model, model) = (only, ModelReader.Read(only.Headers, new DiagnosticBag()));
        else
        {
            scene.Add(SeedJudgeRules.Model, "assertions", $"cannot seed: there are {models.Length} models",
                models is [] ? "seed must have a model assertion" : "cannot have multiple model assertions in seed");
        }
        return all.Count;
    }

    private void JudgeSets()
    {
        if (_model is null || ModelReader.Read(_model.Headers, new DiagnosticBag()) is not { } model)
            return;
        Dictionary<string, Assertion> byDigest = _believed.Values.Where(one => one.Type.Name == "snap-revision")
            .DistinctBy(one => one.PrimaryKey[0]).ToDictionary(one => one.PrimaryKey[0], StringComparer.Ordinal);
        scene.JudgeSets("assertions", model, _believed.Values, [.. _snaps.Select(snap =>
            ValidationSets.SeededSnap.Of(snap.Key, byDigest.GetValueOrDefault(snap.Value.Digest)))]);
    }

    private List<SeedYamlEntry> ReadYaml()
    {
        if (scene.File("seed.yaml") is { } yaml)
            return SeedYamlReader.Read(yaml.ReadAll(YamlLengthMax), scene.About("seed.yaml"));
        scene.Add(SeedJudgeRules.Yaml, "", "cannot seed: there is no seed.yaml", "no seed metadata");
        return [];
    }

    private void OpenSnap(SeedYamlEntry entry)
    {
        string file = $"snaps/{entry.File}", name = entry.Name.Value;
        if (entry.File is "" || scene.File(file) is not { } content)
        {
            scene.Add(SeedJudgeRules.SnapMissing, "seed.yaml", $"cannot install \"{name}\": {file} is not there",
                entry.IsUnasserted ? "is not a snap or snapdir" : "no such file or directory");
            return;
        }
        if (scene.OpenSnap(file, content) is { } snap)
            _snaps[name] = snap;
    }

    private void JudgeSnap(SeedYamlEntry entry)
    {
        string file = $"snaps/{entry.File}", name = entry.Name.Value;
        if (!_snaps.TryGetValue(name, out SnapFile? snap))
            return;
        if (entry.IsUnasserted)
        {
            scene.Tell(SeedJudgeRules.Unasserted, file,
                $"\"{name}\" is not asserted: a device takes it as it is, and never an update for it");
            WarnOfNames(file, name, name, snap);
            return;
        }
        if (DoubtStatements(file, snap, name) is { } why)
        {
            scene.Add(SeedJudgeRules.SnapUnstated, file, $"cannot believe the statements about \"{name}\": {why.Ours}",
                why.Theirs);
        }
    }

    /// <summary>snapd installs it all the same, under the declared name.</summary>
    private void WarnOfNames(string file, string name, string declared, SnapFile snap)
    {
        if (declared != name || snap.Name != name)
        {
            scene.Tell(SeedJudgeRules.Names, file,
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

    private void JudgeEssentials(ModelDefinition model, HashSet<string> names)
    {
        bool hasSnapd = model.IsClassic && (names.Contains(Snapd) || model.OtherSnaps.Any(snap => snap.Name == Snapd));
        string bootSnap = hasSnapd ? Snapd : SeedChecks.BootSnap(model);
        string? systemSnap = model.IsClassic ? names.Count == 0 ? null : bootSnap : model.SystemSnap;
        string? baseSnap = model.IsClassic ? null : bootSnap;
        foreach (string name in ((string?[])[systemSnap, baseSnap, model.Kernel?.Name, model.Gadget?.Name])
            .OfType<string>().Distinct(StringComparer.Ordinal).Where(name => !names.Contains(name)))
        {
            scene.Add(SeedJudgeRules.Essential, "seed.yaml",
                $"cannot boot without \"{name}\": the seed does not list it",
                $"essential snap \"{name}\" required by the model is missing in the seed");
        }
        if (model.Gadget is { Name: var gadgetName } && _snaps.TryGetValue(gadgetName, out SnapFile? gadget)
            && !hasSnapd && (gadget.Definition.RuntimeBase?.Value ?? Core) != bootSnap)
        {
            string named = gadget.Definition.RuntimeBase?.Value ?? Core;
            scene.Add(SeedRules.GadgetBase, "seed.yaml",
                $"cannot use the gadget: its base is \"{named}\", the model's is \"{bootSnap}\"",
                $"cannot use gadget snap because its base \"{named}\" is different from model base \"{bootSnap}\"");
        }
    }
}
