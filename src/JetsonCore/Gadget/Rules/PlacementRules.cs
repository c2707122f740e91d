// M-START, OW-KNOWN, X-OVERLAP, OW-CONTENT, N-OW, L-OVERLAP: rules between the structures of one volume, once placed.
// 2.57.6 looks twice: first with structures placed from 0 on, then, laid out, from 1 MiB on. Since 2.60 both are one.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class PlacementRules
{
    private const int PointerBytes = 4;

    /// <summary>Names among which a mistyped one is looked for.</summary>
    private const int NamesMax = 200;

    public static void Check(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        bool isOld = gadget.Release == SnapdRelease.V2576;
        var placed = new PlacedVolume(
            volume, isOld ? GadgetPlacement.Simple(volume) : GadgetPlacement.LaidOut(volume));
        PlacedStructure? furthest = null;
        var overlaps = new OverlapRule(diagnostics);
        foreach (PlacedStructure next in placed.Structures)
        {
            CheckMbrStart(next, diagnostics);
            if (isOld)
                CheckOffsetWriteKnown(placed, next.Structure, diagnostics);
            else
                CheckOffsetWriteRange(placed, next.Structure, diagnostics);
            overlaps.Check(GadgetRuleList.Overlap, furthest, next);
            CheckRange(next, diagnostics);
            CheckContentOffsetWrite(placed, next.Structure, diagnostics);
            if (furthest is null || next.LatestEnd > furthest.LatestEnd)
                furthest = next;
        }
    }

    /// <summary>L-OVERLAP: overlaps that only show once structures have moved to 1 MiB.</summary>
    public static void CheckLaidOut(GadgetDefinition gadget, GadgetVolume volume, DiagnosticBag diagnostics)
    {
        if (gadget.Release != SnapdRelease.V2576)
            return;
        PlacedStructure? furthest = null;
        var overlaps = new OverlapRule(diagnostics);
        foreach (PlacedStructure next in GadgetPlacement.LaidOut(volume))
        {
            overlaps.Check(GadgetRuleList.LayoutOverlap, furthest, next);
            if (furthest is null || next.LatestEnd > furthest.LatestEnd)
                furthest = next;
        }
    }

    private static void CheckMbrStart(PlacedStructure placed, DiagnosticBag diagnostics)
    {
        if (!placed.Structure.IsMbr || (placed.Start ?? 0) == 0)
            return;
        diagnostics.Add(GadgetRuleList.MbrStart, placed.Structure.PlaceOf(placed.Structure.Offset.Span),
            $"cannot place structure {placed.Structure.Title} at {placed.Start}: the MBR lies at 0",
            "write it first in the list, or with offset: 0");
    }

    private static void CheckOffsetWriteKnown(
        PlacedVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.OffsetWrite.Value is { RelativeTo.Length: > 0 } place && volume.Find(place.RelativeTo) is null)
            AddUnknown(GadgetRuleList.OffsetWriteKnown, volume, place, structure.OffsetWrite.Span, diagnostics);
    }

    private static void CheckContentOffsetWrite(
        PlacedVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.HasFilesystem)
            return;
        foreach (GadgetContent content in structure.Content)
        {
            if (content.OffsetWrite.Value is { RelativeTo.Length: > 0 } place
                && volume.Find(place.RelativeTo) is null)
                AddUnknown(
                    GadgetRuleList.ContentOffsetWriteKnown, volume, place, content.OffsetWrite.Span, diagnostics);
        }
    }

    private static void AddUnknown(
        Rule rule, PlacedVolume volume, GadgetOffsetWrite place, SourceSpan span, DiagnosticBag diagnostics)
    {
        string[] names =
        [
            .. volume.Volume.Structures.Select(structure => structure.Name.Value).Where(name => name.Length > 0)
                .Take(NamesMax),
        ];
        diagnostics.Add(rule, span,
            $"cannot write an offset into structure \"{place.RelativeTo}\": volume "
                + $"\"{volume.Volume.Name.Value}\" has none of that name",
            Spelling.Nearest(place.RelativeTo, names) is { } meant ? $"did you mean \"{meant}\"?"
                : "name a structure of the same volume, or leave the name out");
    }

    /// <summary>N-OW: only the first structure, lying at 0, may be named, and the pointer must lie within it.</summary>
    private static void CheckOffsetWriteRange(
        PlacedVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.OffsetWrite.Value is not { } place)
            return;
        PlacedStructure first = volume.Structures[0];
        string? reason = null;
        if (place.RelativeTo.Length == 0)
        {
            if (place.OffsetBytes + PointerBytes > volume.LeastSize)
                reason = $"{place.OffsetBytes} + {PointerBytes} is behind the volume's end at {Text(volume.LeastSize)}";
        }
        else if (first.Structure.Name.Value != place.RelativeTo)
        {
            if (volume.Find(place.RelativeTo) is null)
            {
                AddUnknown(GadgetRuleList.OffsetWriteKnown, volume, place, structure.OffsetWrite.Span, diagnostics);
                return;
            }
            reason = $"\"{place.RelativeTo}\" is not the first structure, {first.Structure.Title} is";
        }
        else if (first.Start is { } start && start != 0)
        {
            reason = $"\"{place.RelativeTo}\" lies at {Text(start)}, not at 0";
        }
        else if (place.OffsetBytes + PointerBytes > GadgetPlacement.LeastSize(first.Structure))
        {
            reason = $"{place.OffsetBytes} + {PointerBytes} is behind the end of \"{place.RelativeTo}\" at "
                + Text(GadgetPlacement.LeastSize(first.Structure));
        }
        if (reason is not null)
        {
            diagnostics.Add(GadgetRuleList.OffsetWriteRange, structure.OffsetWrite.Span,
                $"cannot write the offset of structure {structure.Title}: {reason}",
                "use the name of the first structure, at 0, as in mbr+92, or an offset within the volume");
        }
    }

    private static void CheckRange(PlacedStructure placed, DiagnosticBag diagnostics)
    {
        if (placed.LatestEnd <= ulong.MaxValue)
            return;
        diagnostics.Add(GadgetRuleList.PositionRange, placed.Structure.PlaceOf(placed.Structure.Size.Span),
            $"cannot place structure {placed.Structure.Title}: it would end at {Text(placed.LatestEnd)}, beyond 64 "
                + "bits",
            "check the sizes and offsets up to here");
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);
}
