// R-*, N-CM: how often roles are used in the whole file, with which labels, and in which volumes. Three sets of rules:
// with a seed (Ubuntu Core 20 and newer), classic with modes (since snapd 2.58), and all others.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class RoleRules
{
    private static readonly string[] OnceV2576 = ["system-seed", "system-boot", "system-data", "system-save"];
    private static readonly string[] OnceLatest = [.. OnceV2576, "system-seed-null", "system-boot-state"];
    private static readonly string[] ReservedAlways = ["ubuntu-seed", "ubuntu-data"];
    private static readonly string[] ReservedWithSeed = ["ubuntu-boot", "ubuntu-seed", "ubuntu-data", "ubuntu-save"];

    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        CheckOnce(gadget, diagnostics);
        ClassicModesRules.CheckOneSeed(gadget, diagnostics);
        CheckReserved(gadget, diagnostics);
        if (gadget.HasClassicModesRules)
            ClassicModesRules.Check(gadget, diagnostics);
        else if (gadget.HasSeedRules)
            CheckWithSeed(gadget, diagnostics);
        else
            CheckWithoutSeed(gadget, diagnostics);
        CheckInstall(gadget, diagnostics);
    }

    /// <summary>Whether a written label is the wanted one; vfat knows no case (since 2.59.3).</summary>
    public static bool IsLabel(GadgetDefinition gadget, GadgetStructure structure, string wanted)
    {
        bool ignoresCase = gadget.Release == SnapdRelease.Latest && UniquenessRules.IsVfat(structure);
        return string.Equals(structure.DecidedLabel, wanted,
            ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    /// <summary>Reports structures of a role that carry another label than the wanted one.</summary>
    public static void CheckLabel(
        GadgetDefinition gadget, string role, string wanted, Rule rule, DiagnosticBag diagnostics)
    {
        foreach ((_, GadgetStructure structure) in gadget.WithRole(role))
        {
            if (structure.DecidedLabel.Length == 0 || IsLabel(gadget, structure, wanted))
                continue;
            diagnostics.Add(rule, structure.PlaceOf(structure.Label.Span),
                $"cannot label structure {structure.Title} \"{structure.DecidedLabel}\": with role {role} the label is "
                    + $"\"{wanted}\"",
                $"remove filesystem-label, or write {wanted}");
        }
    }

    /// <summary>Reports structures of some roles that lie in another volume than the first one of a role.</summary>
    public static void CheckVolume(GadgetDefinition gadget, string anchor, string[] roles, DiagnosticBag diagnostics)
    {
        if (gadget.WithRole(anchor) is not [(GadgetVolume home, _), ..])
            return;
        foreach (string role in roles)
        {
            foreach ((GadgetVolume volume, GadgetStructure structure) in gadget.WithRole(role))
            {
                if (volume.Name.Value == home.Name.Value)
                    continue;
                diagnostics.Add(GadgetRuleList.RolesOneVolume, structure.PlaceOf(structure.Role.Span),
                    $"cannot keep {role} in volume \"{volume.Name.Value}\": {anchor} is in \"{home.Name.Value}\"",
                    "move the structures of the system into one volume");
            }
        }
    }

    private static void CheckOnce(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (string role in gadget.Release == SnapdRelease.Latest ? OnceLatest : OnceV2576)
        {
            GadgetStructure? first = null;
            foreach ((_, GadgetStructure structure) in gadget.WithRole(role))
            {
                if (first is not null)
                    AddSecond(role, first, structure, diagnostics);
                first ??= structure;
            }
        }
    }

    private static void AddSecond(
        string role, GadgetStructure first, GadgetStructure second, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.RoleOnce, second.PlaceOf(second.Role.Span),
            $"cannot give structure {second.Title} the role {role}: structure {first.Title} has it already "
                + $"(line {first.PlaceOf(first.Role.Span).Line})",
            "a system has one of it: remove one of the roles");

    private static void CheckReserved(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        bool isFull = gadget.HasSeedRules || gadget.HasClassicModesRules;
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            foreach (GadgetStructure structure in volume.Structures)
                CheckReserved(gadget, structure, isFull ? ReservedWithSeed : ReservedAlways, diagnostics);
        }
    }

    private static void CheckReserved(
        GadgetDefinition gadget, GadgetStructure structure, string[] labels, DiagnosticBag diagnostics)
    {
        if (structure.DecidedRole.Length > 0 || structure.DecidedLabel.Length == 0)
            return;
        foreach (string reserved in labels)
        {
            if (IsLabel(gadget, structure, reserved))
            {
                diagnostics.Add(GadgetRuleList.LabelReserved, structure.PlaceOf(structure.Label.Span),
                    $"cannot label structure {structure.Title} \"{structure.DecidedLabel}\": the label is reserved, "
                        + "and the structure has no role",
                    $"add role: system-{reserved["ubuntu-".Length..]}, or use another label");
            }
        }
    }

    private static void CheckWithSeed(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        bool hasSeed = gadget.HasRole("system-seed");
        bool hasData = gadget.HasRole("system-data");
        if (!hasSeed)
            AddMissing(
                gadget, hasData ? "a system-seed structure" : "structures system-seed and system-data", diagnostics);
        else if (!hasData)
            AddSeedWithoutData(gadget.WithRole("system-seed")[0].Structure, diagnostics);
        CheckLabel(gadget, "system-data", "ubuntu-data", GadgetRuleList.LabelSeed, diagnostics);
        CheckLabel(gadget, "system-seed", "ubuntu-seed", GadgetRuleList.LabelSeed, diagnostics);
        CheckLabel(gadget, "system-save", "ubuntu-save", GadgetRuleList.LabelSeed, diagnostics);
        CheckVolume(gadget, "system-seed", ["system-boot", "system-data", "system-save"], diagnostics);
    }

    private static void AddMissing(GadgetDefinition gadget, string what, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.SeedNone,
            gadget.Volumes.IsEmpty ? SourceSpan.None : gadget.Volumes[0].Name.Span,
            $"cannot use the gadget: the model ({gadget.Mode.Name()}) has a grade and needs {what}, which it lacks",
            "add them, or check for a model without a grade with --as uc18");

    private static void AddSeedWithoutData(GadgetStructure seed, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.SeedNeedsData, seed.PlaceOf(seed.Role.Span),
            $"cannot use structure {seed.Title} as system-seed: there is no structure with role system-data",
            "add a structure with role: system-data");

    private static void CheckWithoutSeed(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        bool hasData = gadget.HasRole("system-data");
        foreach ((_, GadgetStructure seed) in gadget.WithRole("system-seed"))
        {
            if (!hasData)
                AddSeedWithoutData(seed, diagnostics);
            else
                diagnostics.Add(GadgetRuleList.SeedTooNew, seed.PlaceOf(seed.Role.Span),
                    $"cannot use structure {seed.Title} as system-seed: the model ({gadget.Mode.Name()}) has no grade",
                    "remove the structure, or use a model with a grade (Ubuntu Core 20 or newer)");
        }
        if (!gadget.HasRole("system-seed"))
            CheckLabel(gadget, "system-data", "writable", GadgetRuleList.DataLabelOld, diagnostics);
        foreach ((_, GadgetStructure save) in gadget.WithRole("system-save"))
        {
            diagnostics.Add(GadgetRuleList.SaveTooNew, save.PlaceOf(save.Role.Span),
                $"cannot use structure {save.Title} as system-save: "
                    + (gadget.Mode == GadgetMode.None ? "there is no system-seed"
                    : $"the model ({gadget.Mode.Name()}) has no grade"),
                "remove the structure, or add system-seed and use a model with a grade");
        }
    }

    /// <summary>
    /// R-INSTALL, R-ENCRYPT: not part of snapd's verdict on the file, but a device would not install.
    /// </summary>
    private static void CheckInstall(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        if (!gadget.HasSeedRules || !gadget.HasRole("system-seed") || !gadget.Document.IsReadable)
            return;
        (_, GadgetStructure seed) = gadget.WithRole("system-seed")[0];
        if (!gadget.HasRole("system-boot"))
        {
            diagnostics.Add(GadgetRuleList.InstallNeedsBoot, seed.PlaceOf(seed.Role.Span),
                "a device cannot install this gadget: it has system-seed but no structure with role system-boot",
                "add a structure with role: system-boot");
        }
        if (!gadget.HasRole("system-save"))
        {
            diagnostics.Add(GadgetRuleList.EncryptNeedsSave, seed.PlaceOf(seed.Role.Span),
                "a device cannot encrypt its data with this gadget: there is no structure with role system-save",
                "add a structure with role: system-save if data is to be encrypted");
        }
    }
}
