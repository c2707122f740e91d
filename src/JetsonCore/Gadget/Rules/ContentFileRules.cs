// K-*, P-*: the files that content names are there and fit. Needs the gadget's folder or snap. Raw images lie one
// behind the other, or at their offset, each taking its declared size or else that of the file.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal sealed class ContentFileRules(GadgetDefinition gadget, GadgetRoot root, DiagnosticBag diagnostics)
{
    private const string MissingHint = "paths are relative to the gadget's root; add the file, or mend the path";

    private sealed record PlacedImage(GadgetContent Content, Int128 Start, Int128 Size)
    {
        public Int128 End => Start + Size;
    }

    /// <summary>2.57.6 lays the content out; newer releases do so only when they write it.</summary>
    private bool FitIsAnError => gadget.Release == SnapdRelease.V2576;

    /// <summary>Judges the raw images of a volume, structure by structure as they lie.</summary>
    public void CheckImages(GadgetVolume volume)
    {
        foreach (PlacedStructure placed in GadgetPlacement.LaidOut(volume))
        {
            GadgetStructure structure = placed.Structure;
            if (!StructureRules.TakesFiles(volume, structure))
                CheckImages(structure, isLimited: volume.DecidedSchema != "emmc" && placed.HasSize);
        }
    }

    /// <summary>Judges the sources of a volume's file systems.</summary>
    public void CheckSources(GadgetVolume volume)
    {
        foreach (PlacedStructure placed in GadgetPlacement.LaidOut(volume))
        {
            if (!StructureRules.TakesFiles(volume, placed.Structure))
                continue;
            foreach (GadgetContent content in placed.Structure.Content)
            {
                string source = content.Source.Value;
                if (source.Length > 0 && !KernelReferenceRules.IsReference(source))
                    CheckSource(placed.Structure, content.Source);
            }
        }
    }

    private void CheckImages(GadgetStructure structure, bool isLimited)
    {
        List<PlacedImage> images = [];
        Int128 previousEnd = 0;
        foreach (GadgetContent content in structure.Content)
        {
            if (content.Image.Value.Length == 0)
                continue;
            if (root.Find(content.Image.Value) is not { } file)
            {
                diagnostics.Add(GadgetRuleList.ImageExists, content.Image.Span,
                    $"cannot fill structure {structure.Title}: {root.WhyMissing(content.Image.Value)}", MissingHint);
                return;
            }
            long declared = content.Size.Value ?? 0;
            if (declared > 0 && file.SizeBytes > declared)
            {
                diagnostics.Add(GadgetRuleList.ImageDeclared, content.Size.Span,
                    $"cannot fit \"{content.Image.Value}\" of {file.SizeBytes} bytes into its declared size of "
                        + $"{declared}",
                    $"write size: {file.SizeBytes} or more, or leave size out");
            }
            var image = new PlacedImage(
                content, content.Offset.Value ?? previousEnd, declared > 0 ? declared : file.SizeBytes);
            previousEnd = image.End;
            images.Add(image);
            if (isLimited)
                CheckFits(structure, image);
        }
        CheckOverlap(structure, images);
    }

    private void CheckFits(GadgetStructure structure, PlacedImage image)
    {
        if (image.End <= structure.Size.Value)
            return;
        diagnostics.Add(FitIsAnError ? GadgetRuleList.ImageFits : GadgetRuleList.ContentTooLarge,
            image.Content.PlaceOf(image.Content.Image.Span),
            $"\"{image.Content.Image.Value}\" does not fit structure {structure.Title}: it takes bytes "
                + $"{Text(image.Start)} to {Text(image.End)}, and the structure has {structure.Size.Value}",
            $"write size: {Text(image.End)} or more in the structure, or use a smaller image");
    }

    private void CheckOverlap(GadgetStructure structure, List<PlacedImage> images)
    {
        PlacedImage? furthest = null;
        images.Sort((one, other) => one.Start.CompareTo(other.Start));
        foreach (PlacedImage next in images)
        {
            if (furthest is { } earlier && next.Start < earlier.End)
            {
                diagnostics.Add(FitIsAnError ? GadgetRuleList.ImageOverlap : GadgetRuleList.ContentTooLarge,
                    next.Content.PlaceOf(next.Content.Offset.Span),
                    $"\"{next.Content.Image.Value}\" at {Text(next.Start)} of structure {structure.Title} overlaps "
                        + $"\"{earlier.Content.Image.Value}\", which ends at {Text(earlier.End)}",
                    $"write offset: {Text(earlier.End)} or more");
            }
            if (furthest is null || next.End > furthest.End)
                furthest = next;
        }
    }

    private void CheckSource(GadgetStructure structure, Located<string> source)
    {
        GadgetFile? file = root.Find(source.Value);
        if (file is null)
        {
            diagnostics.Add(GadgetRuleList.SourceExists, source.Span,
                $"cannot fill structure {structure.Title}: {root.WhyMissing(source.Value)}",
                source.Value.Contains("kernel:", StringComparison.OrdinalIgnoreCase)
                    ? "files of the kernel are spelled $kernel:ASSET/PATH"
                    : MissingHint);
        }
        else if (source.Value.EndsWith('/') && !file.Value.IsDirectory)
        {
            diagnostics.Add(GadgetRuleList.SourceSlash, source.Span,
                $"cannot copy what is in \"{source.Value}\": it is a file, not a folder", "remove the / at its end");
        }
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);
}
