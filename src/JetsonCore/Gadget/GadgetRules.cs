// All rules about a gadget, in the order in which snapd tries them, so that the first error names what snapd would
// say. Unlike snapd none of them stops the work: every finding of the file comes in one run.
//
//   read (GadgetReader) → connections → each volume: name, structures, placement, bootloader → bootloaders →
//   implied labels → roles → layout (2.57.6) → files (where there are any) → advice
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Rules;

namespace JetsonCore.Gadget;

/// <summary>The rules of gadget.yaml.</summary>
public static class GadgetRules
{
    /// <summary>Judges a gadget for its mode, as far as gadget.yaml alone tells.</summary>
    public static void CheckAll(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(gadget);
        ArgumentNullException.ThrowIfNull(diagnostics);
        ConnectionRules.Check(gadget, diagnostics);
        if (gadget.Volumes.IsEmpty && gadget.Mode.MayLackVolumes())
        {
            VolumeRules.CheckNoVolumes(gadget, diagnostics);
        }
        else
        {
            VolumeRules.Check(gadget, diagnostics);
            ImpliedLabelRules.Check(gadget, diagnostics);
        }
        VolumeAssignmentRules.Check(gadget, diagnostics);
        RoleRules.Check(gadget, diagnostics);
        PlacementRules.CheckLaidOut(gadget, diagnostics);
    }
}
