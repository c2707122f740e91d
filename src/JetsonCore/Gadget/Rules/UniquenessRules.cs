// S-NAME, S-LABEL: names and labels are unique within a volume. Since 2.59.3 labels of vfat are compared without case
// (N-CASE), because FAT keeps them in capitals.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Rules;

internal static class UniquenessRules
{
    public static void CheckName(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string name = structure.Name.Value;
        if (name.Length == 0)
            return;
        foreach (GadgetStructure other in volume.Structures)
        {
            if (other.Index >= structure.Index)
                return;
            if (other.Name.Value != name)
                continue;
            diagnostics.Add(GadgetRuleList.StructureName, structure.Name.Span,
                $"cannot name structure #{structure.Index} \"{name}\": structure #{other.Index} has that name already "
                    + $"(line {other.Name.Span.Line})",
                "names are the partitions' names: give each its own");
            return;
        }
    }

    public static void CheckLabels(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        foreach (GadgetStructure structure in volume.Structures)
            CheckLabel(gadget, volume, structure, diagnostics);
    }

    /// <summary>Whether two structures of a volume cannot both have their labels.</summary>
    public static bool SameLabel(GadgetDefinition gadget, GadgetStructure one, GadgetStructure other, string otherLabel)
    {
        bool ignoresCase = gadget.Release == SnapdRelease.Latest && (IsVfat(one) || IsVfat(other));
        return string.Equals(one.Label.Value, otherLabel,
            ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    public static bool IsVfat(GadgetStructure structure) =>
        structure.Filesystem.Value is "vfat" or "vfat-16" or "vfat-32";

    public static void CheckLabel(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string label = structure.Label.Value;
        if (label.Length == 0)
            return;
        foreach (GadgetStructure other in volume.Structures)
        {
            if (other.Index >= structure.Index)
                return;
            if (other.Label.Value.Length == 0 || !SameLabel(gadget, other, structure, label))
                continue;
            bool isSame = other.Label.Value == label;
            diagnostics.Add(isSame ? GadgetRuleList.StructureLabel : GadgetRuleList.VfatLabelCase, structure.Label.Span,
                $"cannot label structure {structure.Title} \"{label}\": structure {other.Title} is labelled "
                    + $"\"{other.Label.Value}\" (line {other.Label.Span.Line})"
                    + (isSame ? "" : ", and vfat labels know no case"),
                "give each file system of the volume its own label");
            return;
        }
    }
}
