// `check --github`: workflow commands, which GitHub shows as annotations beside the lines of a pull request.
// Spec: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckGithub
{
    public static void Write(IReadOnlyList<GadgetReport> reports, TextWriter output)
    {
        foreach (Diagnostic finding in reports.SelectMany(report => report.Diagnostics.Items))
        {
            string place = finding.Path is null ? "" : $"file={Property(finding.Path)},";
            SourceSpan span = finding.Span;
            if (span.IsKnown)
                place += $"line={span.Line},endLine={span.EndLine},";
            if (span.IsKnown && span.Line == span.EndLine)
                place += $"col={span.Column},endColumn={span.EndColumn},";
            string hint = finding.Hint is null ? "" : $"\nhint: {finding.Hint}";
            output.Write($"::{Command(finding.Severity)} {place}title={finding.Rule.Code}::"
                + $"{Message(finding.Message + hint)}\n");
        }
    }

    private static string Command(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "notice",
    };

    private static string Message(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Message(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);
}
