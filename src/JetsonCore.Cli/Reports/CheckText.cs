// `check` for people: each finding with its line, then what it comes to.
using System.Globalization;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckText
{
    public static void Write(GadgetReport[] reports, Terminal terminal)
    {
        foreach (string text in InParallel.Select(reports, report => Render(report, terminal.OutputHasColor)))
            terminal.Output.Write(text);
        terminal.Output.Flush();
        int refused = 0;
        var counts = new int[(int)Severity.Error + 1];
        foreach (GadgetReport report in reports)
        {
            refused += report.IsOk ? 0 : 1;
            foreach (Diagnostic finding in report.Diagnostics)
                counts[(int)finding.Severity]++;
        }
        terminal.Error.WriteLine($"{Count(reports.Length, "file")} checked, {Count(refused, "file")} refused: "
            + $"{Count(counts[(int)Severity.Error], "error")}, {Count(counts[(int)Severity.Warning], "warning")}, "
            + $"{Count(counts[(int)Severity.Info], "info")}");
    }

    private static string Render(GadgetReport report, bool hasColor)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (Diagnostic finding in report.Diagnostics)
        {
            SourceText? source = finding.Path == report.Path ? report.Source : null;
            DiagnosticPrinter.Print(finding, text, source, hasColor);
        }
        return text.ToString();
    }

    private static string Count(int count, string word) =>
        string.Concat(count.ToString(CultureInfo.InvariantCulture), " ", word, count == 1 ? "" : "s");
}
