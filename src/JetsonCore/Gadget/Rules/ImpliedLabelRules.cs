// I-TAKEN: a label that a role implies must not be written on another structure of the volume.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class ImpliedLabelRules
{
    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolume volume in gadget.Volumes)
            CheckVolume(gadget, volume, diagnostics);
    }

    // There are few labels to imply, so each is looked for once, however many structures imply it.
    private static void CheckVolume(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        var written = new Dictionary<(string Label, bool IsVfat), GadgetStructure?>();
        var implied = new Dictionary<string, GadgetStructure>(StringComparer.Ordinal);
        foreach (GadgetStructure structure in volume.Structures)
        {
            string label = structure.DecidedLabel;
            if (structure.Label.Value.Length > 0 || label.Length == 0)
                continue;
            (string, bool) wanted = (label, UniquenessRules.IsVfat(structure));
            if (!written.TryGetValue(wanted, out GadgetStructure? other))
                written[wanted] = other = FirstWithLabel(gadget, volume, structure, label);
            if (implied.TryGetValue(label, out GadgetStructure? earlier) && !(other?.Index < earlier.Index))
                other = earlier;
            implied.TryAdd(label, structure);
            if (other is not null)
                AddTaken(structure, other, diagnostics);
        }
    }

    private static GadgetStructure? FirstWithLabel(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, string label)
    {
        foreach (GadgetStructure other in volume.Structures)
        {
            if (other.Label.Value.Length > 0 && UniquenessRules.SameLabel(gadget, other, structure, label))
                return other;
        }
        return null;
    }

    private static void AddTaken(GadgetStructure structure, GadgetStructure other, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.LabelTaken, structure.PlaceOf(structure.Role.Span),
            $"cannot label structure {structure.Title} \"{structure.DecidedLabel}\", as its role "
                + $"{structure.DecidedRole} implies: structure {other.Title} has that label (line "
                + $"{other.PlaceOf(other.Label.Span).Line})",
            "give the other structure another label");
}
