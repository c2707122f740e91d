// Where the structures of a volume lie: at their offset, or behind the structure before them in the file, but (except
// for the MBR) not below 1 MiB. Nothing is rounded. Afterwards they are sorted by start. Boot areas of an eMMC are
// devices of their own: each begins at 0, whatever is written.
//
//   0        446      17408            1 MiB
//   | mbr    |        | offset: 17408  |  the first one without an offset …
//
// Rules L-*, X-*. snapd 2.57.6 looked for overlaps before it knew of the 1 MiB (Simple) and again afterwards.
// Positions have 128 bits, as sums of 63-bit sizes may have more than 64.
using System.Collections.Immutable;

namespace JetsonCore.Gadget.Model;

/// <summary>A structure and its place.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Start">Its first byte; null where an open size or min-size before it leaves that open.</param>
/// <param name="LatestEnd">Behind its last byte, if everything before it has its full size.</param>
internal sealed record PlacedStructure(GadgetStructure Structure, Int128? Start, Int128 LatestEnd)
{
    /// <summary>Start of the run it belongs to: a structure with a known start, and those behind it without.</summary>
    public Int128 RunStart { get; init; }

    /// <summary>Its place in the file.</summary>
    public int Place { get; init; }

    public Int128 Size => Structure.Size.Value ?? 0;

    /// <summary>First byte, if everything before it has its full size.</summary>
    public Int128 LatestStart => LatestEnd - Size;

    public bool HasSize => Size > 0;
}

internal static class GadgetPlacement
{
    public const long FirstFloatingStart = 1 << 20;

    /// <summary>Placed as snapd 2.57.6 did to look for overlaps: the first structure at 0.</summary>
    public static ImmutableArray<PlacedStructure> Simple(GadgetVolume volume) => Place(volume, floor: 0);

    /// <summary>Placed as it will lie, with min-size taken as snapd takes it since 2.60.</summary>
    public static ImmutableArray<PlacedStructure> LaidOut(GadgetVolume volume) => Place(volume, FirstFloatingStart);

    /// <summary>The least size of a structure: min-size, or its size.</summary>
    public static long LeastSize(GadgetStructure structure) =>
        structure.MinSize.Value is > 0 and long least ? least : structure.Size.Value ?? 0;

    /// <summary>The least size of a volume: the end of its last structure with all at their least size.</summary>
    public static Int128 LeastSize(ImmutableArray<PlacedStructure> placed)
    {
        Int128 end = 0;
        foreach (PlacedStructure structure in placed)
            end = (structure.Start ?? end) + LeastSize(structure.Structure);
        return end;
    }

    private static ImmutableArray<PlacedStructure> Place(GadgetVolume volume, long floor)
    {
        var placed = new List<PlacedStructure>(volume.Structures.Length);
        Int128? previousEnd = 0;
        Int128 latestEnd = 0, runStart = 0;
        bool hasOpenSizes = volume.HasPartial("size");
        bool isEmmc = volume.DecidedSchema == "emmc";
        foreach (GadgetStructure structure in volume.Structures)
        {
            Int128? start = isEmmc ? 0 : structure.Offset.Value is { } offset ? offset
                : Floor(previousEnd, structure, floor);
            Int128 size = structure.Size.Value ?? 0;
            latestEnd = (start ?? latestEnd) + size;
            runStart = start ?? runStart;
            placed.Add(new(structure, start, latestEnd) { RunStart = runStart, Place = placed.Count });
            bool isFixed = size > 0 && LeastSize(structure) == size && !hasOpenSizes;
            previousEnd = isFixed ? start + size : null;
        }
        placed.Sort((one, other) => one.RunStart != other.RunStart
            ? one.RunStart.CompareTo(other.RunStart) : one.Place.CompareTo(other.Place));
        return [.. placed];
    }

    private static Int128? Floor(Int128? end, GadgetStructure structure, long floor) =>
        end < floor && !structure.IsMbr ? floor : end;
}
