// C-KIND, C-NEED: content of a structure with a file system is files (source, target), of one without it images.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class ContentRules
{
    public static void Check(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        bool takesFiles = StructureRules.TakesFiles(volume, structure);
        foreach (GadgetContent content in structure.Content)
        {
            if (takesFiles)
                CheckFiles(gadget, structure, content, diagnostics);
            else
                CheckImage(structure, content, diagnostics);
        }
    }

    private static void CheckFiles(
        GadgetDefinition gadget, GadgetStructure structure, GadgetContent content, DiagnosticBag diagnostics)
    {
        (string Key, SourceSpan Span)? wrong = content switch
        {
            { Image.Value.Length: > 0 } => ("image", content.Image.Span),
            { Offset.Span.IsKnown: true } => ("offset", content.Offset.Span),
            { OffsetWrite.Span.IsKnown: true } when gadget.Release == SnapdRelease.V2576
                => ("offset-write", content.OffsetWrite.Span),
            { Size.Value: > 0 } => ("size", content.Size.Span),
            _ => null,
        };
        if (wrong is { } found)
        {
            diagnostics.Add(GadgetRuleList.ContentKind, found.Span,
                $"cannot use {found.Key} in content #{content.Index} of structure {structure.Title}: "
                    + "the structure has a file system, so its content is files",
                "write source and target, or remove the structure's filesystem");
        }
        if (content.Source.Value.Length == 0)
            CheckNeeded("source", content, structure, diagnostics);
        if (content.Target.Value.Length == 0)
            CheckNeeded("target", content, structure, diagnostics);
    }

    private static void CheckImage(GadgetStructure structure, GadgetContent content, DiagnosticBag diagnostics)
    {
        Located<string> file = content.Source.Value.Length > 0 ? content.Source : content.Target;
        if (file.Value.Length > 0)
        {
            diagnostics.Add(GadgetRuleList.ContentKind, file.Span,
                $"cannot copy \"{file.Value}\" to structure {structure.Title}: it has no file system",
                "name its filesystem (ext4 or vfat), or write image: for raw bytes");
        }
        if (content.Image.Value.Length == 0)
            CheckNeeded("image", content, structure, diagnostics);
    }

    private static void CheckNeeded(
        string key, GadgetContent content, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (content.Unreadable.Contains(key))
            return;
        diagnostics.Add(GadgetRuleList.ContentNeed, content.Span,
            $"cannot use content #{content.Index} of structure {structure.Title}: it has no {key}",
            key == "image" ? "add image: with a file of the gadget" : $"add {key}: beside the other keys of the item");
    }
}
