// The characters of a YAML text, one after the other, with their places. UTF-8, or UTF-16 after a byte order mark;
// read in pieces of 512 bytes, each checked as a whole: a broken byte counts only once reading has come so far, which
// is how a file with junk behind its first document can be valid.
//
// Spec: YAML 1.1, 5.1 Character Set; peer: libyaml's reader, whose ways yaml.v2 keeps.
using System.Globalization;

namespace JetsonCore.Yaml;

internal sealed class YamlSource(ReadOnlyMemory<byte> input)
{
    private const int PieceBytes = 512;
    private const int ByteOrderMark = 0xFEFF;
    private const string BrokenHint = "save the file as UTF-8 text";

    private readonly ReadOnlyMemory<byte> _input = input.IsEmpty ? "\n"u8.ToArray() : input;
    private int[] _characters = new int[PieceBytes * 2];
    private int _count;
    private int _at;
    private int _unread;
    private int _pieceStart;
    private int _pieceEnd;
    private Encoding _encoding;
    private bool _isAtEnd;

    private enum Encoding
    {
        Unknown,
        Utf8,
        Utf16LittleEndian,
        Utf16BigEndian,
    }

    /// <summary>The place of the current character.</summary>
    public YamlMark Mark { get; private set; }

    /// <summary>The current character; 0 behind the end.</summary>
    public int Current => this[0];

    /// <summary>
    /// libyaml skips a byte order mark at a line's start, but looks for it where its buffer starts.
    /// </summary>
    public bool HasMarkAtBufferStart => _count > 0 && _characters[0] == ByteOrderMark;

    /// <summary>A character ahead; 0 behind the end.</summary>
    public int this[int ahead] => _at + ahead < _count ? _characters[_at + ahead] : 0;

    /// <summary>A whole text as it is read here, without the mark before it; broken bytes as U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        (Encoding encoding, int markBytes) = EncodingOf(text);
        return encoding switch
        {
            Encoding.Utf16LittleEndian => System.Text.Encoding.Unicode.GetString(text[markBytes..]),
            Encoding.Utf16BigEndian => System.Text.Encoding.BigEndianUnicode.GetString(text[markBytes..]),
            _ => System.Text.Encoding.UTF8.GetString(text[markBytes..]),
        };
    }

    /// <summary>Reads on until so many characters are there, or the end is.</summary>
    /// <exception cref="YamlSyntaxException">There is something that is no character.</exception>
    public void Need(int characters)
    {
        if (_unread >= characters)
            return;
        if (_encoding == Encoding.Unknown)
            FindEncoding();
        _characters.AsSpan(_at, _count - _at).CopyTo(_characters);
        _count -= _at;
        _at = 0;
        for (bool isFirst = true; _unread < characters; isFirst = false)
        {
            if (!isFirst || _pieceStart == _pieceEnd)
                ReadPiece();
            DecodePiece();
            if (!_isAtEnd)
                continue;
            Append(0);
            break;
        }
    }

    /// <summary>Goes on by a character that is no line break.</summary>
    public void Skip()
    {
        Mark = new(Mark.Index + 1, Mark.Line, Mark.Column + 1);
        _at++;
        _unread--;
    }

    /// <summary>Goes on by a line break, CR LF being one; returns what it stands for.</summary>
    public int SkipBreak()
    {
        int width = this[0] == '\r' && this[1] == '\n' ? 2 : 1;
        int meaning = this[0] is 0x2028 or 0x2029 ? this[0] : '\n';
        Mark = new(Mark.Index + width, Mark.Line + 1, 0);
        _at += width;
        _unread -= width;
        return meaning;
    }

    /// <summary>At the end of the text the last line counts as ended.</summary>
    public void EndLine()
    {
        if (Mark.Column != 0)
            Mark = Mark with { Line = Mark.Line + 1, Column = 0 };
    }

    private void FindEncoding()
    {
        while (!_isAtEnd && _pieceEnd - _pieceStart < 3)
            ReadPiece();
        (_encoding, _pieceStart) = EncodingOf(_input.Span[.._pieceEnd]);
    }

    private static (Encoding Encoding, int MarkBytes) EncodingOf(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] => (Encoding.Utf16LittleEndian, 2),
        [0xFE, 0xFF, ..] => (Encoding.Utf16BigEndian, 2),
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.Utf8, 3),
        _ => (Encoding.Utf8, 0),
    };

    private void ReadPiece()
    {
        if (_pieceEnd == _input.Length)
            _isAtEnd = true;
        else
            _pieceEnd = Math.Min(_pieceStart + PieceBytes, _input.Length);
    }

    private void DecodePiece()
    {
        ReadOnlySpan<byte> bytes = _input.Span[.._pieceEnd];
        while (_pieceStart < _pieceEnd)
        {
            int width = 1;
            int character = bytes[_pieceStart];
            if (_encoding != Encoding.Utf8)
                character = DecodeUtf16(bytes, out width);
            else if (character >= 0x80)
                character = DecodeUtf8(bytes, out width);
            if (width == 0)
                return;
            if (!IsAllowed(character))
                throw Broken($"the character U+{character:X4} is not allowed in YAML", "remove it");
            _pieceStart += width;
            Append(character);
        }
    }

    private void Append(int character)
    {
        if (_count == _characters.Length)
            Array.Resize(ref _characters, _count * 2);
        _characters[_count++] = character;
        _unread++;
    }

    private int DecodeUtf8(ReadOnlySpan<byte> bytes, out int width)
    {
        int first = bytes[_pieceStart];
        width = first switch { < 0xC0 => 1, < 0xE0 => 2, < 0xF0 => 3, < 0xF8 => 4, _ => 1 };
        if (width == 1)
            throw Broken($"the byte 0x{first:X2} does not begin a UTF-8 character", BrokenHint);
        if (width > bytes.Length - _pieceStart)
        {
            if (_isAtEnd)
                throw Broken("the file ends within a UTF-8 character", BrokenHint);
            width = 0;
            return 0;
        }
        int character = first & (0x7F >> width);
        foreach (byte next in bytes.Slice(_pieceStart + 1, width - 1))
        {
            if ((next & 0xC0) != 0x80)
                throw Broken($"the byte 0x{next:X2} does not go on a UTF-8 character", BrokenHint);
            character = (character << 6) | (next & 0x3F);
        }
        bool isFull = character >= width switch { 2 => 0x80, 3 => 0x800, _ => 0x10000 };
        if (!isFull || character is >= 0xD800 and <= 0xDFFF or > 0x10FFFF)
            throw Broken("these bytes are no UTF-8 character", BrokenHint);
        return character;
    }

    private int DecodeUtf16(ReadOnlySpan<byte> bytes, out int width)
    {
        width = 2;
        int first = Unit(bytes, _pieceStart);
        if (first is >= 0xDC00 and <= 0xDFFF)
            throw Broken("a UTF-16 character begins with its second half", BrokenHint);
        if (first is >= 0xD800 and <= 0xDBFF)
            width = 4;
        if (first < 0 || width > bytes.Length - _pieceStart)
        {
            if (_isAtEnd)
                throw Broken("the file ends within a UTF-16 character", BrokenHint);
            width = 0;
            return 0;
        }
        if (width == 2)
            return first;
        int second = Unit(bytes, _pieceStart + 2);
        return second is >= 0xDC00 and <= 0xDFFF
            ? 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
            : throw Broken("a UTF-16 character lacks its second half", BrokenHint);
    }

    private int Unit(ReadOnlySpan<byte> bytes, int at)
    {
        if (at + 2 > bytes.Length)
            return -1;
        return _encoding == Encoding.Utf16LittleEndian
            ? bytes[at] | (bytes[at + 1] << 8)
            : (bytes[at] << 8) | bytes[at + 1];
    }

    private static bool IsAllowed(int character) => character switch
    {
        '\t' or '\n' or '\r' or 0x85 => true,
        < 0x20 => false,
        <= 0x7E => true,
        < 0xA0 => false,
        0xFFFE or 0xFFFF => false,
        _ => true,
    };

    /// <summary>Bytes that do not go on a UTF-8 character begin one.</summary>
    private static int CountCharacters(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach (byte next in bytes)
            count += (next & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    private YamlSyntaxException Broken(string reason, string hint)
    {
        ReadOnlySpan<byte> before = _input.Span[.._pieceStart];
        int line = before.Count((byte)'\n');
        int column = CountCharacters(before[(before.LastIndexOf((byte)'\n') + 1)..]);
        string place = string.Create(CultureInfo.InvariantCulture, $"byte {_pieceStart}");
        return new(new YamlMark(0, line, column).Span, $"cannot read the file as text: at {place} {reason}", hint);
    }
}
