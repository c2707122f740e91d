// N-CM: classic with modes, since snapd 2.58. The seed may be empty (system-seed-null); boot and data must be there.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class ClassicModesRules
{
    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (string role in (string[])["system-boot", "system-data"])
        {
            if (!gadget.HasRole(role))
                Add(gadget.Volumes.IsEmpty ? SourceSpan.None : gadget.Volumes[0].Name.Span,
                    $"cannot use the gadget: classic with modes needs a structure with role {role}",
                    $"add a structure with role: {role}", diagnostics);
        }
        RoleRules.CheckLabel(gadget, "system-boot", "ubuntu-boot", GadgetRuleList.ClassicModes, diagnostics);
        RoleRules.CheckLabel(gadget, "system-data", "ubuntu-data", GadgetRuleList.ClassicModes, diagnostics);
        RoleRules.CheckLabel(gadget, "system-seed", "ubuntu-seed", GadgetRuleList.ClassicModes, diagnostics);
        RoleRules.CheckLabel(gadget, "system-seed-null", "ubuntu-seed", GadgetRuleList.ClassicModes, diagnostics);
        RoleRules.CheckLabel(gadget, "system-save", "ubuntu-save", GadgetRuleList.ClassicModes, diagnostics);
        RoleRules.CheckVolume(gadget, "system-boot", ["system-seed", "system-seed-null", "system-save"], diagnostics);
    }

    /// <summary>One seed, full or empty: asked for before all else, whatever the model.</summary>
    public static void CheckOneSeed(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        if (gadget.Release != SnapdRelease.Latest || !gadget.HasRole("system-seed"))
            return;
        foreach ((_, GadgetStructure seed) in gadget.WithRole("system-seed-null"))
        {
            Add(seed.PlaceOf(seed.Role.Span),
                $"cannot use structure {seed.Title} as system-seed-null: there is a system-seed",
                "keep one of the two", diagnostics);
        }
    }

    private static void Add(SourceSpan place, string message, string hint, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.ClassicModes, place, message, hint);
}
