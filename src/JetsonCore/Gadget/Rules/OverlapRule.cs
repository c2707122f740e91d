// X-OVERLAP, L-OVERLAP: no structure begins before the end of one that lies before it. Structures that only follow a
// misplaced one go with it, and are not reported beside it: one misplaced partition of the TX1 has seventeen of them.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal sealed class OverlapRule(DiagnosticBag diagnostics)
{
    private readonly Dictionary<int, int> _overlapped = [];

    /// <summary>Looks at a structure and the one that ends last of those before it.</summary>
    public void Check(Rule rule, PlacedStructure? earlier, PlacedStructure next)
    {
        if (earlier is not { HasSize: true } before || next.Start is not { } start || start >= before.LatestEnd)
            return;
        GadgetStructure structure = next.Structure;
        _overlapped[next.Place] = before.Place;
        bool follows = _overlapped.TryGetValue(next.Place - 1, out int overlapped) && overlapped == before.Place;
        if (follows && structure.Offset.Value is null)
            return;
        diagnostics.Add(rule, structure.PlaceOf(structure.Offset.Span),
            $"cannot place structure {structure.Title} at {Text(start)}: it overlaps {before.Structure.Title}, which "
                + $"lies at {Text(before.LatestStart)} and ends at {Text(before.LatestEnd)}, by "
                + $"{Text(before.LatestEnd - start)} bytes",
            structure.Offset.Span.IsKnown
                ? $"write offset: {Text(before.LatestEnd)} or more, or remove the offset"
                : $"structures without an offset follow the one before them in the file: give {structure.Title} an "
                    + "offset",
            new RelatedPlace(before.Structure.PlaceOf(before.Structure.Name.Span),
                $"{before.Structure.Title} ends at {Text(before.LatestEnd)}"));
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);
}
