// N-VA: volume-assignments, since snapd 2.68: variants of which volume goes to which device.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class VolumeAssignmentRules
{
    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        if (gadget.Release != SnapdRelease.Latest || gadget.Document.VolumeAssignments.IsEmpty)
            return;
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> volumes = [.. gadget.Volumes.Select(volume => volume.Name.Value)];
        foreach (GadgetVolumeAssignment variant in gadget.Document.VolumeAssignments)
        {
            CheckVariant(volumes, variant, diagnostics);
            IEnumerable<string> devices = variant.Devices
                .Select(device => $"{device.Volume.Value}={device.Device.Value}")
                .Order(StringComparer.Ordinal);
            if (!seen.Add(string.Join('\n', devices)))
                Add(variant.Span, $"cannot use variant \"{variant.Name.Value}\": another one maps the same devices",
                    diagnostics);
        }
    }

    private static void CheckVariant(
        HashSet<string> volumes, GadgetVolumeAssignment variant, DiagnosticBag diagnostics)
    {
        if (variant.Devices.IsEmpty)
            Add(variant.Span, $"cannot use variant \"{variant.Name.Value}\": it assigns no volume", diagnostics);
        foreach (GadgetVolumeDevice device in variant.Devices)
        {
            string path = device.Device.Value;
            if (!volumes.Contains(device.Volume.Value))
            {
                Add(device.Volume.Span,
                    $"cannot assign volume \"{device.Volume.Value}\": the gadget has none of that name",
                    diagnostics);
            }
            if (!path.StartsWith("/dev/disk/by-path/", StringComparison.Ordinal)
                && !path.StartsWith("/dev/disk/by-id/", StringComparison.Ordinal))
            {
                Add(device.Device.Span, $"cannot assign device \"{path}\" to volume \"{device.Volume.Value}\": it lies "
                    + "neither below /dev/disk/by-path nor /dev/disk/by-id", diagnostics);
            }
        }
    }

    private static void Add(SourceSpan place, string message, DiagnosticBag diagnostics) =>
        diagnostics.Add(GadgetRuleList.VolumeAssignments, place, message,
            "each variant maps volumes of this gadget to devices named by path or id");
}
