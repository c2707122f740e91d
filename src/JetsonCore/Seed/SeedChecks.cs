// Whether the snaps make the device that the model describes.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal static class SeedChecks
{
    private const string Core = "core", Core16 = "core16";

    /// <summary>The snap whose root file system the device boots.</summary>
    public static string BootSnap(ModelDefinition model) => model.BootBase?.Value ?? Core;

    /// <summary>
    /// The snaps of the model: system snap, kernel, base, gadget, then the model's others in its order.
    /// </summary>
    public static ImmutableArray<string> NamesInOrder(ModelDefinition model) =>
        [.. Wanted(model).Select(snap => snap.Name)];

    /// <summary>Only the older generation of models has the seed that is made here.</summary>
    public static void CheckModel(ModelDefinition model, DiagnosticBag findings)
    {
        if (model.HasSnapsHeader || model.IsClassic)
        {
            findings.Add(SeedRules.ModelKind, SourceSpan.None,
                $"cannot make a seed for \"{model.Name}\": it is a {(
                    model.IsClassic ? "classic model" : "model with \"snaps\"")}",
                hint: "models of Ubuntu Core 16 and 18 name \"gadget\" and \"kernel\" and have no \"snaps\"");
        }
    }

    /// <summary>Names, types, bases, architectures, confinement: every finding about every snap.</summary>
    public static void CheckSnaps(SeedInputs inputs, DiagnosticBag findings)
    {
        var byName = new Dictionary<string, SnapFile>(StringComparer.Ordinal);
        foreach (SnapFile snap in inputs.Snaps)
        {
            if (!byName.TryAdd(snap.Name, snap))
            {
                findings.AddAbout(snap.Path, SeedRules.DuplicateSnap,
                    $"cannot take the snap \"{snap.Name}\" twice: \"{byName[snap.Name].Path}\" is it already");
            }
        }
        CheckWanted(inputs.Model, byName, findings);
        foreach (SnapFile snap in inputs.Snaps)
            CheckSnap(snap, inputs.Model, byName, findings);
    }

    private static IEnumerable<WantedSnap> Wanted(ModelDefinition model)
    {
        bool bootsCore = model.BootBase is null;
        yield return new(model.SystemSnap, bootsCore ? SnapType.Os : SnapType.Snapd, "runs snapd", SourceSpan.None);
        if (model.Kernel is { } kernel)
            yield return new(kernel.Name, SnapType.Kernel, "is the model's kernel", kernel.Span);
        if (model.BootBase is { } bootBase)
            yield return new(bootBase.Value, SnapType.Base, "is the model's base", bootBase.Span);
        if (model.Gadget is { } gadget)
            yield return new(gadget.Name, SnapType.Gadget, "is the model's gadget", gadget.Span);
        foreach (ModelSnap required in model.OtherSnaps)
            yield return new(required.Name, null, "is required by the model", required.Span);
    }

    private static void CheckWanted(ModelDefinition model, Dictionary<string, SnapFile> byName, DiagnosticBag findings)
    {
        var wantedNames = new HashSet<string>(StringComparer.Ordinal);
        foreach (WantedSnap wanted in Wanted(model))
        {
            wantedNames.Add(wanted.Name);
            if (!byName.TryGetValue(wanted.Name, out SnapFile? snap))
            {
                findings.Add(SeedRules.MissingSnap, wanted.Span,
                    $"cannot do without the snap \"{wanted.Name}\": it {wanted.Why}",
                    hint: $"give its file with --snap {wanted.Name}_….snap");
            }
            else if (wanted.Type is { } type && snap.Type != type)
            {
                findings.AddAbout(snap.Path, SeedRules.SnapType,
                    $"cannot use \"{snap.Name}\": it {wanted.Why} and must have type {Word(type)}, it has {Word(
                        snap.Type)}");
            }
        }
        foreach (SnapFile extra in byName.Values.Where(snap => !wantedNames.Contains(snap.Name) && snap.Name != Core))
        {
            findings.AddAbout(extra.Path, SeedRules.ExtraSnap,
                $"the model does not name \"{extra.Name}\": it can be removed from the device");
        }
    }

    private static void CheckSnap(
        SnapFile snap, ModelDefinition model, Dictionary<string, SnapFile> byName, DiagnosticBag findings)
    {
        SnapDefinition definition = snap.Definition;
        if (!definition.RunsOn(model.Architecture))
        {
            string given = string.Join(", ", definition.Architectures.Select(one => one.Value));
            findings.AddAbout(snap.Path, SeedRules.Architecture,
                $"cannot run \"{snap.Name}\" on the model's {model.Architecture}: it is made for {given}");
        }
        if (definition.Confinement == "classic")
        {
            findings.AddAbout(snap.Path, SeedRules.Classic,
                $"cannot run \"{snap.Name}\" on Ubuntu Core: its confinement is classic");
        }
        if (NeededBase(definition) is { } needed && !byName.ContainsKey(needed)
            && !(needed == Core16 && byName.ContainsKey(Core)))
        {
            bool isImplicit = definition.RuntimeBase is null;
            findings.AddAbout(snap.Path, SeedRules.MissingBase,
                $"cannot run \"{snap.Name}\" without its base \"{needed}\": it is not given",
                hint: isImplicit
                    ? $"a snap without \"base\" in its snap.yaml runs on \"{Core}\": add that snap, or name a base"
                    : $"give its file with --snap {needed}_….snap");
        }
    }

    /// <summary>Gadgets and apps that name no base run on "core".</summary>
    private static string? NeededBase(SnapDefinition snap) => snap.RuntimeBase switch
    {
        { } named => named.Value,
        null when snap.Type.Value is SnapType.App or SnapType.Gadget && !snap.HasNoBase => Core,
        _ => null,
    };

    private static string Word(SnapType type) => $"\"{type.ToString().ToLowerInvariant()}\"";

    private sealed record WantedSnap(string Name, SnapType? Type, string Why, SourceSpan Span);
}
