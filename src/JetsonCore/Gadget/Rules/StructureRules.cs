// Rules of a single structure, in snapd's order: size, type (T-*), role (R-*, M-*), file system, content, update.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class StructureRules
{
    private static readonly string[] FilesystemsV2576 = ["none", "ext4", "vfat"];
    private static readonly string[] FilesystemsLatest = ["none", "ext4", "vfat", "vfat-16", "vfat-32"];

    public static void Check(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        CheckSize(volume, structure, diagnostics);
        TypeRules.Check(volume, structure, diagnostics);
        RoleValueRules.Check(gadget, volume, structure, diagnostics);
        CheckFilesystem(gadget, structure, diagnostics);
        ContentRules.Check(gadget, volume, structure, diagnostics);
        CheckPreserve(volume, structure, diagnostics);
    }

    /// <summary>Whether content is files rather than images (17.6 widens this for partial file systems).</summary>
    public static bool TakesFiles(GadgetVolume volume, GadgetStructure structure)
    {
        if (structure.HasFilesystem)
            return true;
        return volume.HasPartial("filesystem") && structure.Type.Value is not ("bare" or "mbr")
            && structure.Role.Value != "mbr";
    }

    private static void CheckSize(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.Unreadable.Contains("size"))
            return;
        long size = structure.Size.Value ?? 0;
        if (size == 0 && !volume.HasPartial("size"))
        {
            diagnostics.Add(GadgetRuleList.StructureSize, structure.PlaceOf(structure.Size.Span),
                $"cannot lay out structure {structure.Title}: "
                    + (structure.Size.Span.IsKnown ? "its size is 0" : "it has no size"),
                "add size: with a number of bytes, or a number followed by M or G");
        }
        if (structure.MinSize.Value is { } least && size > 0 && least > size)
        {
            diagnostics.Add(GadgetRuleList.MinSize, structure.MinSize.Span,
                $"cannot use min-size {least} of structure {structure.Title}: its size is only {size}",
                "min-size is the least the structure may have, size the most");
        }
    }

    private static void CheckFilesystem(GadgetDefinition gadget, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string filesystem = structure.Filesystem.Value;
        string[] known = gadget.Release == SnapdRelease.Latest ? FilesystemsLatest : FilesystemsV2576;
        if (filesystem.Length == 0 || known.Contains(filesystem))
            return;
        diagnostics.Add(GadgetRuleList.StructureFilesystem, structure.Filesystem.Span,
            $"cannot use file system \"{filesystem}\" of structure {structure.Title}: it is none of "
                + string.Join(", ", known),
            filesystem is "fat" or "fat32" or "FAT32" or "VFAT" or "fat16" ? "write vfat"
                : Spelling.Nearest(filesystem, known) is { } meant ? $"did you mean {meant}?" : "use ext4 or vfat",
            KnownValues.Fix(structure.Filesystem, known));
    }

    private static void CheckPreserve(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.Update.Preserve.IsEmpty)
            return;
        if (!TakesFiles(volume, structure))
        {
            diagnostics.Add(GadgetRuleList.PreserveBare, structure.Update.Preserve[0].Span,
                $"cannot preserve \"{structure.Update.Preserve[0].Value}\" in structure {structure.Title}: "
                    + "it has no file system",
                "remove preserve, or name the structure's filesystem");
        }
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Located<string> entry in structure.Update.Preserve)
        {
            if (seen.Add(entry.Value))
                continue;
            diagnostics.Add(GadgetRuleList.PreserveTwice, entry.Span,
                $"cannot preserve \"{entry.Value}\" twice in structure {structure.Title}", "remove one of them");
        }
    }
}
