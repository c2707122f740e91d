// All rules about a gadget, in the order in which snapd tries them, so that the first error names what snapd would
// say. Unlike snapd none of them stops the work: every finding of the file comes in one run.
//
//   read (GadgetReader) → connections → each volume: name, structures, placement, bootloader → bootloaders →
//   implied labels → roles → each volume: layout (2.57.6), files (where there are any) → kernel → advice
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Rules;

namespace JetsonCore.Gadget;

/// <summary>The rules of gadget.yaml.</summary>
internal static class GadgetRules
{
    /// <summary>Judges a gadget for its mode.</summary>
    /// <param name="gadget">The gadget.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="root">The gadget's files; without them only what gadget.yaml itself tells is judged.</param>
    /// <param name="kernel">The kernel's assets; without them only the form of references is judged.</param>
    public static void CheckAll(GadgetDefinition gadget, DiagnosticBag diagnostics,
        GadgetRoot? root = null, KernelAssets? kernel = null)
    {
        ArgumentNullException.ThrowIfNull(gadget);
        ArgumentNullException.ThrowIfNull(diagnostics);
        ConnectionRules.Check(gadget, diagnostics);
        if (gadget.Volumes.IsEmpty && (gadget.Mode.MayLackVolumes() || !gadget.Document.IsReadable))
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
        ContentFileRules? files = root is null ? null : new(gadget, root, diagnostics);
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            PlacementRules.CheckLaidOut(gadget, volume, diagnostics);
            files?.CheckImages(volume);
            KernelReferenceRules.Check(volume, kernel, diagnostics);
            files?.CheckSources(volume);
        }
        if (kernel is not null)
            KernelReferenceRules.CheckUse(gadget, kernel, diagnostics);
        if (root is not null)
            CommandLineRules.Check(gadget, root, diagnostics);
    }
}
