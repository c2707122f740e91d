// Lines and characters, as the protocol counts them, against indexes into a text. Both count from 0; a line ends with
// LF, CR LF or CR; what a character is, the editor and we agree upon. A place behind a line's end is its end.
// Source: Language Server Protocol 3.17, Text Documents, Position.
using System.Text;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>What positions count.</summary>
internal enum PositionEncoding
{
    /// <summary>Units of UTF-16: what every editor knows.</summary>
    Utf16,

    /// <summary>Bytes of UTF-8.</summary>
    Utf8,

    /// <summary>Whole characters.</summary>
    Utf32,
}

/// <summary>A place: a line and a character in it, from 0.</summary>
internal readonly record struct TextPosition(int Line, int Character);

/// <summary>The places of a text.</summary>
internal sealed class TextPositions
{
    private readonly string _text;
    private readonly PositionEncoding _encoding;
    private readonly List<int> _lineStarts = [0];

    public TextPositions(string text, PositionEncoding encoding)
    {
        (_text, _encoding) = (text, encoding);
        for (int at = 0; text.AsSpan(at).IndexOfAny('\r', '\n') is >= 0 and int ahead;)
        {
            at += ahead;
            at += text.AsSpan(at).StartsWith("\r\n") ? 2 : 1;
            _lineStarts.Add(at);
        }
    }

    /// <summary>The index of a place.</summary>
    public int IndexOf(TextPosition position)
    {
        if (position.Line >= _lineStarts.Count)
            return _text.Length;
        int start = _lineStarts[position.Line];
        int next = position.Line + 1 < _lineStarts.Count ? _lineStarts[position.Line + 1] : _text.Length;
        ReadOnlySpan<char> line = _text.AsSpan(start, next - start).TrimEnd("\r\n");
        if (_encoding == PositionEncoding.Utf16)
            return start + Math.Min(position.Character, line.Length);
        int index = 0;
        for (int left = position.Character; left > 0 && index < line.Length;)
        {
            Rune.DecodeFromUtf16(line[index..], out Rune rune, out int units);
            index += units;
            left -= _encoding == PositionEncoding.Utf8 ? rune.Utf8SequenceLength : 1;
        }
        return start + index;
    }

    /// <summary>The place of an index.</summary>
    public TextPosition PositionOf(int index)
    {
        int found = _lineStarts.BinarySearch(index);
        int line = found >= 0 ? found : ~found - 1;
        ReadOnlySpan<char> before = _text.AsSpan(_lineStarts[line]..index);
        return new(line, _encoding switch
        {
            PositionEncoding.Utf8 => Encoding.UTF8.GetByteCount(before),
            PositionEncoding.Utf32 => CountRunes(before),
            _ => before.Length,
        });
    }

    private static int CountRunes(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Rune _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
