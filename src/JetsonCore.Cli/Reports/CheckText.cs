// `check` for people: each finding with its line, then what it comes to.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckText
{
    public static void Write(IReadOnlyList<GadgetReport> reports, Terminal terminal)
    {
        foreach (GadgetReport report in reports)
        {
            foreach (Diagnostic finding in report.Diagnostics.Items)
            {
                SourceText? source = finding.Path == report.Path ? report.Source : null;
                DiagnosticPrinter.Print(finding, terminal.Output, source, terminal.OutputHasColor);
            }
        }
        terminal.Output.Flush();
        terminal.Error.WriteLine($"{Count(reports.Count, "file")} checked, "
            + $"{Count(reports.Count(report => !report.IsOk), "file")} refused: {Sum(Severity.Error, "error")}, "
            + $"{Sum(Severity.Warning, "warning")}, {Sum(Severity.Info, "info")}");

        string Sum(Severity severity, string word) => Count(
            reports.Sum(report => report.Diagnostics.Items.Count(item => item.Severity == severity)), word);
    }

    private static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";
}
