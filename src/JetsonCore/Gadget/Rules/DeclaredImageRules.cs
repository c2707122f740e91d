// Raw images of a lone gadget.yaml by the sizes that it declares: two that overlap, one that does not fit. snapd says
// so once it has the files; whoever has gadget.yaml only need not wait for that. With files ContentFileRules judges.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class DeclaredImageRules
{
    private sealed record DeclaredImage(GadgetContent Content, Int128 Start, long Size)
    {
        public Int128 End => Start + Size;
    }

    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            foreach (GadgetStructure structure in volume.Structures)
            {
                if (volume.DecidedSchema != "emmc" && !StructureRules.TakesFiles(volume, structure))
                    Check(structure, diagnostics);
            }
        }
    }

    private static void Check(GadgetStructure structure, DiagnosticBag diagnostics)
    {
        List<DeclaredImage> images = Place(structure);
        DeclaredImage? furthest = null;
        foreach (DeclaredImage next in images)
        {
            string name = next.Content.Image.Value;
            if (furthest is { } earlier && next.Start < earlier.End)
            {
                diagnostics.Add(GadgetRuleList.ContentTooLarge, next.Content.PlaceOf(next.Content.Offset.Span),
                    $"\"{name}\" at {Text(next.Start)} of structure {structure.Title} overlaps "
                        + $"\"{earlier.Content.Image.Value}\", which by its declared size ends at {Text(earlier.End)}",
                    $"write offset: {Text(earlier.End)} or more");
            }
            if (structure.Size.Value is > 0 and long size && next.End > size)
            {
                diagnostics.Add(GadgetRuleList.ContentTooLarge, next.Content.PlaceOf(next.Content.Size.Span),
                    $"\"{name}\" does not fit structure {structure.Title}: by its declared size it takes bytes "
                        + $"{Text(next.Start)} to {Text(next.End)}, and the structure has {size}",
                    $"write size: {Text(next.End)} or more in the structure, or less here");
            }
            if (furthest is null || next.End > furthest.End)
                furthest = next;
        }
    }

    /// <summary>The images whose place is known, by start: one without a size leaves that of the next open.</summary>
    private static List<DeclaredImage> Place(GadgetStructure structure)
    {
        List<DeclaredImage> images = [];
        Int128? previousEnd = 0;
        foreach (GadgetContent content in structure.Content)
        {
            if (content.Image.Value.Length == 0)
                continue;
            Int128? start = content.Offset.Value ?? previousEnd;
            long size = content.Size.Value ?? 0;
            previousEnd = size > 0 ? start + size : null;
            if (start is { } known)
                images.Add(new(content, known, size));
        }
        images.Sort((one, other) => one.Start.CompareTo(other.Start));
        return images;
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);
}
