// The headers of an assertion, from text. "n" is the indent of the level, 0 at the top:
//
//   name: value                one line
//   name:                      several lines, each indented by n + 4
//       text
//   name:                      a list; the entries' own level is n + 2
//     - value
//     -
//         text
//   name:                      a map; the entries' own level is n + 2
//     key: value
//
// What follows "name:" is a list if the next line goes on with "-" behind n + 2 blanks, a map if it goes on there with
// anything else but a blank, else text. Spec and peer: snapd asserts/headers.go (grammar in the comment of Decode).
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Assertions;

internal sealed class AssertionHeaderParser
{
    private const int LevelIndent = 2, TextIndent = 4;

    private readonly string[] _lines;
    private readonly long _startOffset;
    private readonly int _firstLineNumber;
    private int _next;          // index of the line to read next

    private AssertionHeaderParser(string[] lines, long startOffset, int firstLineNumber) =>
        (_lines, _startOffset, _firstLineNumber) = (lines, startOffset, firstLineNumber);

    /// <summary>Parses headers that end before their closing blank line.</summary>
    /// <param name="text">The headers.</param>
    /// <param name="startOffset">Where they start in the file.</param>
    /// <param name="firstLineNumber">The number of their first line in the file.</param>
    /// <exception cref="MalformedDataException">No UTF-8, or against the grammar above.</exception>
    public static AssertionHeaders Parse(ReadOnlySpan<byte> text, long startOffset, int firstLineNumber)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
            throw new MalformedDataException(startOffset, "the headers are not UTF-8");
        string[] lines = Encoding.UTF8.GetString(text).Split('\n');
        return new AssertionHeaderParser(lines, startOffset, firstLineNumber).ReadEntries(indent: 0);
    }

    private AssertionHeaders ReadEntries(int indent)
    {
        var entries = AssertionHeaders.None;
        while (_next < _lines.Length && StartsWithBlanks(_lines[_next], indent))
        {
            int line = _next;
            string entry = _lines[line][indent..];
            int colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                throw Malformed(line, entry.Length == 0 ? "it is empty" : $"no \":\" in \"{Shorten(entry)}\"");
            string name = entry[..colon];
            if (!AssertionNames.IsHeaderName(name))
                throw Malformed(line, name.Length == 0
                    ? "no name before the \":\"" : $"\"{Shorten(name)}\" is no header name");
            HeaderValue value = ReadValue(indent + colon + 1, indent);
            if (entries[name] is not null)
                throw Malformed(line, $"header \"{Shorten(name)}\" is there twice");
            entries = entries.With(name, value);
        }
        return entries;
    }

    /// <summary>Reads the value that starts at a column of the next line, on a level of that indent.</summary>
    private HeaderValue ReadValue(int column, int indent)
    {
        int line = _next++;
        string text = _lines[line];
        if (column < text.Length)
        {
            if (text[column] != ' ')
                throw Malformed(line, $"no blank before the value in \"{Shorten(text)}\"");
            return new HeaderValue.Text(text[(column + 1)..], Span(line, column + 1, text.Length));
        }
        int inner = indent + LevelIndent;
        if (_next < _lines.Length && StartsWithBlanks(_lines[_next], inner) && _lines[_next].Length > inner)
        {
            if (_lines[_next][inner] == '-')
                return new HeaderValue.Items(ReadItems(inner), Span(line, 0, text.Length));
            if (_lines[_next][inner] != ' ')
                return new HeaderValue.Entries(ReadEntries(inner), Span(line, 0, text.Length));
        }
        return new HeaderValue.Text(ReadText(indent + TextIndent), Span(line, 0, text.Length));
    }

    private ImmutableArray<HeaderValue> ReadItems(int indent)
    {
        var items = ImmutableArray.CreateBuilder<HeaderValue>();
        while (_next < _lines.Length && StartsWithBlanks(_lines[_next], indent)
            && _lines[_next].AsSpan(indent).StartsWith("-", StringComparison.Ordinal))
        {
            items.Add(ReadValue(indent + 1, indent));
        }
        return items.ToImmutable();
    }

    private string ReadText(int indent)
    {
        int first = _next;
        while (_next < _lines.Length && StartsWithBlanks(_lines[_next], indent))
            _next++;
        if (first == _next)
        {
            throw Malformed(first - 1,
                $"a value of {indent} or more blanks and text must follow \"{Shorten(_lines[first - 1])}\"");
        }
        return string.Join('\n', _lines[first.._next].Select(line => line[indent..]));
    }

    private static bool StartsWithBlanks(string line, int count) =>
        line.Length >= count && !line.AsSpan(0, count).ContainsAnyExcept(' ');

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private SourceSpan Span(int line, int start, int end) =>
        new(_firstLineNumber + line, start + 1, _firstLineNumber + line, end + 1);

    private MalformedDataException Malformed(int line, string message)
    {
        long offset = _startOffset + _lines.Take(line).Sum(text => Encoding.UTF8.GetByteCount(text) + 1L);
        return new(offset, $"line {_firstLineNumber + line}: {message}");
    }
}
