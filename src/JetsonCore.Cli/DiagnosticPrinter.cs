// Findings as a person reads them:
//
//   path:line:column: error[JC1104]: cannot place structure "A" at 10: …
//     hint: start it at 20 or later
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli;

internal static class DiagnosticPrinter
{
    public static void Print(IEnumerable<Diagnostic> diagnostics, TextWriter writer)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Print(diagnostic, writer);
    }

    public static void Print(Diagnostic diagnostic, TextWriter writer)
    {
        string word = Word(diagnostic.Severity);
        writer.WriteLine($"{Place(diagnostic)}{word}[{diagnostic.Rule.Code}]: {diagnostic.Message}");
        if (diagnostic.Hint is { } hint)
            writer.WriteLine($"  hint: {hint}");
    }

    private static string Place(Diagnostic diagnostic) => diagnostic switch
    {
        { Path: null } => "jetson-core: ",
        { Span.IsKnown: true } => $"{diagnostic.Path}:{diagnostic.Span.Line}:{diagnostic.Span.Column}: ",
        _ => $"{diagnostic.Path}: ",
    };

    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };
}
