// `inspect`: facts one below the other, tables with a line for each part; numbers stand to the right.
//
//   out/jetson.img: gpt
//     size bytes   712017408
//     partitions
//       number  name         start bytes  …
//            1  system-boot        17408
//
// A few rows that are wider than a page are written one below the other.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Reports;

internal static class ArtefactText
{
    private const int PageWidth = 132, RecordsMax = 3;

    private const int LongValue = 36;

    // What a table can do without first, where it is as long as a GUID.
    private static readonly string[] WideColumns = ["id", "type", "compatible", "seed"];

    public static void Write(IReadOnlyList<(string Path, ArtefactReport Report)> reports, TextWriter output)
    {
        foreach ((string path, ArtefactReport report) in reports)
        {
            output.WriteLine($"{path}: {report.Format}");
            int width = report.Facts.Select(fact => Words(fact.Name).Length).DefaultIfEmpty().Max();
            foreach (ArtefactFact fact in report.Facts)
                output.WriteLine($"  {Words(fact.Name).PadRight(width)}  {TerminalText.Of(fact.Text)}".TrimEnd());
            foreach (ArtefactTable table in report.Tables)
                WriteTable(table, output);
        }
    }

    private static void WriteTable(ArtefactTable table, TextWriter output)
    {
        output.WriteLine($"  {Words(table.Name)}");
        if (table.Rows is [])
            return;
        ImmutableArray<ImmutableArray<ArtefactFact>> rows = Shown(table.Rows);
        if (rows.Length <= RecordsMax && Width(rows) > PageWidth)
        {
            WriteRecords(rows, output);
            return;
        }
        string[] titles = [.. rows[0].Select(fact => Words(fact.Name))];
        int[] widths = Widths(rows);
        bool[] areNumbers = [.. rows[0].Select(fact => fact.Number is not null)];
        output.WriteLine(Line(titles, widths, areNumbers));
        foreach (ImmutableArray<ArtefactFact> row in rows)
            output.WriteLine(Line([.. row.Select(fact => TerminalText.Of(fact.Text))], widths, areNumbers));
    }

    /// <summary>Rows without columns that are empty in all of them; where they are too wide, without ids.</summary>
    private static ImmutableArray<ImmutableArray<ArtefactFact>> Shown(
        ImmutableArray<ImmutableArray<ArtefactFact>> rows)
    {
        int[] columns =
        [
            .. Enumerable.Range(0, rows[0].Length).Where(column => rows.Any(row => row[column].Text.Length > 0)),
        ];
        if (columns.Length > 0)
            rows = Only(rows, columns);
        foreach (string name in WideColumns.TakeWhile(_ => Width(rows) > PageWidth))
        {
            int[] widths = Widths(rows);
            rows = Only(rows,
            [
                .. Enumerable.Range(0, widths.Length)
                    .Where(column => rows[0][column].Name != name || widths[column] < LongValue),
            ]);
        }
        return rows;
    }

    private static ImmutableArray<ImmutableArray<ArtefactFact>> Only(
        ImmutableArray<ImmutableArray<ArtefactFact>> rows, int[] columns) =>
        [.. rows.Select(row => columns.Select(column => row[column]).ToImmutableArray())];

    private static int[] Widths(ImmutableArray<ImmutableArray<ArtefactFact>> rows) =>
    [
        .. rows[0].Select((fact, column) => Math.Max(Words(fact.Name).Length,
            rows.Max(row => TerminalText.Of(row[column].Text).Length))),
    ];

    private static int Width(ImmutableArray<ImmutableArray<ArtefactFact>> rows) => Widths(rows).Sum(width => width + 2);

    /// <summary>A few long rows, each as facts one below the other, empty ones left out.</summary>
    private static void WriteRecords(ImmutableArray<ImmutableArray<ArtefactFact>> rows, TextWriter output)
    {
        int width = rows[0].Max(fact => Words(fact.Name).Length);
        foreach ((int index, ImmutableArray<ArtefactFact> row) in rows.Index())
        {
            if (index > 0)
                output.WriteLine();
            foreach (ArtefactFact fact in row.Where(fact => fact.Text.Length > 0))
                output.WriteLine($"    {Words(fact.Name).PadRight(width)}  {TerminalText.Of(fact.Text)}");
        }
    }

    private static string Line(string[] texts, int[] widths, bool[] areNumbers)
    {
        IEnumerable<string> cells = texts.Select((text, column) =>
            areNumbers[column] ? text.PadLeft(widths[column]) : text.PadRight(widths[column]));
        return $"    {string.Join("  ", cells)}".TrimEnd();
    }

    /// <summary>"startBytes" as "start bytes".</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
                words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }
        return words.ToString();
    }
}
