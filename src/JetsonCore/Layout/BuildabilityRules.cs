// What keeps a laid-out volume from being written: places inside the partition table, broken sectors, too little
// device. With 512-byte sectors a GPT takes sectors 0 to 33, so 17408 is the first possible start; with 4096-byte
// sectors it takes sectors 0 to 5, and 24576 is.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Rules;

namespace JetsonCore.Layout;

internal static class BuildabilityRules
{
    private const int GptPartitionsMax = 128, MbrPartitionsMax = 4, GptNameUnitsMax = 36;

    public static void Check(VolumePlan plan, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        if (plan.Schema == VolumeSchema.Emmc)
            return;
        PlannedStructure? furthest = null;
        foreach (PlannedStructure structure in plan.Structures)
        {
            SourceSpan place = PlaceOf(structure, volume);
            // What follows a structure that is out of step is out of step with it, and not to blame.
            bool followsOddEnd = furthest?.EndBytes == structure.StartBytes && furthest.IsPartition;
            bool isOutside = CheckTable(plan, structure, place, diagnostics);
            CheckOverlap(furthest, structure, place, diagnostics);
            if (isOutside && !followsOddEnd && structure.IsPartition)
                CheckStart(plan, structure, place, diagnostics);
            if (structure.IsPartition)
                CheckPartition(plan, structure, place, diagnostics);
            if (furthest is null || structure.EndBytes > furthest.EndBytes)
                furthest = structure;
        }
        CheckCount(plan, volume, diagnostics);
    }

    /// <summary>How messages call a structure.</summary>
    public static string TitleOf(PlannedStructure structure) =>
        structure.Name is { } name ? $"\"{name}\"" : $"#{structure.Index}";

    private static bool CheckTable(
        VolumePlan plan, PlannedStructure structure, SourceSpan place, DiagnosticBag diagnostics)
    {
        long firstUsable = VolumePlanner.FirstUsableByte(plan.Schema, plan.SectorSize);
        bool isBootCode = structure.EndBytes <= RoleValueRules.MbrCodeBytes && !structure.IsPartition;
        if (structure.StartBytes >= firstUsable || isBootCode)
            return true;
        long sectors = firstUsable / plan.SectorSize;
        string table = plan.Schema == VolumeSchema.Gpt
            ? $"the GPT takes sectors 0 to {sectors - 1} of {plan.SectorSize} bytes"
            : $"the partition table is in sector 0 of {plan.SectorSize} bytes";
        diagnostics.Add(LayoutRuleList.InsideTable, place,
            $"cannot start structure {TitleOf(structure)} at byte {structure.StartBytes}: {table}, "
                + $"so the first possible start is byte {firstUsable} (sector {sectors})",
            $"write offset: {firstUsable} or more"
                + (structure.StartBytes == 17408 && plan.SectorSize == 4096
                    ? "; 17408 is right for 512-byte sectors only" : ""));
        return false;
    }

    private static void CheckOverlap(
        PlannedStructure? earlier, PlannedStructure next, SourceSpan place, DiagnosticBag diagnostics)
    {
        if (earlier is null || next.StartBytes >= earlier.EndBytes)
            return;
        diagnostics.Add(LayoutRuleList.Overlap, place,
            $"cannot start structure {TitleOf(next)} at byte {next.StartBytes}: {TitleOf(earlier)} lies from "
                + $"{earlier.StartBytes} to {earlier.EndBytes}, so they overlap by "
                + $"{earlier.EndBytes - next.StartBytes} bytes",
            $"write offset: {earlier.EndBytes} or more, or remove the offset");
    }

    private static void CheckPartition(
        VolumePlan plan, PlannedStructure structure, SourceSpan place, DiagnosticBag diagnostics)
    {
        CheckSize(plan, structure, place, diagnostics);
        if (plan.Schema == VolumeSchema.Mbr && structure.EndBytes / plan.SectorSize > uint.MaxValue)
        {
            diagnostics.Add(LayoutRuleList.SectorRange, place,
                $"cannot enter structure {TitleOf(structure)} into a DOS partition table: it ends at sector "
                    + $"{structure.EndBytes / plan.SectorSize}, and the table reaches {uint.MaxValue}",
                "use schema: gpt");
        }
        if (plan.Schema != VolumeSchema.Gpt)
            return;
        if (structure.Name?.Length > GptNameUnitsMax)
        {
            diagnostics.Add(LayoutRuleList.NameLength, place,
                $"cannot name partition {TitleOf(structure)}: the name has {structure.Name.Length} UTF-16 units, a GPT "
                    + $"holds {GptNameUnitsMax}",
                "shorten the name");
        }
        if (structure.Id is { } id && !TypeRules.IsGuid(id))
        {
            diagnostics.Add(LayoutRuleList.PartitionId, place,
                $"cannot give partition {TitleOf(structure)} the id \"{id}\": it is no GUID",
                "write 8-4-4-4-12 hex digits, or leave the id out");
        }
    }

    private static void CheckStart(
        VolumePlan plan, PlannedStructure structure, SourceSpan place, DiagnosticBag diagnostics)
    {
        long rest = structure.StartBytes % plan.SectorSize;
        if (rest == 0)
            return;
        diagnostics.Add(LayoutRuleList.StartAlignment, place,
            $"cannot start partition {TitleOf(structure)} at byte {structure.StartBytes}: it is {rest} bytes into a "
                + $"sector of {plan.SectorSize} bytes",
            $"start it at {structure.StartBytes - rest + plan.SectorSize}, or make what lies before it whole sectors");
    }

    private static void CheckSize(
        VolumePlan plan, PlannedStructure structure, SourceSpan place, DiagnosticBag diagnostics)
    {
        long rest = structure.SizeBytes % plan.SectorSize;
        if (rest == 0)
            return;
        diagnostics.Add(LayoutRuleList.SizeAlignment, place,
            $"cannot make partition {TitleOf(structure)} of {structure.SizeBytes} bytes: that is {rest} bytes more "
                + "than "
                + $"whole sectors of {plan.SectorSize} bytes",
            $"write size: {structure.SizeBytes - rest + plan.SectorSize}");
    }

    private static void CheckCount(VolumePlan plan, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        int count = plan.Structures.Count(structure => structure.IsPartition);
        int most = plan.Schema == VolumeSchema.Gpt ? GptPartitionsMax : MbrPartitionsMax;
        if (count <= most)
            return;
        diagnostics.Add(LayoutRuleList.PartitionCount, volume.Name.Span,
            $"cannot enter {count} partitions of volume \"{plan.Name}\" into the partition table: it holds {most}",
            plan.Schema == VolumeSchema.Gpt ? "join some of them" : "use schema: gpt, or join some of them");
    }

    /// <summary>Whether a volume fits its device; boot areas of an eMMC are not on it.</summary>
    public static void CheckDevice(
        VolumePlan plan, GadgetVolume volume, long leastBytes, DiagnosticBag diagnostics)
    {
        if (leastBytes <= plan.SizeBytes || plan.Schema == VolumeSchema.Emmc || plan.Structures.IsEmpty)
            return;
        PlannedStructure last = plan.Structures.MaxBy(structure => structure.EndBytes)!;
        diagnostics.Add(LayoutRuleList.DeviceSize, PlaceOf(last, volume),
            $"cannot fit volume \"{plan.Name}\" into {plan.SizeBytes} bytes: structure {TitleOf(last)} ends at "
                + $"{last.EndBytes} and with the partition tables {leastBytes} bytes are needed, "
                + $"{leastBytes - plan.SizeBytes} too many",
            "make structures smaller, or take a larger device");
    }

    private static SourceSpan PlaceOf(PlannedStructure planned, GadgetVolume volume)
    {
        if (planned.Implicit)
            return volume.Name.Span;
        GadgetStructure structure = volume.Structures[planned.Index];
        return structure.PlaceOf(structure.Offset.Span);
    }
}
