// `diff --markdown`: a table of the differences, and texts as blocks that pull requests colour.
using System.Text;
using JetsonCore.Cli.Shell;
using JetsonCore.Comparison;

namespace JetsonCore.Cli.Reports;

internal static class DifferenceMarkdown
{
    private const int RowsShown = 200, TextsShown = 20, LinesShown = 60;

    public static void Write(
        string before, string after, IReadOnlyList<ArtefactDifference> differences, TextWriter output)
    {
        output.WriteLine($"### {Code(before)} and {Code(after)}");
        output.WriteLine();
        if (differences.Count == 0)
        {
            output.WriteLine("Equal.");
            return;
        }
        output.WriteLine("| where | what differs |");
        output.WriteLine("| --- | --- |");
        foreach (ArtefactDifference difference in differences.Take(RowsShown))
        {
            output.WriteLine(
                $"| {Code(DifferenceText.Place(difference))} | {Escaped(DifferenceText.Words(difference))} |");
        }
        if (differences.Count > RowsShown)
            output.WriteLine($"| … | {differences.Count - RowsShown} more |");
        foreach (ArtefactDifference text in differences.Where(one => !one.Lines.IsEmpty).Take(TextsShown))
            WriteLines(text, output);
    }

    private static void WriteLines(ArtefactDifference text, TextWriter output)
    {
        // A fence must be longer than any run of its letter inside.
        string fence = new('`', Math.Max(3, text.Lines.Max(line => LongestRun(line, '`')) + 1));
        output.WriteLine();
        output.WriteLine($"{Code(DifferenceText.Place(text))}:");
        output.WriteLine();
        output.WriteLine($"{fence}diff");
        foreach (string line in text.Lines.Take(LinesShown))
            output.WriteLine(TerminalText.Of(line));
        if (text.Lines.Length > LinesShown)
            output.WriteLine($"… {text.Lines.Length - LinesShown} more lines");
        output.WriteLine(fence);
    }

    private static string Code(string text)
    {
        string shown = TerminalText.Of(text).Replace("|", "\\|", StringComparison.Ordinal);
        string ticks = new('`', LongestRun(shown, '`') + 1);
        return ticks.Length == 1 ? $"`{shown}`" : $"{ticks} {shown} {ticks}";
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (char letter in text)
        {
            if (letter is '|' or '*' or '_' or '`' or '<' or '[' or ']')
                escaped.Append('\\');
            escaped.Append(letter);
        }
        return escaped.ToString();
    }

    private static int LongestRun(string text, char letter)
    {
        (int longest, int run) = (0, 0);
        foreach (char one in text)
        {
            run = one == letter ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }
}
