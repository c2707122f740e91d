// N-EMMC: a volume of schema emmc holds images for the boot areas boot0 and boot1 of an eMMC and nothing else.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class EmmcRules
{
    public static void Check(GadgetVolume volume, UniquenessRules uniqueness, DiagnosticBag diagnostics)
    {
        Refuse(volume.Bootloader, "a bootloader", "volume", volume.Name.Value, diagnostics);
        Refuse(volume.Id, "an id", "volume", volume.Name.Value, diagnostics);
        if (!volume.Partial.IsEmpty)
            Add(volume.Partial[0].Span, $"cannot leave anything of volume \"{volume.Name.Value}\" open", diagnostics);
        foreach (GadgetStructure structure in volume.Structures)
        {
            CheckStructure(structure, diagnostics);
            uniqueness.CheckName(structure);
        }
    }

    private static void CheckStructure(GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.Name.Value is not ("boot0" or "boot1"))
        {
            Add(structure.PlaceOf(structure.Name.Span),
                $"cannot name structure #{structure.Index} \"{structure.Name.Value}\": the boot areas are boot0 and "
                    + "boot1",
                diagnostics);
        }
        Refuse(structure.Type, "a type", "structure", structure.Name.Value, diagnostics);
        Refuse(structure.Role, "a role", "structure", structure.Name.Value, diagnostics);
        Refuse(structure.Id, "an id", "structure", structure.Name.Value, diagnostics);
        Refuse(structure.Filesystem, "a filesystem", "structure", structure.Name.Value, diagnostics);
        Refuse(structure.Label, "a label", "structure", structure.Name.Value, diagnostics);
        RefuseNumber(structure.Size, "size", structure, diagnostics);
        RefuseNumber(structure.MinSize, "min-size", structure, diagnostics);
        if (structure.OffsetWrite.Span.IsKnown)
            Add(structure.OffsetWrite.Span, $"cannot use offset-write in boot area {structure.Title}", diagnostics);
        if (!structure.Update.Preserve.IsEmpty)
        {
            diagnostics.Add(GadgetRuleList.PreserveBare, structure.Update.Preserve[0].Span,
                $"cannot preserve files in boot area {structure.Title}: it has no file system", "remove preserve");
        }
        foreach (GadgetContent content in structure.Content)
            CheckContent(structure, content, diagnostics);
    }

    private static void CheckContent(GadgetStructure structure, GadgetContent content, DiagnosticBag diagnostics)
    {
        Refuse(content.Source, "a source", "content of", structure.Name.Value, diagnostics);
        Refuse(content.Target, "a target", "content of", structure.Name.Value, diagnostics);
        RefuseNumber(content.Size, "size", structure, diagnostics);
        if (content.Offset.Span.IsKnown)
            Add(content.Offset.Span, $"cannot use offset in content of boot area {structure.Title}", diagnostics);
        if (content.Image.Value.Length == 0 && !content.Unreadable.Contains("image"))
            Add(content.Span, $"cannot use content #{content.Index} of boot area {structure.Title}: it has no image",
                diagnostics);
    }

    private static void Refuse(
        Located<string> value, string what, string owner, string name, DiagnosticBag diagnostics)
    {
        if (value.Value.Length > 0)
            Add(value.Span,
                $"cannot give {owner} \"{name}\" {what} (\"{value.Value}\"): it is part of an eMMC's boot "
                    + "areas", diagnostics);
    }

    private static void RefuseNumber(
        Located<long?> value, string key, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (value.Value > 0)
            Add(value.Span, $"cannot use {key} {value.Value} in boot area {structure.Title}: the eMMC decides it",
                diagnostics);
    }

    private static void Add(SourceSpan place, string message, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.Emmc, place, message,
            "schema emmc takes structures boot0 and boot1 with content (image) and update only");
}
