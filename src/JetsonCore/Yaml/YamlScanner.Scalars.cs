// Scalars: plain, 'single' and "double" quoted, literal (|) and folded (>).
using System.Text;

namespace JetsonCore.Yaml;

internal sealed partial class YamlScanner
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _blanks = new();
    private readonly StringBuilder _breaks = new();
    private int _firstBreak;

    private YamlToken ScanPlain()
    {
        StartScalar();
        YamlMark start = source.Mark, end = source.Mark;
        int indent = _indent + 1;
        bool isAfterBreak = false;
        while (true)
        {
            source.Need(4);
            if (IsDocumentIndicator('-') || IsDocumentIndicator('.') || Current == '#')
                break;
            while (!IsBlankOrEnd(Current) && !EndsPlain())
            {
                JoinLines(ref isAfterBreak);
                AppendCurrent(_text);
                end = source.Mark;
                source.Need(2);
            }
            if (!IsBlank(Current) && !IsBreak(Current))
                break;
            source.Need(1);
            ReadBlanks(ref isAfterBreak, start, indent);
            if (_flowLevel == 0 && source.Mark.Column < indent)
                break;
        }
        if (isAfterBreak)
            _isKeyAllowed = true;
        return new(YamlTokenKind.Scalar, start, end) { Value = _text.ToString(), IsPlain = true };
    }

    private bool EndsPlain() => (Current == ':' && IsBlankOrEnd(source[1]))
        || (_flowLevel > 0 && Current is ',' or '?' or '[' or ']' or '{' or '}');

    private YamlToken ScanQuoted()
    {
        StartScalar();
        YamlMark start = source.Mark;
        int quote = Current;
        source.Skip();
        while (true)
        {
            source.Need(4);
            if (IsDocumentIndicator('-') || IsDocumentIndicator('.') || Current == 0)
                throw NoQuote(start, quote);
            bool isAfterBreak = ReadQuotedWord(quote);
            source.Need(1);
            if (Current == quote)
                break;
            ReadBlanks(ref isAfterBreak, start, tabColumnMin: 0);
            JoinLines(ref isAfterBreak);
        }
        source.Skip();
        return new(YamlTokenKind.Scalar, start, source.Mark) { Value = _text.ToString() };
    }

    /// <summary>Reads up to a blank or the quote; true where an escaped line break ended it.</summary>
    private bool ReadQuotedWord(int quote)
    {
        while (!IsBlankOrEnd(Current))
        {
            if (quote == '\'' && Current == quote && source[1] == quote)
            {
                _text.Append('\'');
                Skip(2);
            }
            else if (Current == quote)
            {
                return false;
            }
            else if (quote == '"' && Current == '\\' && IsBreak(source[1]))
            {
                source.Need(3);
                source.Skip();
                source.SkipBreak();
                _firstBreak = 0;
                return true;
            }
            else if (quote == '"' && Current == '\\')
            {
                ReadEscape();
            }
            else
            {
                AppendCurrent(_text);
            }
            source.Need(2);
        }
        return false;
    }

    private void ReadEscape()
    {
        YamlMark escape = source.Mark;
        int letter = source[1];
        Skip(2);
        int digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            AppendCode(escape, digits);
            return;
        }
        const string Letters = "0abt\tnvfre \"'\\N_LP";
        const string Meanings = "\0\a\b\t\t\n\v\f\r\u001b \"'\\\u0085\u00a0\u2028\u2029";
        int index = letter is > 0 and < 0x80 ? Letters.IndexOf((char)letter, StringComparison.Ordinal) : -1;
        if (index < 0)
        {
            throw new YamlSyntaxException(escape.To(source.Mark), "cannot read the quoted text: this escape is unknown",
                "write \\\\ for a backslash, or put the text in single quotes");
        }
        _text.Append(Meanings[index]);
    }

    private void AppendCode(YamlMark escape, int digits)
    {
        source.Need(digits);
        long code = 0;
        for (int digit = 0; digit < digits; digit++)
            code = IsHex(source[digit]) && code >= 0 ? (code << 4) + HexValue(source[digit]) : -1;
        if (code is < 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
        {
            throw new YamlSyntaxException(escape.To(source.Mark),
                $"cannot read the quoted text: {digits} hex digits of a Unicode character belong behind this escape",
                "write \\\\ for a backslash, or put the text in single quotes");
        }
        _text.Append(new Rune((int)code).ToString());
        Skip(digits);
    }

    private YamlToken ScanBlockScalar()
    {
        StartScalar();
        YamlMark start = source.Mark;
        bool isLiteral = Current == '|';
        SkipOne();
        (int chomping, int increment) = ReadBlockHeader(start);
        int indent = increment == 0 ? 0 : Math.Max(_indent, 0) + increment;
        YamlMark end = ReadIndentation(ref indent, start);
        source.Need(1);
        bool wasBlank = false;
        while (source.Mark.Column == indent && Current != 0)
        {
            bool isBlank = IsBlank(Current);
            if (!isLiteral && !wasBlank && !isBlank && _firstBreak == '\n')
                _text.Append(_breaks.Length == 0 ? " " : "");
            else
                AppendFirstBreak();
            _text.Append(_breaks);
            _breaks.Clear();
            wasBlank = isBlank;
            while (!IsBreakOrEnd(Current))
            {
                AppendCurrent(_text);
                source.Need(1);
            }
            source.Need(2);
            _firstBreak = IsBreak(Current) ? source.SkipBreak() : 0;
            end = ReadIndentation(ref indent, start);
        }
        if (chomping >= 0)
            AppendFirstBreak();
        if (chomping > 0)
            _text.Append(_breaks);
        return new(YamlTokenKind.Scalar, start, end) { Value = _text.ToString() };
    }

    /// <summary>What stands behind | or &gt;: + or -, and a digit, in any order.</summary>
    private (int Chomping, int Increment) ReadBlockHeader(YamlMark start)
    {
        int chomping = ReadChomping();
        int increment = 0;
        if (IsDigit(Current))
        {
            increment = Current - '0';
            SkipOne();
            if (increment == 0)
            {
                throw new YamlSyntaxException(start.To(source.Mark), "cannot indent a block text by 0",
                    "leave the digit out");
            }
            if (chomping == 0)
                chomping = ReadChomping();
        }
        SkipBlanks();
        SkipComment();
        if (!IsBreakOrEnd(Current))
        {
            throw new YamlSyntaxException(start.To(source.Mark), "cannot begin a block text on the line of its sign",
                $"begin the text on the next line, or quote a value that begins with {(char)'|'} or >");
        }
        if (IsBreak(Current))
        {
            source.Need(2);
            source.SkipBreak();
        }
        return (chomping, increment);
    }

    private int ReadChomping()
    {
        int chomping = Current switch { '+' => 1, '-' => -1, _ => 0 };
        if (chomping != 0)
            SkipOne();
        return chomping;
    }

    /// <summary>Empty lines and the next line's indentation; finds out how far the text is indented.</summary>
    private YamlMark ReadIndentation(ref int indent, YamlMark start)
    {
        YamlMark end = source.Mark;
        int deepest = 0;
        while (true)
        {
            source.Need(1);
            while ((indent == 0 || source.Mark.Column < indent) && Current == ' ')
                SkipOne();
            deepest = Math.Max(deepest, source.Mark.Column);
            if ((indent == 0 || source.Mark.Column < indent) && Current == '\t')
                throw TabInText(start);
            if (!IsBreak(Current))
                break;
            source.Need(2);
            _breaks.Append((char)source.SkipBreak());
            end = source.Mark;
        }
        if (indent == 0)
            indent = Math.Max(Math.Max(deepest, _indent + 1), 1);
        return end;
    }

    /// <summary>Reads blanks and line breaks between two words of a scalar.</summary>
    private void ReadBlanks(ref bool isAfterBreak, YamlMark start, int tabColumnMin)
    {
        while (IsBlank(Current) || IsBreak(Current))
        {
            if (IsBreak(Current))
            {
                source.Need(2);
                int meaning = source.SkipBreak();
                if (isAfterBreak)
                    _breaks.Append((char)meaning);
                else
                    _firstBreak = meaning;
                _blanks.Clear();
                isAfterBreak = true;
            }
            else if (isAfterBreak)
            {
                if (Current == '\t' && source.Mark.Column < tabColumnMin)
                    throw TabInText(start);
                source.Skip();
            }
            else
            {
                AppendCurrent(_blanks);
            }
            source.Need(1);
        }
    }

    /// <summary>Appends what lay before a word: its blanks, or a folded line break.</summary>
    private void JoinLines(ref bool isAfterBreak)
    {
        if (!isAfterBreak)
        {
            _text.Append(_blanks);
            _blanks.Clear();
            return;
        }
        if (_firstBreak == '\n')
            _text.Append(_breaks.Length == 0 ? " " : "");
        else
            AppendFirstBreak();
        _text.Append(_breaks);
        _breaks.Clear();
        _firstBreak = 0;
        isAfterBreak = false;
    }

    private void AppendFirstBreak()
    {
        if (_firstBreak != 0)
            _text.Append((char)_firstBreak);
        _firstBreak = 0;
    }

    private void AppendCurrent(StringBuilder text)
    {
        if (Current < 0x10000)
            text.Append((char)Current);
        else
            text.Append(new Rune(Current).ToString());
        source.Skip();
    }

    private void StartScalar()
    {
        _text.Clear();
        _blanks.Clear();
        _breaks.Clear();
        _firstBreak = 0;
    }

    private static YamlSyntaxException NoQuote(YamlMark start, int quote) => new(start.Span,
        $"cannot read the quoted text: its closing {(char)quote} is missing", "close the quote");

    private YamlSyntaxException TabInText(YamlMark start) => new(source.Mark.Span,
        $"cannot read the text that begins in line {start.Line + 1}: this line is indented with a tab",
        "indent with spaces: YAML takes no tabs there");
}
