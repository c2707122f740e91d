// `inspect`: facts one below the other, tables with a line for each part; numbers stand to the right.
//
//   out/jetson.img: gpt
//     size bytes   712017408
//     partitions
//       number  name         start bytes  …
//            1  system-boot        17408
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Reports;

internal static class ArtefactText
{
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
        string[] titles = [.. table.Rows[0].Select(fact => Words(fact.Name))];
        int[] widths = [.. titles.Select((title, column) => Math.Max(title.Length,
            table.Rows.Max(row => TerminalText.Of(row[column].Text).Length)))];
        bool[] areNumbers = [.. table.Rows[0].Select(fact => fact.Number is not null)];
        output.WriteLine(Line(titles, widths, areNumbers));
        foreach (ImmutableArray<ArtefactFact> row in table.Rows)
            output.WriteLine(Line([.. row.Select(fact => TerminalText.Of(fact.Text))], widths, areNumbers));
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
