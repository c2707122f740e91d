// `layout --svg`: a drawing for documentation. Each volume is a bar of true proportions above, and below it one in
// which every structure is wide enough to be seen; names, starts and sizes stand in a list below.
using System.Globalization;
using System.Text;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

internal static class LayoutSvg
{
    private const int Width = 960, Margin = 24, Inner = Width - (2 * Margin);
    private const int TitleHeight = 40, BarHeight = 34, FanHeight = 26, RowHeight = 20, Gap = 32;
    private const double LeastWidth = 14;
    private static readonly int[] ColumnOffsets = [40, 52, 330, 450, 540, 560, 720];
    private static readonly string[] Fills =
        ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#9c755f"];

    public static void Write(IReadOnlyList<LayoutReport> reports, TextWriter output)
    {
        List<VolumePlan> volumes = [.. reports.SelectMany(report => report.Volumes)];
        int height = Margin + volumes.Sum(HeightOf);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}"
                 font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222">
            <rect width="{Width}" height="{height}" fill="#fff"/>

            """);
        int top = Margin;
        foreach (VolumePlan volume in volumes)
        {
            Draw(svg, volume, top);
            top += HeightOf(volume);
        }
        output.Write(svg.Append("</svg>\n").ToString());
    }

    private static int HeightOf(VolumePlan volume) =>
        TitleHeight + (2 * BarHeight) + FanHeight + ((volume.Structures.Length + 2) * RowHeight) + Gap;

    private static void Draw(StringBuilder svg, VolumePlan volume, int top)
    {
        string bootloader = volume.Bootloader is null ? "" : $", {volume.Bootloader}";
        Text(svg, Margin, top + 16, $"volume {volume.Name}", "font-size=\"16\" font-weight=\"bold\"");
        Text(svg, Margin, top + 33,
            $"{LayoutWords.Schema(volume.Schema)}{bootloader}, {LayoutWords.Size(volume.SizeBytes)}, "
                + $"sectors of {volume.SectorSize} bytes", "fill=\"#666\"");
        top += TitleHeight;
        List<(double Left, double Right)> magnified = Magnify(volume);
        DrawBars(svg, volume, magnified, top);
        DrawList(svg, volume, top + (2 * BarHeight) + FanHeight + RowHeight);
    }

    private static void DrawBars(
        StringBuilder svg, VolumePlan volume, List<(double Left, double Right)> magnified, int top)
    {
        double scale = (double)Inner / Math.Max(volume.SizeBytes, 1);
        int lower = top + BarHeight + FanHeight;
        Box(svg, Margin, top, Inner, "#eee");
        Box(svg, Margin, lower, Inner, "#eee");
        for (int index = 0; index < volume.Structures.Length; index++)
        {
            PlannedStructure structure = volume.Structures[index];
            string fill = Fills[index % Fills.Length];
            double left = Margin + (structure.StartBytes * scale), right = Margin + (structure.EndBytes * scale);
            (double near, double far) = magnified[index];
            int bottom = top + BarHeight;
            svg.Append(CultureInfo.InvariantCulture, $"""
                <path d="M{left:0.##} {bottom} L{right:0.##} {bottom} L{far:0.##} {lower} L{near:0.##} {lower} Z"
                      fill="{fill}" fill-opacity="0.18"/>

                """);
            Box(svg, left, top, right - left, fill);
            Box(svg, near, lower, far - near, fill);
            int digits = (index + 1).ToString(CultureInfo.InvariantCulture).Length;
            string label = far - near > (7 * LayoutWords.Name(structure).Length) + 8
                ? LayoutWords.Name(structure)
                : far - near >= 7 * digits ? $"{index + 1}" : "";
            Text(svg, (near + far) / 2, lower + 22, label, "text-anchor=\"middle\" fill=\"#fff\" font-weight=\"bold\"");
        }
    }

    private static void DrawList(StringBuilder svg, VolumePlan volume, int top)
    {
        string[] head = ["", "name", "start", "size", "", "file system", "role"];
        int[] columns = [.. ColumnOffsets.Select(offset => Margin + offset)];
        for (int column = 0; column < head.Length; column++)
            Text(svg, columns[column], top, head[column], Anchor(column) + " fill=\"#666\"");
        for (int index = 0; index < volume.Structures.Length; index++)
        {
            PlannedStructure structure = volume.Structures[index];
            int baseline = top + ((index + 1) * RowHeight);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{Margin}" y="{baseline - 10}" width="12" height="12" fill="{Fills[index % Fills.Length]}"/>

                """);
            string[] cells =
            [
                $"{index + 1}", LayoutWords.Name(structure), $"{structure.StartBytes}",
                LayoutWords.Bytes(structure, volume),
                structure.SizeBytes == 0 ? "" : LayoutWords.Size(structure.SizeBytes),
                structure.Filesystem is null ? "" : $"{structure.Filesystem} {structure.Label}",
                (structure.Role ?? "") + (structure.Implicit ? " (implicit)" : ""),
            ];
            for (int column = 0; column < cells.Length; column++)
                Text(svg, columns[column], baseline, cells[column], Anchor(column));
        }
    }

    /// <summary>Places of the magnified bar: proportional, but none narrower than can be seen.</summary>
    private static List<(double Left, double Right)> Magnify(VolumePlan volume) =>
        Magnify([.. volume.Structures.Select(structure => structure.SizeBytes)], Margin, Inner);

    /// <summary>The same for lengths in bytes, within <paramref name="width"/> from <paramref name="at"/> on.</summary>
    public static List<(double Left, double Right)> Magnify(IReadOnlyList<long> lengths, double at, double width)
    {
        double least = Math.Min(LeastWidth, width / Math.Max(1, lengths.Count));
        // The logarithm of the size lets 2 MiB and 14 GiB stand side by side.
        double[] weights = [.. lengths.Select(length => Math.Log2(2 + (length >> 20)))];
        double scale = (width - (least * weights.Length)) / Math.Max(1, weights.Sum());
        List<(double, double)> places = [];
        foreach (double weight in weights)
        {
            double next = at + least + (weight * scale);
            places.Add((at, next));
            at = next;
        }
        return places;
    }

    private static string Anchor(int column) => column is 0 or 2 or 3 or 4 ? "text-anchor=\"end\"" : "";

    private static void Box(StringBuilder svg, double left, double top, double width, string fill) =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{left:0.##}\" y=\"{top:0.##}\" width=\"{Math.Max(width, 0.5):0.##}\" height=\"{BarHeight}\" "
                + $"fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"0.5\"/>\n");

    private static void Text(StringBuilder svg, double left, double baseline, string text, string attributes)
    {
        if (text.Length > 0)
            svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{left:0.##}\" y=\"{baseline:0.##}\" {attributes}>{Escape(text)}</text>\n");
    }

    private static string Escape(string text) => string.Concat(text.Select(letter => letter switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => char.IsControl(letter) ? "?" : letter.ToString(),
    }));
}
