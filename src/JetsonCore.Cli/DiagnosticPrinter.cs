// Findings as a person reads them, with the line they are about where its text is at hand:
//
//   path:line:column: error[JC1104]: cannot place structure "A" at 10: …
//      12 |         offset: 10
//         |                 ^^
//     hint: write offset: 20 or more, or remove the offset
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli;

internal static class DiagnosticPrinter
{
    private const int WidthMax = 100, ContextBefore = 40;
    private const string Reset = "\u001b[0m", Bold = "\u001b[1m", Dim = "\u001b[2m";

    public static void Print(IEnumerable<Diagnostic> diagnostics, TextWriter writer)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Print(diagnostic, writer);
    }

    public static void Print(Diagnostic diagnostic, TextWriter writer) => Print(diagnostic, writer, null);

    /// <summary>Prints a finding with its line, if the source is at hand and has it.</summary>
    public static void Print(Diagnostic diagnostic, TextWriter writer, SourceText? source, bool hasColor = false)
    {
        string severity = $"{Word(diagnostic.Severity)}[{diagnostic.Rule.Code}]";
        string color = Color(diagnostic.Severity);
        writer.WriteLine(hasColor
            ? $"{Bold}{Place(diagnostic)}{color}{severity}{Reset}{Bold}: {diagnostic.Message}{Reset}"
            : $"{Place(diagnostic)}{severity}: {diagnostic.Message}");
        if (source is not null && diagnostic.Span.IsKnown)
            PrintLine(diagnostic, writer, source, hasColor);
        if (diagnostic.Hint is { } hint)
            writer.WriteLine(hasColor ? $"  {Dim}hint:{Reset} {hint}" : $"  hint: {hint}");
    }

    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };

    private static string Color(Severity severity) => severity switch
    {
        Severity.Error => "\u001b[31m",
        Severity.Warning => "\u001b[33m",
        _ => "\u001b[36m",
    };

    private static string Place(Diagnostic diagnostic) => diagnostic switch
    {
        { Path: null } => "jetson-core: ",
        { Span.IsKnown: true } => $"{diagnostic.Path}:{diagnostic.Span.Line}:{diagnostic.Span.Column}: ",
        _ => $"{diagnostic.Path}: ",
    };

    private static void PrintLine(Diagnostic diagnostic, TextWriter writer, SourceText source, bool hasColor)
    {
        SourceSpan span = diagnostic.Span;
        string line = Printable(source.Line(span.Line));
        if (line.Trim().Length == 0)
            return;
        int start = Math.Min(span.Column - 1, line.Length);
        int end = span.EndLine == span.Line ? Math.Min(span.EndColumn - 1, line.Length) : line.TrimEnd().Length;
        int length = Math.Max(1, end - start);
        if (line.Length > WidthMax)
        {
            int cut = Math.Clamp(start - ContextBefore, 0, line.Length - 1);
            line = $"{(cut > 0 ? "…" : "")}{line.AsSpan(cut, Math.Min(WidthMax, line.Length - cut))}";
            start = start - cut + (cut > 0 ? 1 : 0);
            length = Math.Min(length, Math.Max(1, line.Length - start));
        }
        string number = span.Line.ToString(CultureInfo.InvariantCulture).PadLeft(6);
        string carets = new('^', length);
        writer.WriteLine($"{number} | {line}");
        writer.WriteLine($"       | {new string(' ', start)}"
            + (hasColor ? $"{Color(diagnostic.Severity)}{carets}{Reset}" : carets));
    }

    /// <summary>One column a character: tabs and what a terminal would obey become blanks.</summary>
    private static string Printable(ReadOnlySpan<char> line)
    {
        var text = new StringBuilder(line.Length);
        foreach (char letter in line)
            text.Append(char.IsControl(letter) ? ' ' : letter);
        return text.ToString();
    }
}
