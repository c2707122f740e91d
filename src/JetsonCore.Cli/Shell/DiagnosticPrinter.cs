// Findings as a person reads them, with the line they are about where its text is at hand:
//
//   path:line:column: error[JC1104]: cannot place structure "A" at 10: …
//      12 |         offset: 10
//         |                 ^^
//     hint: write offset: 20 or more, or remove the offset
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Shell;

internal static class DiagnosticPrinter
{
    private const int WidthMax = 100, ContextBefore = 40;
    private const string Reset = "\u001b[0m", Bold = "\u001b[1m", Dim = "\u001b[2m";

    public static void Print(DiagnosticBag diagnostics, TextWriter writer)
    {
        foreach (Diagnostic diagnostic in diagnostics)
            Print(diagnostic, writer);
    }

    public static void Print(Diagnostic diagnostic, TextWriter writer) => Print(diagnostic, writer, null);

    /// <summary>Prints a finding with its line, if the source is at hand and has it.</summary>
    public static void Print(Diagnostic diagnostic, TextWriter writer, SourceText? source, bool hasColor = false)
    {
        string severity = $"{Word(diagnostic.Severity)}[{diagnostic.Rule.Code}]";
        string place = TerminalText.Of(Place(diagnostic)), message = TerminalText.Of(diagnostic.Message);
        string color = Color(diagnostic.Severity);
        writer.WriteLine(hasColor
            ? $"{Bold}{place}{color}{severity}{Reset}{Bold}: {message}{Reset}"
            : $"{place}{severity}: {message}");
        if (source is not null && diagnostic.Span.IsKnown)
            PrintLine(diagnostic, writer, source, hasColor);
        if (diagnostic.Hint is { } written && TerminalText.Of(written) is { } hint)
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
        int start = IndexOf(line, span.Column);
        int end = span.EndLine == span.Line ? IndexOf(line, span.EndColumn) : line.TrimEnd().Length;
        int length = Math.Max(1, end - start);
        if (line.Length > WidthMax)
        {
            int cut = Math.Clamp(start - ContextBefore, 0, line.Length - 1);
            line = $"{(cut > 0 ? "…" : "")}{line.AsSpan(cut, Math.Min(WidthMax, line.Length - cut))}";
            start = start - cut + (cut > 0 ? 1 : 0);
            length = Math.Min(length, Math.Max(1, line.Length - start));
        }
        string number = span.Line.ToString(CultureInfo.InvariantCulture).PadLeft(6);
        string carets = new('^', WidthOf(line.AsSpan(start, Math.Min(length, line.Length - start)), length));
        writer.WriteLine($"{number} | {line}");
        writer.WriteLine($"       | {new string(' ', WidthOf(line.AsSpan(0, start), start))}"
            + (hasColor ? $"{Color(diagnostic.Severity)}{carets}{Reset}" : carets));
    }

    /// <summary>Where a column, which counts whole characters, begins in a line of UTF-16.</summary>
    private static int IndexOf(string line, int column)
    {
        int at = 0;
        for (int left = column - 1; left > 0 && at < line.Length; left--)
            at += char.IsSurrogatePair(line, at) ? 2 : 1;
        return at;
    }

    /// <summary>How wide a terminal shows a text, which has so many units of UTF-16.</summary>
    private static int WidthOf(ReadOnlySpan<char> text, int length)
    {
        if (!text.ContainsAnyExceptInRange('\0', '\u02ff'))
            return length;
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isMark = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;
            bool isWide = rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF01 and <= 0xFF60)
                or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
            width += isMark ? 0 : isWide ? 2 : 1;
        }
        return width;
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
