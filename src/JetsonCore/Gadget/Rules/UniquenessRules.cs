// S-NAME, S-LABEL: names and labels are unique within a volume. Since 2.59.3 labels of vfat are compared without case
// (N-CASE), because FAT keeps them in capitals. What was seen is remembered, for files with very many structures.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

/// <summary>Looks at the structures of one volume, one after the other.</summary>
internal sealed class UniquenessRules(GadgetDefinition gadget, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, GadgetStructure> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GadgetStructure> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GadgetStructure> _labelsInAnyCase = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, GadgetStructure> _vfatLabels = new(StringComparer.OrdinalIgnoreCase);

    public void CheckName(GadgetStructure structure)
    {
        string name = structure.Name.Value;
        if (name.Length == 0 || _names.TryAdd(name, structure))
            return;
        GadgetStructure other = _names[name];
        diagnostics.Add(GadgetRuleList.StructureName, structure.Name.Span,
            $"cannot name structure #{structure.Index} \"{name}\": structure #{other.Index} has that name already "
                + $"(line {other.Name.Span.Line})",
            "names are the partitions' names: give each its own",
            new RelatedPlace(other.Name.Span, "the other one of this name"));
    }

    public void CheckLabel(GadgetStructure structure)
    {
        string label = structure.Label.Value;
        if (label.Length == 0)
            return;
        if (FirstWithLabel(structure) is { } other)
        {
            bool isSame = other.Label.Value == label;
            diagnostics.Add(isSame ? GadgetRuleList.StructureLabel : GadgetRuleList.VfatLabelCase, structure.Label.Span,
                $"cannot label structure {structure.Title} \"{label}\": structure {other.Title} is labelled "
                    + $"\"{other.Label.Value}\" (line {other.Label.Span.Line})"
                    + (isSame ? "" : ", and vfat labels know no case"),
                "give each file system of the volume its own label",
                new RelatedPlace(other.Label.Span, "the other one of this label"));
        }
        _labels.TryAdd(label, structure);
        _labelsInAnyCase.TryAdd(label, structure);
        if (IsVfat(structure))
            _vfatLabels.TryAdd(label, structure);
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

    private GadgetStructure? FirstWithLabel(GadgetStructure structure)
    {
        GadgetStructure? exact = _labels.GetValueOrDefault(structure.Label.Value);
        if (gadget.Release != SnapdRelease.Latest)
            return exact;
        GadgetStructure? folded = (IsVfat(structure) ? _labelsInAnyCase : _vfatLabels)
            .GetValueOrDefault(structure.Label.Value);
        return folded is null || exact?.Index < folded.Index ? exact : folded;
    }
}
