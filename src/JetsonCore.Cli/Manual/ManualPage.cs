// One man page: roff with the macros of man(7), as groff and mandoc both take them.
using System.Globalization;
using System.Text;

namespace JetsonCore.Cli.Manual;

internal sealed class ManualPage(string name)
{
    private const int Width = 79, LongWord = 40;
    private readonly StringBuilder _text = new();
    private bool _isBehindTitle;

    public string FileName => $"{name}.1";

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    /// <summary>Begins the page.</summary>
    public void Title(string date, string version)
    {
        Line($".TH {Escape(name).ToUpperInvariant()} 1 \"{date}\" \"{version}\" \"JetsonCore\"");
        Line(".nh");
        Line(".ad l");
    }

    public void Section(string title)
    {
        Line($".SH {title}");
        _isBehindTitle = true;
    }

    public void Subsection(string title)
    {
        Line($".SS \"{Escape(title)}\"");
        _isBehindTitle = true;
    }

    /// <summary>Text, in the middle of a paragraph.</summary>
    public void Text(string text)
    {
        string line = "";
        foreach (string piece in Marked(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // a long address may be broken behind a slash
            string word = piece.Length > LongWord ? piece.Replace("/", @"/\:", StringComparison.Ordinal) : piece;
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                Line(line);
                line = "";
            }
            line = line.Length > 0 ? $"{line} {word}" : Guard(word);
        }
        Line(line);
    }

    /// <summary>A line that is roff already.</summary>
    public void Roff(string line) => Line(line);

    /// <summary>Something with what is to be said of it.</summary>
    public void Item(string roffTag, string text)
    {
        Line(".TP");
        Line(Guard(roffTag));
        Text(text);
    }

    /// <summary>
    /// Paragraphs as help texts have them: a blank line between two, and what is indented stays as it is.
    /// </summary>
    public void Prose(IEnumerable<string> lines)
    {
        bool isFirst = true, isExample = false;
        foreach (string line in lines)
        {
            bool isIndented = line.StartsWith("  ", StringComparison.Ordinal);
            if (isExample && !isIndented)
                EndExample(ref isExample);
            if (line.Length == 0)
            {
                isFirst = true;
                continue;
            }
            if (isIndented && !isExample)
            {
                if (!_isBehindTitle)
                    Line(".PP");
                Line(".RS 4");
                Line(".EX");
                isExample = true;
            }
            else if (!isIndented && isFirst && !_isBehindTitle)
            {
                Line(".PP");
            }
            isFirst = _isBehindTitle = false;
            if (isExample)
                Line(Guard(Escape(line[2..])));
            else
                Text(line);
        }
        if (isExample)
            EndExample(ref isExample);
    }

    /// <summary>Letters that roff would obey, print as others, or not know.</summary>
    public static string Escape(string text) => string.Concat(EscapeAscii(text).Select(letter =>
        letter < 0x80 ? $"{letter}" : string.Create(CultureInfo.InvariantCulture, $"\\[u{(int)letter:X4}]")));

    private static string EscapeAscii(string text) => text.Replace(@"\", @"\e", StringComparison.Ordinal)
        .Replace("-", @"\-", StringComparison.Ordinal).Replace("'", @"\(aq", StringComparison.Ordinal)
        .Replace("`", @"\(ga", StringComparison.Ordinal).Replace("~", @"\(ti", StringComparison.Ordinal)
        .Replace("^", @"\(ha", StringComparison.Ordinal).Replace("\"", @"\(dq", StringComparison.Ordinal);

    public static string Bold(string text) => $@"\fB{Escape(text)}\fR";

    public static string Italic(string text) => $@"\fI{Escape(text)}\fR";

    private void EndExample(ref bool isExample)
    {
        Line(".EE");
        Line(".RE");
        isExample = false;
    }

    /// <summary>Text in which `this` is a command.</summary>
    private static string Marked(string text)
    {
        string[] parts = text.Split('`');
        return parts.Length % 2 == 0
            ? Escape(text)
            : string.Concat(parts.Select((part, index) => index % 2 == 0 ? Escape(part) : Bold(part)));
    }

    /// <summary>A line that begins with a dot or an apostrophe would be a request.</summary>
    private static string Guard(string line) => line.StartsWith('.') ? $@"\&{line}" : line;

    private void Line(string line) => _text.Append(line.TrimEnd()).Append('\n');
}
