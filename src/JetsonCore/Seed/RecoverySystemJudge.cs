// Judges the recovery systems of ubuntu-seed:
//
//   systems/LABEL/
//     model             the model, and nothing else
//     assertions/*      every assertion holds and has what it needs; declarations and revisions are pairs
//     options.yaml      with grade dangerous: which snaps are unasserted, and which the model does not name
//     snaps/            unasserted and extra snaps; aux-info.json
//     preseed(.tgz)     what was seeded at the factory
//   snaps/              asserted snaps of the model
//
// The lists of the model and of options.yaml are walked side by side, as snapd does it: an option out of order is one
// of an extra snap.
//
// Peer: snapd seed/seed20.go, overlord/devicestate/firstboot.go (bases and providers).
using System.Globalization;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed class RecoverySystemJudge
{
    private const int OptionsLengthMax = 1 << 20;
    private const string Declaration = "snap-declaration", Revision = "snap-revision";

    private readonly SeedScene _scene;
    private readonly string _label;
    private readonly List<FoundSnap> _found = [];
    private readonly Dictionary<string, Assertion> _declarationsById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Assertion> _declarationsByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Assertion> _revisions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    private RecoverySystemJudge(SeedScene scene, string label) => (_scene, _label) = (scene, label);

    /// <summary>A snap of the system.</summary>
    /// <param name="Entry">Its entry in the model; null for others.</param>
    /// <param name="Snap">Its file; null where it cannot be read.</param>
    /// <param name="Revision">What its revision says; null for unasserted ones.</param>
    internal sealed record FoundSnap(ModelSnap? Entry, SnapFile? Snap, Assertion? Revision);

    private sealed record Considered(ModelSnap? Entry, SystemOption? Option, bool IsRequired)
    {
        public string Name => Entry?.Name ?? Option!.Name.Value;
    }

    private string Folder => RecoverySystem.FolderOf(_label);

    public static (int Snaps, int Assertions) JudgeAll(SeedScene scene)
    {
        (int snaps, int assertions) = (0, 0);
        var used = new HashSet<string>(StringComparer.Ordinal);
        string[] labels = [.. scene.Names(RecoverySystem.Systems)
            .Where(name => scene.HasFolder($"{RecoverySystem.Systems}/{name}"))];
        if (labels is [])
        {
            scene.Add(SeedJudgeRules.Model, RecoverySystem.Systems, "cannot seed: there is no recovery system",
                "no such file or directory");
        }
        foreach (string label in labels)
        {
            var judge = new RecoverySystemJudge(scene, label);
            assertions += judge.Judge();
            snaps += judge._found.Count;
            used.UnionWith(judge._files);
        }
        foreach (string folder in labels.Select(label => $"{RecoverySystem.FolderOf(label)}/snaps").Prepend("snaps"))
        {
            foreach (string file in scene.Names(folder).Select(name => $"{folder}/{name}"))
            {
                if (!used.Contains(file) && !file.EndsWith("/aux-info.json", StringComparison.Ordinal))
                    scene.AddLeftover(file, "it lies in the seed, and no recovery system names it");
            }
        }
        return (snaps, assertions);
    }

    private int Judge()
    {
        if (!RecoverySystem.IsLabel(_label))
        {
            _scene.Add(SeedRules.SystemLabel, Folder, $"cannot use \"{_label}\" as the label of a recovery system",
                "invalid seed system label");
        }
        List<Assertion> all = ReadAssertions(out Assertion? model);
        Dictionary<string, Assertion> believed = _scene.Believe($"{Folder}/assertions", all);
        Index(all);
        if (model is not null && ModelReader.Read(model.Headers, new()) is { } definition)
        {
            JudgeSnaps(definition, ReadOptions(definition));
            JudgeTogether(definition, believed.Values);
            new PreseedJudge(_scene, _label).Judge(definition, [.. believed.Values], _found);
        }
        ReadAuxInfo();
        return all.Count;
    }

    private List<Assertion> ReadAssertions(out Assertion? model)
    {
        string folder = $"{Folder}/assertions", modelFile = $"{Folder}/model";
        var all = new List<Assertion>();
        if (!_scene.HasFolder(folder))
        {
            _scene.Add(SeedJudgeRules.Model, Folder, "cannot seed: there is no folder \"assertions\"",
                "no seed assertions");
        }
        foreach (string file in _scene.Names(folder).Select(name => $"{folder}/{name}"))
        {
            IReadOnlyList<Assertion> read =
                _scene.File(file) is { } content ? _scene.ReadAssertions(file, content) : [];
            if (read.Any(one => one.Type.Name == "model"))
            {
                _scene.Add(SeedJudgeRules.SystemModel, file,
                    "cannot have a model there: the system's lies in its own file",
                    "system cannot have any model assertion but the one in the system model assertion file");
            }
            all.AddRange(read);
        }
        IReadOnlyList<Assertion> models = [];
        if (_scene.File(modelFile) is { } found)
        {
            HashSet<string> known = [.. all.Select(one => one.Reference)];
            models = [.. _scene.ReadAssertions(modelFile, found).Where(one => known.Add(one.Reference))];
        }
        else
        {
            _scene.Add(SeedJudgeRules.SystemModel, Folder, "cannot seed: there is no file \"model\"",
                "cannot read model assertion");
        }
        model = models is [{ Type.Name: "model" } only] ? only : null;
        if (model is null && _scene.File(modelFile) is not null)
        {
            _scene.Add(SeedJudgeRules.SystemModel, modelFile, "cannot seed: it must hold the model and nothing else",
                "system model assertion file must contain exactly the model assertion");
        }
        all.AddRange(models);
        return all;
    }

    private void Index(List<Assertion> all)
    {
        string place = $"{Folder}/assertions";
        // What is there twice counts once.
        Assertion[] once = [.. all.DistinctBy(one => one.Reference)];
        Assertion[] declarations = [.. once.Where(one => one.Type.Name == Declaration)];
        Assertion[] revisions = [.. once.Where(one => one.Type.Name == Revision)];
        if (declarations.Length != revisions.Length)
        {
            _scene.Add(SeedJudgeRules.SystemPairs, place,
                $"cannot seed: there are {declarations.Length} snap-declarations and {revisions.Length} snap-revisions",
                "system unexpectedly holds a different number of snap-declaration than snap-revision assertions");
        }
        foreach (Assertion declaration in declarations)
        {
            string name = declaration.Headers.Text("snap-name") ?? "";
            _declarationsById[declaration.Headers.Text("snap-id") ?? ""] = declaration;
            if (!_declarationsByName.TryAdd(name, declaration))
            {
                _scene.Add(SeedJudgeRules.SystemPairs, place,
                    $"cannot seed: two snap-declarations call a snap \"{name}\"",
                    $"cannot have multiple snap-declarations for the same snap-name: {name}");
            }
        }
        foreach (Assertion revision in revisions)
        {
            string id = revision.Headers.Text("snap-id") ?? "";
            if (!_revisions.TryAdd(id, revision)
                && _revisions[id].Headers.Text("snap-revision") != revision.Headers.Text("snap-revision"))
            {
                _scene.Add(SeedJudgeRules.SystemPairs, place, $"cannot seed: there are two revisions of the snap {id}",
                    $"cannot have multiple snap-revisions for the same snap-id: {id}");
            }
        }
    }

    private List<SystemOption> ReadOptions(ModelDefinition model)
    {
        string file = $"{Folder}/options.yaml";
        if (_scene.File(file) is not { } content)
            return [];
        if (model.IsDangerous)
            return SeedYamlReader.ReadOptions(content.ReadAll(OptionsLengthMax), _scene.About(file));
        _scene.AddLeftover(file, $"nobody reads it: the model's grade is \"{model.Grade}\", not \"dangerous\"");
        return [];
    }

    private void ReadAuxInfo()
    {
        string file = $"{Folder}/snaps/aux-info.json";
        if (_scene.File(file) is not { } content)
            return;
        try
        {
            var reader = new Utf8JsonReader(content.ReadAll(OptionsLengthMax));
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (IsAuxInfo(document.RootElement))
                return;
        }
        catch (JsonException)
        {
            // Told below.
        }
        _scene.Add(SeedJudgeRules.AuxInfo, file,
            "cannot read it: it must be JSON, by ids of snaps with \"private\" and \"contact\"",
            "cannot decode aux-info.json");
    }

    private static bool IsAuxInfo(JsonElement root) => root.ValueKind == JsonValueKind.Null
        || (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(snap =>
            snap.Value.ValueKind == JsonValueKind.Null || (snap.Value.ValueKind == JsonValueKind.Object
                && snap.Value.EnumerateObject().All(field => (field.Name, field.Value.ValueKind) is
                    ("private", JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
                    or ("contact", JsonValueKind.String or JsonValueKind.Null)
                    or (not ("private" or "contact"), _)))));

    private void JudgeSnaps(ModelDefinition model, List<SystemOption> options)
    {
        int at = 0;
        List<Considered> all = [];
        foreach (ModelSnap entry in SeedChecks.EntriesOf(model))
        {
            SystemOption? option = at < options.Count && options[at].IsAbout(entry) ? options[at++] : null;
            all.Add(new(entry, option, !entry.IsOptional));
        }
        all.AddRange(options.Skip(at).Select(option => new Considered(null, option, IsRequired: false)));
        foreach (Considered one in all)
        {
            FoundSnap? found = one.Option is { Unasserted.Length: > 0 } ? FindUnasserted(one) : FindAsserted(one);
            if (found is not null)
                _found.Add(found);
        }
        SnapFile.TakeDigests(_found.Where(one => one.Revision is not null).Select(one => one.Snap).OfType<SnapFile>());
        foreach ((_, SnapFile? snap, Assertion? revision) in _found)
        {
            if (snap is not null && revision is not null)
                JudgeDigest(snap, revision);
        }
    }

    private FoundSnap? FindUnasserted(Considered one)
    {
        string file = $"{Folder}/snaps/{one.Option!.Unasserted}";
        _files.Add(file);
        if (_scene.File(file) is { } content)
            return new(one.Entry, _scene.OpenSnap(file, content), null);
        _scene.Add(SeedJudgeRules.SnapMissing, $"{Folder}/options.yaml",
            $"cannot install \"{one.Name}\": {file} is not there", "cannot read unasserted snap");
        return null;
    }

    private FoundSnap? FindAsserted(Considered one)
    {
        string? id = one.Entry is { } entry ? entry.Id : one.Option!.Id is "" ? null : one.Option.Id;
        Assertion? declaration = id is null
            ? _declarationsByName.GetValueOrDefault(one.Name) : _declarationsById.GetValueOrDefault(id);
        if (declaration is null)
        {
            if (one.IsRequired)
            {
                _scene.Add(SeedJudgeRules.SnapUnstated, Folder,
                    $"cannot install \"{one.Name}\": no snap-declaration is of it, and options.yaml does not name it",
                    id is null ? $"cannot find snap-declaration for snap name: {one.Name}"
                        : $"cannot find snap-declaration for snap-id: {id}");
            }
            return null;
        }
        id = declaration.Headers.Text("snap-id") ?? "";
        if (!_revisions.TryGetValue(id, out Assertion? revision))
        {
            _scene.Add(SeedJudgeRules.SnapUnstated, Folder, $"cannot install \"{one.Name}\": no snap-revision is of it",
                $"cannot find snap-revision for snap-id: {id}");
            return null;
        }
        string name = declaration.Headers.Text("snap-name") ?? "";
        string folder = one.Entry is null ? $"{Folder}/snaps" : "snaps";
        string file = $"{folder}/{name}_{revision.Headers.Text("snap-revision")}.snap";
        _files.Add(file);
        if (_scene.File(file) is not { } content)
        {
            _scene.Add(SeedJudgeRules.SnapMissing, Folder, $"cannot install \"{one.Name}\": {file} is not there",
                "cannot stat snap");
            return null;
        }
        string size = content.Length.ToString(CultureInfo.InvariantCulture);
        if (revision.Headers.Text("snap-size") is var stated && stated != size)
        {
            _scene.Add(SeedJudgeRules.SnapUnstated, file,
                $"cannot believe the statements about \"{name}\": its snap-revision says {stated} bytes, it has {size}",
                $"cannot validate \"{file}\" for snap \"{name}\" (snap-id \"{id}\"), wrong size");
            return new(one.Entry, null, revision);
        }
        return new(one.Entry, _scene.OpenSnap(file, content), revision);
    }

    private void JudgeDigest(SnapFile snap, Assertion revision)
    {
        string file = $"{snap.Name}_{revision.Headers.Text("snap-revision")}.snap";
        string place = _files.FirstOrDefault(path => path.EndsWith($"/{file}", StringComparison.Ordinal)) ?? Folder;
        if (revision.PrimaryKey[0] != snap.Digest)
        {
            _scene.Add(SeedJudgeRules.SnapUnstated, place,
                $"cannot believe the statements about \"{snap.Name}\": its snap-revision says another digest",
                "hash mismatch with snap-revision");
        }
        else if (revision.PrimaryKey[1] != snap.Definition.Provenance)
        {
            _scene.Add(SeedJudgeRules.SnapUnstated, place,
                $"cannot believe the statements about \"{snap.Name}\": it comes from \"{snap.Definition.Provenance}\", "
                    + $"its snap-revision says \"{revision.PrimaryKey[1]}\"",
                "has been signed under provenance different from the metadata one");
        }
    }

    private void JudgeTogether(ModelDefinition model, IEnumerable<Assertion> believed)
    {
        _scene.JudgeSets(Folder, model, believed, [.. _found.Where(one => one.Snap is not null)
            .Select(one => ValidationSets.SeededSnap.Of(one.Snap!.Name, one.Revision))]);
        SnapFile[] snaps = [.. _found.Select(one => one.Snap).OfType<SnapFile>()];
        _scene.JudgeNeeds(Folder, snaps, snaps.Select(snap => snap.Name).ToHashSet(StringComparer.Ordinal));
        if (_found.Find(one => one.Entry is not null && one.Entry == model.Gadget)?.Snap is { } gadget
            && gadget.Definition.RuntimeBase?.Value != model.BootBase?.Value)
        {
            _scene.Add(SeedRules.GadgetBase, Folder,
                $"cannot use the gadget: its base is \"{gadget.Definition.RuntimeBase?.Value}\", the model's is "
                    + $"\"{model.BootBase?.Value}\"",
                "cannot use gadget snap because its base is different from model base");
        }
    }
}
