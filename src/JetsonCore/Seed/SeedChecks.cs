// Whether the snaps make the device that the model describes. Bases and content must come from the model's own snaps
// for those, as prepare-image looks at the model's snaps before it looks at the others.
// Peer: snapd seed/seedwriter (writer.go: downloaded, checkBase; helpers.go: checkType).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed class SeedChecks
{
    private const string Core = "core", Core16 = "core16", Run = "run", Ephemeral = "ephemeral";

    private readonly ModelDefinition _model;
    private readonly DiagnosticBag _findings;
    private readonly Dictionary<string, SnapFile> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<string> _modelNames = new(StringComparer.Ordinal);

    private SeedChecks(SeedInputs inputs, DiagnosticBag findings) =>
        (_model, _findings) = (inputs.Model, findings);

    /// <summary>The snap whose root file system the device boots.</summary>
    public static string BootSnap(ModelDefinition model) => model.BootBase?.Value ?? Core;

    /// <summary>
    /// The snaps of the model: system snap, kernel, base, gadget, then the model's others in its order.
    /// </summary>
    public static ImmutableArray<string> NamesInOrder(ModelDefinition model) =>
        [.. Wanted(model).Select(snap => snap.Name)];

    /// <summary>The entry of a snap in a model with "snaps", implied ones too; null where there is none.</summary>
    public static ModelSnap? EntryOf(ModelDefinition model, string name) =>
        EntriesOf(model).FirstOrDefault(entry => entry.Name == name);

    /// <summary>Components, which no seed here has.</summary>
    public static void CheckModel(ModelDefinition model, DiagnosticBag findings)
    {
        foreach (ModelSnap entry in EntriesOf(model).Where(entry => !entry.Components.IsEmpty))
        {
            findings.Add(SeedRules.Components, entry.Span,
                $"cannot put components of \"{entry.Name}\" into the seed ({string.Join(", ", entry.Components)}): "
                    + "making such seeds is not known here",
                hint: "take \"components\" out of the model; a device fetches components from its store");
        }
    }

    /// <summary>Names, types, bases, architectures, confinement: every finding about every snap.</summary>
    public static void CheckSnaps(SeedInputs inputs, DiagnosticBag findings)
    {
        var checks = new SeedChecks(inputs, findings);
        foreach (SnapFile snap in inputs.Snaps)
        {
            if (!checks._byName.TryAdd(snap.Name, snap))
            {
                findings.AddAbout(snap.Path, SeedRules.DuplicateSnap,
                    $"cannot take the snap \"{snap.Name}\" twice: \"{checks._byName[snap.Name].Path}\" is it already");
            }
        }
        checks.CheckWanted();
        if (inputs.Model is { IsClassic: true, HasSnapsHeader: false })
            checks.CheckClassic();
        foreach (SnapFile snap in inputs.Snaps)
            checks.CheckSnap(snap);
    }

    /// <summary>snapd, kernel, base, gadget, then the others in the order of the model.</summary>
    public static IEnumerable<ModelSnap> EntriesOf(ModelDefinition model) => !model.HasSnapsHeader ? []
        : ((ModelSnap?[])[model.Snapd ?? WellKnownSnaps.ImplicitSnapd, model.Kernel, model.BaseSnap, model.Gadget])
            .OfType<ModelSnap>().Concat(model.OtherSnaps);

    private static IEnumerable<WantedSnap> Wanted(ModelDefinition model)
    {
        if (model.HasSnapsHeader)
        {
            foreach (ModelSnap entry in EntriesOf(model))
                yield return new(entry.Name, TypeOf(entry), WhyOf(entry, model), entry.Span) { Entry = entry };
            yield break;
        }
        SnapType systemType = model.BootBase is null ? SnapType.Os : SnapType.Snapd;
        if (!model.IsClassic)
            yield return new(model.SystemSnap, systemType, "runs snapd", SourceSpan.None);
        if (model.Kernel is { } kernel)
            yield return new(kernel.Name, SnapType.Kernel, "is the model's kernel", kernel.Span);
        if (model.BootBase is { } bootBase)
            yield return new(bootBase.Value, SnapType.Base, "is the model's base", bootBase.Span);
        if (model.Gadget is { } gadget)
            yield return new(gadget.Name, SnapType.Gadget, "is the model's gadget", gadget.Span);
        foreach (ModelSnap required in model.OtherSnaps)
            yield return new(required.Name, null, "is required by the model", required.Span);
    }

    private static SnapType TypeOf(ModelSnap entry) => entry.Type switch
    {
        "snapd" => SnapType.Snapd,
        "core" => SnapType.Os,
        "kernel" => SnapType.Kernel,
        "base" => SnapType.Base,
        "gadget" => SnapType.Gadget,
        _ => SnapType.App,
    };

    private static string WhyOf(ModelSnap entry, ModelDefinition model) => entry.Type switch
    {
        "snapd" => "runs snapd",
        "kernel" or "gadget" => $"is the model's {entry.Type}",
        _ when entry.Name == model.BootBase?.Value => "is the model's base",
        _ when entry.IsOptional => "is of the model",
        _ => "is required by the model",
    };

    private void CheckWanted()
    {
        foreach (WantedSnap wanted in Wanted(_model))
        {
            if (!_modelNames.Add(wanted.Name) && !_model.HasSnapsHeader)
            {
                _findings.Add(SeedRules.NamedTwice, wanted.Span,
                    $"cannot have \"{wanted.Name}\" twice in the seed: the model has it in \"required-snaps\" too",
                    hint: "leave it out there: what the model names is always in the seed");
            }
            if (!_byName.TryGetValue(wanted.Name, out SnapFile? snap))
            {
                if (wanted.Entry is { IsOptional: true })
                    continue;
                _findings.Add(SeedRules.MissingSnap, wanted.Span,
                    $"cannot do without the snap \"{wanted.Name}\": it {wanted.Why}",
                    hint: $"give its file with --snap {wanted.Name}_….snap, or fetch it with --snap {wanted.Name}");
            }
            else if (wanted.Type is { } type && snap.Type != type)
            {
                _findings.AddAbout(snap.Path, SeedRules.SnapType,
                    $"cannot use \"{snap.Name}\": it {wanted.Why} and must have type {Word(type)}, it has {Word(
                        snap.Type)}");
            }
            else if (wanted.Type is null && snap.Type is SnapType.Kernel or SnapType.Gadget)
            {
                _findings.AddAbout(snap.Path, SeedRules.SnapType,
                    $"cannot use \"{snap.Name}\" as a required snap: it has type {Word(snap.Type)}",
                    hint: "a device has one kernel and one gadget, which the model names in headers of their own");
            }
        }
        foreach (SnapFile extra in _byName.Values.Where(snap => !_modelNames.Contains(snap.Name)))
        {
            if (extra.Name == Core && !_model.HasSnapsHeader)
                continue;
            if (extra.Type is SnapType.Kernel or SnapType.Gadget)
            {
                string? named = extra.Type == SnapType.Kernel ? _model.Kernel?.Name : _model.Gadget?.Name;
                _findings.AddAbout(extra.Path, SeedRules.SecondSystemSnap,
                    $"cannot have \"{extra.Name}\" in the seed: it has type {Word(extra.Type)}, and the model's is "
                        + $"\"{named}\"",
                    hint: $"if \"{extra.Name}\" is the one to be used, name it in the model; else leave it out");
                continue;
            }
            _findings.AddAbout(extra.Path, SeedRules.ExtraSnap,
                $"the model does not name \"{extra.Name}\": it can be removed from the device");
        }
    }

    /// <summary>
    /// Classic systems bring a snapd of their own. Where the model names snaps one is seeded beside them: "core" where
    /// a snap needs that as its base and the model does not name it, else "snapd".
    /// </summary>
    private void CheckClassic()
    {
        bool needsCore = !_modelNames.Contains(Core) && _modelNames.Any(name =>
            _byName.TryGetValue(name, out SnapFile? snap) && NeededBase(snap.Definition) == Core);
        string system = needsCore ? Core : WellKnownSnaps.ImplicitSnapd.Name;
        if (_modelNames.Count > 0 && !needsCore && !_byName.ContainsKey(system))
        {
            _findings.Add(SeedRules.MissingSnap, SourceSpan.None,
                $"cannot do without the snap \"{system}\": classic systems that have snaps from the beginning have it",
                hint: $"give its file with --snap {system}_….snap, or fetch it with --snap {system}");
        }
        if (_byName.Count > 0 && _model.Architecture is "")
        {
            _findings.Add(SeedRules.Architecture, SourceSpan.None,
                "cannot seed snaps without an architecture: the model names none",
                hint: "give --arch NAME; snapd: \"cannot have snaps for a classic image without an architecture in the "
                    + "model or from --arch\"");
        }
    }

    private void CheckSnap(SnapFile snap)
    {
        SnapDefinition definition = snap.Definition;
        if (_model.Architecture is not "" && !definition.RunsOn(_model.Architecture))
        {
            string given = string.Join(", ", definition.Architectures.Select(one => one.Value));
            _findings.AddAbout(snap.Path, SeedRules.Architecture,
                $"cannot run \"{snap.Name}\" on the model's {_model.Architecture}: it is made for {given}");
        }
        if (definition.Confinement == "classic")
            CheckClassicSnap(snap);
        CheckBase(snap);
        foreach (Located<string> provider in definition.DefaultProviders.Where(one => !IsThere(one.Value, snap)))
        {
            _findings.AddAbout(snap.Path, SeedRules.DefaultProvider,
                $"cannot use \"{snap.Name}\" without the snap \"{provider.Value}\", whose content its plugs want",
                hint: Hint(provider.Value));
        }
    }

    /// <summary>With grades above dangerous the model must allow each by itself.</summary>
    private void CheckClassicSnap(SnapFile snap)
    {
        if (!_model.IsClassic)
        {
            _findings.AddAbout(snap.Path, SeedRules.Classic,
                $"cannot run \"{snap.Name}\" on Ubuntu Core: its confinement is classic");
        }
        else if (_model.HasSnapsHeader && !_model.IsDangerous && EntryOf(_model, snap.Name) is { IsClassic: false })
        {
            _findings.AddAbout(snap.Path, SeedRules.Classic,
                $"cannot take \"{snap.Name}\" with a model of grade \"{_model.Grade}\": its confinement is classic, "
                    + "and the model does not say so",
                hint: "write classic: true to its entry");
        }
    }

    private void CheckBase(SnapFile snap)
    {
        SnapDefinition definition = snap.Definition;
        string? modelBase = _model.BootBase?.Value;
        if (!_model.IsClassic && snap.Name == _model.Gadget?.Name && definition.RuntimeBase?.Value != modelBase)
        {
            _findings.AddAbout(snap.Path, SeedRules.GadgetBase,
                $"cannot use the gadget \"{snap.Name}\": its base is {Quoted(definition.RuntimeBase?.Value)}, "
                    + $"the model's is {Quoted(modelBase)}",
                hint: modelBase is null ? "leave \"base\" out of the gadget's snap.yaml"
                    : $"write base: {modelBase} into the gadget's snap.yaml");
            return;
        }
        if (NeededBase(definition) is not { } needed || IsThere(needed, snap))
            return;
        bool isImplicit = definition.RuntimeBase is null;
        bool isGiven = _byName.ContainsKey(needed);
        _findings.AddAbout(snap.Path, SeedRules.MissingBase,
            $"cannot run \"{snap.Name}\" without its base \"{needed}\": {(
                isGiven ? WhyNotThere(needed) : "it is not given")}",
            hint: isImplicit
                ? $"a snap without \"base\" in its snap.yaml runs on \"{Core}\": add that snap, or name a base"
                : needed == Core16 && _byName.ContainsKey(Core)
                ? $"snapd takes \"{Core}\" where \"base\" is missing, not for \"{Core16}\": leave \"base\" out"
                : Hint(needed));
    }

    /// <summary>
    /// Whether a snap is there for another: for one of the model it must be of the model too, and in all its modes.
    /// </summary>
    private bool IsThere(string name, SnapFile user)
    {
        if (!_byName.ContainsKey(name))
            return false;
        if (name == Core && !_model.HasSnapsHeader)
            return true;
        ImmutableArray<string> modes = ModesOf(name);
        return (!_modelNames.Contains(user.Name) || _modelNames.Contains(name))
            && ModesOf(user.Name).All(mode => modes.Contains(mode) || (mode != Run && modes.Contains(Ephemeral)));
    }

    /// <summary>Snaps that the model does not name, and all in models without modes, are there while it runs.</summary>
    private ImmutableArray<string> ModesOf(string name) => EntryOf(_model, name)?.Modes ?? [Run];

    private string WhyNotThere(string name) => _modelNames.Contains(name)
        ? "it is not there in all of its modes" : "the model names the one and not the other";

    private string Hint(string name) => !_byName.ContainsKey(name) ? $"give its file with --snap {name}_….snap"
        : !_model.HasSnapsHeader ? $"name \"{name}\" in the model's \"required-snaps\""
        : $"name \"{name}\" in the model's \"snaps\", with the modes of what needs it";

    /// <summary>Gadgets and apps that name no base run on "core".</summary>
    private static string? NeededBase(SnapDefinition snap) => snap.RuntimeBase switch
    {
        { } named => named.Value,
        null when snap.Type.Value is SnapType.App or SnapType.Gadget && !snap.HasNoBase => Core,
        _ => null,
    };

    private static string Quoted(string? name) => name is null ? "missing" : $"\"{name}\"";

    private static string Word(SnapType type) => $"\"{type.ToString().ToLowerInvariant()}\"";

    private sealed record WantedSnap(string Name, SnapType? Type, string Why, SourceSpan Span)
    {
        public ModelSnap? Entry { get; init; }
    }
}
