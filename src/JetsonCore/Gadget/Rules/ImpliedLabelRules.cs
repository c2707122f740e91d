// I-TAKEN: a label that a role implies must not be written on another structure of the volume.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Rules;

internal static class ImpliedLabelRules
{
    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            foreach (GadgetStructure structure in volume.Structures)
                CheckStructure(gadget, volume, structure, diagnostics);
        }
    }

    private static void CheckStructure(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string label = structure.DecidedLabel;
        if (structure.Label.Value.Length > 0 || label.Length == 0)
            return;
        foreach (GadgetStructure other in volume.Structures)
        {
            bool isTaken = other.Label.Value.Length > 0 && UniquenessRules.SameLabel(gadget, other, structure, label);
            bool isImpliedTwice = other.Index < structure.Index && other.Label.Value.Length == 0
                && other.DecidedLabel == label;
            if (!isTaken && !isImpliedTwice)
                continue;
            diagnostics.Add(GadgetRuleList.LabelTaken, structure.PlaceOf(structure.Role.Span),
                $"cannot label structure {structure.Title} \"{label}\", as its role {structure.DecidedRole} implies: "
                    + $"structure {other.Title} has that label (line {other.PlaceOf(other.Label.Span).Line})",
                "give the other structure another label");
            return;
        }
    }
}
