// `layout` as a bar: the volume from its first byte to its last, each structure as wide as it is large, but never so
// narrow that it vanishes. Small neighbours share a cell.
//
//   |AAAAAAAAAAAAB.CCCCCCCCDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD|
//    A system-boot  B TBC, EBT  C writable
using System.Text;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutBar
{
    private const int Width = 96;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly string[] Colors = ["44", "42", "45", "46", "43", "41"];

    /// <summary>The lines of the bar and its legend.</summary>
    public static IEnumerable<string> Lines(VolumePlan volume, bool hasColor)
    {
        PlannedStructure?[] cells = Cells(volume);
        List<PlannedStructure> shown = [.. cells.OfType<PlannedStructure>().Distinct()];
        var bar = new StringBuilder("  |");
        foreach (PlannedStructure? cell in cells)
        {
            int index = cell is null ? -1 : shown.IndexOf(cell);
            char letter = index < 0 ? '.' : Letters[index % Letters.Length];
            string color = Colors[Math.Max(index, 0) % Colors.Length];
            bar.Append(hasColor && index >= 0 ? $"\u001b[{color};30m{letter}\u001b[0m" : letter);
        }
        yield return bar.Append('|').ToString();
        IEnumerable<string> legend = shown.Select((structure, index) =>
            $"{Letters[index % Letters.Length]} {LayoutWords.Name(structure)}{Hidden(structure, volume, shown)}");
        foreach (string line in Fold(legend))
            yield return line;
    }

    /// <summary>Which structure each cell shows: the one that takes most of it.</summary>
    private static PlannedStructure?[] Cells(VolumePlan volume)
    {
        var cells = new PlannedStructure?[Width];
        long end = Math.Max(volume.SizeBytes, 1);
        for (int cell = 0; cell < Width; cell++)
        {
            long from = (long)((Int128)end * cell / Width), to = (long)((Int128)end * (cell + 1) / Width);
            PlannedStructure? most = volume.Structures
                .MaxBy(structure => Math.Min(to, structure.EndBytes) - Math.Max(from, structure.StartBytes));
            bool isIn = most is not null && most.StartBytes < to && most.EndBytes > from;
            cells[cell] = isIn ? most : null;
        }
        return cells;
    }

    /// <summary>The structures behind one that are too small for a cell of their own.</summary>
    private static string Hidden(PlannedStructure shown, VolumePlan volume, List<PlannedStructure> all)
    {
        IEnumerable<string> hidden = volume.Structures.SkipWhile(structure => structure != shown).Skip(1)
            .TakeWhile(structure => !all.Contains(structure)).Select(LayoutWords.Name);
        return string.Concat(hidden.Select(name => $", {name}"));
    }

    private static IEnumerable<string> Fold(IEnumerable<string> items)
    {
        var line = new StringBuilder("  ");
        foreach (string item in items)
        {
            if (line.Length > 2 && line.Length + item.Length > Width)
            {
                yield return line.ToString().TrimEnd();
                line.Clear().Append("  ");
            }
            line.Append(' ').Append(item).Append(' ');
        }
        if (line.Length > 2)
            yield return line.ToString().TrimEnd();
    }
}
