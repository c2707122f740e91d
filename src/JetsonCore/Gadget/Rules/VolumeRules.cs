// Rules of volumes (V-*) and of bootloaders (B-*); leads on to the rules of structures and of placement.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class VolumeRules
{
    private static readonly string[] Bootloaders = ["grub", "u-boot", "android-boot", "lk", "piboot"];
    private static readonly string[] SchemasV2576 = ["gpt", "mbr"];
    private static readonly string[] SchemasLatest = ["gpt", "mbr", "emmc"];

    /// <summary>
    /// F-EMPTY: nothing to judge, but probably not what was meant. Of a file that cannot be read nobody knows.
    /// </summary>
    public static void CheckNoVolumes(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        if (!gadget.Document.IsReadable)
            return;
        diagnostics.Add(GadgetRuleList.NoVolumes, SourceSpan.None,
            "the gadget has no volumes: no image can be made of it, and a core model refuses it",
            "add volumes, with a name below it and a bootloader and a structure below that");
    }

    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            if (volume.IsNull)
            {
                diagnostics.Add(GadgetRuleList.VolumeNull, volume.Name.Span,
                    $"cannot use volume \"{volume.Name.Value}\": nothing stands below it",
                    "write bootloader and structure below it, indented; {} is a volume without structures");
                continue;
            }
            CheckVolume(gadget, volume, diagnostics);
            CheckBootloader(gadget, volume, diagnostics);
        }
        CheckBootloaderCount(gadget, diagnostics);
    }

    private static void CheckVolume(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        CheckName(volume, diagnostics);
        CheckSchema(gadget, volume, diagnostics);
        PartialRules.Check(volume, diagnostics);
        var uniqueness = new UniquenessRules(gadget, diagnostics);
        if (volume.Schema.Value == "emmc" && gadget.Release == SnapdRelease.Latest)
        {
            EmmcRules.Check(volume, uniqueness, diagnostics);
            return;
        }
        bool labelsComeFirst = gadget.Release == SnapdRelease.Latest;
        foreach (GadgetStructure structure in labelsComeFirst ? volume.Structures : [])
            uniqueness.CheckLabel(structure);
        foreach (GadgetStructure structure in volume.Structures)
        {
            StructureRules.Check(gadget, volume, structure, diagnostics);
            uniqueness.CheckName(structure);
            if (!labelsComeFirst)
                uniqueness.CheckLabel(structure);
        }
        PlacementRules.Check(gadget, volume, diagnostics);
    }

    private static void CheckName(GadgetVolume volume, DiagnosticBag diagnostics)
    {
        string name = volume.Name.Value;
        if (IsName(name))
            return;
        string reason = name.Length < 2
            ? $"it has {name.Length} characters, at least 2 are needed"
            : "only letters, digits and dashes make a name, and it begins with no dash";
        diagnostics.Add(GadgetRuleList.VolumeName, volume.Name.Span, $"cannot name a volume \"{name}\": {reason}",
            Dashed(name) is { } meant ? $"write {meant}" : "call it after the board, such as jetson");
    }

    /// <summary>A name with dashes for blanks, dots and underscores; null where that makes none.</summary>
    private static string? Dashed(string name)
    {
        string dashed = new([.. name.Select(letter => letter is ' ' or '.' or '_' ? '-' : letter)]);
        return IsName(dashed) ? dashed : null;
    }

    private static bool IsName(string name)
    {
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-')
                return false;
        }
        return name.Length >= 2 && name[0] != '-';
    }

    private static void CheckSchema(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        string schema = volume.Schema.Value;
        string[] known = gadget.Release == SnapdRelease.Latest ? SchemasLatest : SchemasV2576;
        if (schema.Length == 0 || known.Contains(schema))
            return;
        diagnostics.Add(GadgetRuleList.VolumeSchema, volume.Schema.Span,
            $"cannot use schema \"{schema}\" in volume \"{volume.Name.Value}\": it is none of "
                + $"{string.Join(", ", known)}",
            Spelling.Nearest(schema, known) is { } meant ? $"did you mean {meant}?" : "leave it out for gpt",
            KnownValues.Fix(volume.Schema, known));
    }

    private static void CheckBootloader(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        string bootloader = volume.Bootloader.Value;
        if (bootloader.Length == 0)
            return;
        if (!Bootloaders.Contains(bootloader))
        {
            diagnostics.Add(GadgetRuleList.BootloaderName, volume.Bootloader.Span,
                $"cannot use bootloader \"{bootloader}\": it is none of {string.Join(", ", Bootloaders)}",
                Spelling.Nearest(bootloader, Bootloaders) is { } meant ? $"did you mean {meant}?" : null,
                KnownValues.Fix(volume.Bootloader, Bootloaders));
        }
        else if (bootloader == "piboot" && gadget.Mode.LacksGrade())
        {
            diagnostics.Add(GadgetRuleList.BootloaderPiboot, volume.Bootloader.Span,
                $"cannot use bootloader piboot: the model ({gadget.Mode.Name()}) has no grade",
                "use u-boot, or a model with a grade (Ubuntu Core 20 or newer)");
        }
    }

    private static void CheckBootloaderCount(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        GadgetVolume? first = null;
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            if (volume.Bootloader.Value.Length == 0)
                continue;
            if (first is not null)
            {
                diagnostics.Add(GadgetRuleList.BootloaderMany, volume.Bootloader.Span,
                    $"cannot use a second bootloader, \"{volume.Bootloader.Value}\" in volume \"{volume.Name.Value}\": "
                        + $"\"{first.Name.Value}\" names \"{first.Bootloader.Value}\" already (line "
                        + $"{first.Bootloader.Span.Line})",
                    "keep the one from which the board starts");
            }
            first ??= volume;
        }
        if (first is null)
        {
            SourceSpan place = gadget.Volumes.IsEmpty ? SourceSpan.None : gadget.Volumes[0].Name.Span;
            diagnostics.Add(GadgetRuleList.BootloaderNone, place,
                gadget.Volumes.IsEmpty
                    ? $"cannot use the gadget: it has no volumes, and the model ({gadget.Mode.Name()}) needs a "
                        + "bootloader"
                    : gadget.Volumes.Length == 1
                    ? $"cannot use the gadget: its volume \"{gadget.Volumes[0].Name.Value}\" names no bootloader"
                    : $"cannot use the gadget: none of its {gadget.Volumes.Length} volumes names a bootloader",
                $"add bootloader: u-boot (or {string.Join(", ", Bootloaders.Where(name => name != "u-boot"))}) to a "
                    + "volume");
        }
    }
}
