// Where everything lies in RAM when a kernel starts: the kernel with its BSS (image_size) where booti has moved it,
// initrd, device tree with its padding, and U-Boot. What overlaps, or reaches over the end of RAM, does not boot, or
// boots until somebody reads what was overwritten.
using JetsonCore.Boot.Commands;

namespace JetsonCore.Boot.Scenarios;

internal static class MemoryPlaces
{
    private sealed record Place(string Title, ulong Start, ulong End);

    /// <summary>What overlaps, one sentence each.</summary>
    public static IEnumerable<string> Overlaps(UBootBoard board, UBootTrace trace)
    {
        if (trace.Start is not { } start)
            return LoadOverlaps(trace.Loads);
        List<Place> places =
            [new("the running kernel", start.KernelAddress, start.KernelAddress + (ulong)start.KernelBytes)];
        if (start.InitrdBytes > 0)
            places.Add(new("the initrd", start.InitrdAddress, start.InitrdAddress + (ulong)start.InitrdBytes));
        if (start.FdtBytes > 0)
            places.Add(new("the device tree", start.FdtAddress, start.FdtAddress + (ulong)start.FdtBytes));
        places.Add(new("U-Boot itself", board.ReservedStart, board.RamEnd));
        return [.. Of(places), .. OutsideOf(board, places)];
    }

    // A file loaded over another before anything started.
    private static List<string> LoadOverlaps(IReadOnlyList<UBootLoad> loads) => Of(
    [
        .. loads.GroupBy(load => load.Path).Select(group => group.Last())
            .Select(load => new Place($"\"{load.Path}\"", load.Address, load.Address + (ulong)load.SizeBytes)),
    ]);

    private static List<string> Of(List<Place> places)
    {
        List<string> overlaps = [];
        Place[] sorted = [.. places.OrderBy(place => place.Start).ThenBy(place => place.Title, StringComparer.Ordinal)];
        for (int at = 1; at < sorted.Length; at++)
        {
            Place low = sorted[at - 1], high = sorted[at];
            if (low.End > high.Start)
            {
                overlaps.Add($"{low.Title} ends at 0x{UBootNumbers.Hex(low.End)}, {high.Title} starts at "
                    + $"0x{UBootNumbers.Hex(high.Start)}: {Math.Min(low.End, high.End) - high.Start} bytes overlap");
            }
        }
        return overlaps;
    }

    private static IEnumerable<string> OutsideOf(UBootBoard board, List<Place> places) =>
        from place in places
        where place.Start < board.RamStart || place.End > board.RamEnd
        select $"{place.Title} (0x{UBootNumbers.Hex(place.Start)} to 0x{UBootNumbers.Hex(place.End)}) lies outside of "
            + $"RAM (0x{UBootNumbers.Hex(board.RamStart)} to 0x{UBootNumbers.Hex(board.RamEnd)})";
}
