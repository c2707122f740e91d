// RF-*, RM-*: whether devices that have one gadget can take another: by a refresh, which touches the structures with a
// higher edition, or by a remodel, which touches all. Structures are paired by their place on the disk.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class UpdateRules
{
    public static void Check(GadgetDefinition old, GadgetDefinition next, bool isRemodel, DiagnosticBag diagnostics)
    {
        if (isRemodel ? !HaveOneVolume(old, next, diagnostics) : !HaveSameVolumes(old, next, diagnostics))
            return;
        Dictionary<string, GadgetVolume> earlier =
            old.Volumes.ToDictionary(volume => volume.Name.Value, StringComparer.Ordinal);
        int picked = 0;
        foreach (GadgetVolume volume in next.Volumes)
        {
            GadgetVolume before = earlier[volume.Name.Value];
            CheckVolume(before, volume, isRemodel, diagnostics);
            if (before.Structures.Length != volume.Structures.Length)
            {
                diagnostics.Add(GadgetRuleList.UpdateCount, volume.Name.Span,
                    $"cannot update volume \"{volume.Name.Value}\": it has {volume.Structures.Length} structures, and "
                        + $"had {before.Structures.Length}",
                    "structures cannot be added or removed on devices: keep them, or make it another gadget");
                continue;
            }
            picked += CheckStructures(old, before, volume, isRemodel, diagnostics);
        }
        if (!isRemodel)
            CheckDevices(old, next, diagnostics);
        if (picked == 0 && !isRemodel && !diagnostics.HasErrors)
        {
            diagnostics.Add(GadgetRuleList.UpdateNothing, SourceSpan.None,
                "devices are left as they are: no structure has a higher edition than before",
                "raise the edition (below update) of each structure whose content has changed");
        }
    }

    private static bool HaveOneVolume(GadgetDefinition old, GadgetDefinition next, DiagnosticBag diagnostics)
    {
        if (old.Volumes.Length == 1 && next.Volumes.Length == 1
            && old.Volumes[0].Name.Value == next.Volumes[0].Name.Value)
            return true;
        diagnostics.Add(GadgetRuleList.RemodelOne, Place(next),
            $"cannot remodel from volumes {Names(old)} to {Names(next)}: both need exactly one, of the same name",
            "keep the volume, and its name");
        return false;
    }

    private static bool HaveSameVolumes(GadgetDefinition old, GadgetDefinition next, DiagnosticBag diagnostics)
    {
        if (old.Volumes.Select(volume => volume.Name.Value).Order(StringComparer.Ordinal)
            .SequenceEqual(next.Volumes.Select(volume => volume.Name.Value).Order(StringComparer.Ordinal)))
            return true;
        diagnostics.Add(GadgetRuleList.UpdateVolumes, Place(next),
            $"cannot update volumes {Names(old)} to {Names(next)}: an update adds, removes and renames none",
            "keep the volumes, and their names");
        return false;
    }

    private static void CheckVolume(GadgetVolume old, GadgetVolume next, bool isRemodel, DiagnosticBag diagnostics)
    {
        CheckText((GadgetRuleList.UpdateId, "id"), old.Id.Value, next.Id, next, diagnostics);
        if (!old.HasPartial("schema"))
        {
            Located<string> schema = next.Schema with { Value = next.DecidedSchema };
            CheckText((GadgetRuleList.UpdateSchema, "schema"), old.DecidedSchema, schema, next, diagnostics);
        }
        if (isRemodel)
        {
            CheckText((GadgetRuleList.RemodelBootloader, "bootloader"), old.Bootloader.Value, next.Bootloader, next,
                diagnostics);
        }
    }

    /// <summary>N-VA: devices pair variants by name; a volume of a variant must stay on its device.</summary>
    private static void CheckDevices(GadgetDefinition old, GadgetDefinition next, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolumeAssignment variant in next.Document.VolumeAssignments)
        {
            GadgetVolumeAssignment? before =
                old.Document.VolumeAssignments.FirstOrDefault(other => other.Name.Value == variant.Name.Value);
            foreach (GadgetVolumeDevice device in variant.Devices)
            {
                string? earlier = before?.Devices
                    .FirstOrDefault(other => other.Volume.Value == device.Volume.Value)?.Device.Value;
                if (earlier is null || earlier == device.Device.Value)
                    continue;
                diagnostics.Add(GadgetRuleList.ChangedDevice, device.Device.Span,
                    $"cannot move volume \"{device.Volume.Value}\" of variant \"{variant.Name.Value}\" from "
                        + $"\"{earlier}\" to \"{device.Device.Value}\"",
                    $"write device: {earlier}, or add a variant of another name");
            }
        }
    }

    private static int CheckStructures(GadgetDefinition gadget, GadgetVolume old, GadgetVolume next, bool isRemodel,
        DiagnosticBag diagnostics)
    {
        ImmutableArray<PlacedStructure> before = GadgetPlacement.LaidOut(old), after = GadgetPlacement.LaidOut(next);
        int picked = 0;
        for (int index = 0; index < before.Length; index++)
        {
            uint edition = after[index].Structure.Update.Edition.Value;
            if (!isRemodel && edition <= before[index].Structure.Update.Edition.Value)
                continue;
            picked++;
            new StructureChange(before[index], after[index], next.DecidedSchema, gadget.Release, diagnostics)
                .Check();
        }
        return picked;
    }

    private static void CheckText(
        (Rule Rule, string Key) what, string old, Located<string> next, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        if (old == next.Value)
            return;
        diagnostics.Add(what.Rule, next.Span.IsKnown ? next.Span : volume.Name.Span,
            $"cannot change the {what.Key} of volume \"{volume.Name.Value}\" from \"{old}\" to \"{next.Value}\"",
            old.Length == 0 ? $"leave {what.Key} out, as before" : $"write {what.Key}: {old}");
    }

    private static SourceSpan Place(GadgetDefinition gadget) =>
        gadget.Volumes.IsEmpty ? SourceSpan.None : gadget.Volumes[0].Name.Span;

    private static string Names(GadgetDefinition gadget) =>
        gadget.Volumes.IsEmpty ? "(none)" : string.Join(", ", gadget.Volumes.Select(volume => volume.Name.Value));
}
