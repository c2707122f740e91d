// Whether a text is a regular expression as Go's regexp reads it: snapd compiles the patterns of a declaration, and one
// that cannot be compiled makes the whole declaration unreadable. .NET's own syntax is another: it has look-around and
// back references, and lacks \pN, \Q…\E, (?P<name>…), [[:alpha:]].
// Spec: https://github.com/google/re2/wiki/Syntax; peer: Go's regexp/syntax/parse.go with the flags of regexp.Compile.
namespace JetsonCore.Assertions;

internal sealed class Re2Syntax
{
    private const int MostRepeats = 1000, DeepestNesting = 1000;

    private readonly string _text;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _next;

    private Re2Syntax(string text) => _text = text;

    private sealed class SyntaxException(string message) : Exception(message);

    private bool IsAtEnd => _next >= _text.Length;

    /// <summary>Why a text is no regular expression, or null.</summary>
    public static string? Doubt(string text)
    {
        try
        {
            var syntax = new Re2Syntax(text);
            syntax.ReadAlternatives(depth: 0);
            return syntax.IsAtEnd ? null : "the pattern has a \")\" too many";
        }
        catch (SyntaxException exception)
        {
            return $"the pattern {exception.Message}";
        }
    }

    /// <summary>Reads up to the end or the closing bracket; returns how often its parts are repeated at most.</summary>
    private int ReadAlternatives(int depth)
    {
        if (depth > DeepestNesting)
            throw new SyntaxException("is nested too deeply");
        int repeats = 1, item = 0;                     // item: the repeats of what a "*" would stand behind, 0 for none
        bool isRepeated = false;
        while (!IsAtEnd && _text[_next] != ')')
        {
            char letter = _text[_next++];
            int? count = letter switch
            {
                '*' or '+' or '?' => 1,
                '{' => ReadCount(),
                _ => null,
            };
            if (count is { } times)
            {
                item = Repeat(item, times, isRepeated);
                isRepeated = true;
            }
            else
            {
                isRepeated = false;
                item = letter switch
                {
                    '|' => 0,
                    '(' => ReadGroup(depth, item),
                    '[' => ReadClass(),
                    '\\' => ReadEscape(item),
                    _ => 1,
                };
            }
            repeats = Math.Max(repeats, item);
        }
        return repeats;
    }

    private int Repeat(int item, int times, bool isRepeated)
    {
        if (!IsAtEnd && _text[_next] == '?')
            _next++;
        if (item == 0)
            throw new SyntaxException("repeats nothing");
        if (isRepeated)
            throw new SyntaxException("repeats a repetition");
        return (long)item * Math.Max(times, 1) <= MostRepeats
            ? item * Math.Max(times, 1)
            : throw new SyntaxException($"repeats more than {MostRepeats} times");
    }

    /// <summary>The count behind a "{"; null where it is no count but a plain character.</summary>
    private int? ReadCount()
    {
        int start = _next;
        int? least = ReadNumber(), most = least;
        if (least is not null && !IsAtEnd && _text[_next] == ',')
        {
            _next++;
            most = !IsAtEnd && _text[_next] == '}' ? -1 : ReadNumber();
        }
        if (least is not { } from || most is not { } to || IsAtEnd || _text[_next] != '}')
        {
            _next = start;
            return null;
        }
        _next++;
        return from <= MostRepeats && to <= MostRepeats && (to < 0 || from <= to)
            ? Math.Max(from, to)
            : throw new SyntaxException($"has a count beyond {MostRepeats} or the wrong way round");
    }

    private int? ReadNumber()
    {
        int start = _next;
        while (!IsAtEnd && char.IsAsciiDigit(_text[_next]))
            _next++;
        ReadOnlySpan<char> digits = _text.AsSpan(start, _next - start);
        if (digits.IsEmpty || (digits.Length > 1 && digits[0] == '0'))
            return null;
        return digits.Length > 6 ? int.MaxValue : int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }

    private int ReadGroup(int depth, int item)
    {
        if (!IsAtEnd && _text[_next] == '?')
        {
            _next++;
            if (_text.AsSpan(_next).StartsWith("P<"))
                ReadName();
            else if (ReadFlags())
                return item;
        }
        int repeats = ReadAlternatives(depth + 1);
        if (IsAtEnd)
            throw new SyntaxException("has no \")\" for a \"(\"");
        _next++;
        return repeats;
    }

    private void ReadName()
    {
        int start = _next + 2, end = _text.IndexOf('>', start);
        string name = end < 0 ? "" : _text[start..end];
        if (name is "" || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || !_names.Add(name))
            throw new SyntaxException($"has a group with the name \"{name}\"");
        _next = end + 1;
    }

    /// <summary>Reads flags; true if that is all there is: (?i).</summary>
    private bool ReadFlags()
    {
        bool isNegative = false, sawFlag = false;
        while (!IsAtEnd)
        {
            switch (_text[_next++])
            {
                case 'i' or 'm' or 's' or 'U':
                    sawFlag = true;
                    break;
                case '-' when !isNegative:
                    (isNegative, sawFlag) = (true, false);
                    break;
                case var end and (':' or ')') when !isNegative || sawFlag:
                    return end == ')';
                default:
                    throw new SyntaxException("has \"(?\" without a meaning");
            }
        }
        throw new SyntaxException("has no \")\" for a \"(?\"");
    }

    private int ReadClass()
    {
        if (!IsAtEnd && _text[_next] == '^')
            _next++;
        for (bool isFirst = true; IsAtEnd || _text[_next] != ']' || isFirst; isFirst = false)
        {
            if (IsAtEnd)
                throw new SyntaxException("has no \"]\" for a \"[\"");
            if (TryReadNamedClass() || TryReadLetterClass())
                continue;
            int low = ReadClassCharacter();
            if (_next + 1 >= _text.Length || _text[_next] != '-' || _text[_next + 1] == ']')
                continue;
            _next++;
            if (ReadClassCharacter() < low)
                throw new SyntaxException("has a range the wrong way round");
        }
        _next++;
        return 1;
    }

    private bool TryReadNamedClass()
    {
        int end = _text.AsSpan(_next).StartsWith("[:") ? _text.IndexOf(":]", _next + 2, StringComparison.Ordinal) : -1;
        if (end < 0)
            return false;
        string name = _text[(_next + 2)..end].TrimStart('^');
        if (!Re2Classes.Named.Contains(name))
            throw new SyntaxException($"has an unknown class \"[:{name}:]\"");
        _next = end + 2;
        return true;
    }

    /// <summary>Reads \d, \pL and their like.</summary>
    private bool TryReadLetterClass()
    {
        if (_next + 1 >= _text.Length || _text[_next] != '\\')
            return false;
        char letter = _text[_next + 1];
        if (letter is 'd' or 'D' or 's' or 'S' or 'w' or 'W')
        {
            _next += 2;
            return true;
        }
        if (letter is not ('p' or 'P'))
            return false;
        int start = _next + 2, end = start + 1;
        if (start < _text.Length && _text[start] == '{')
            end = _text.IndexOf('}', start++);
        if (end < 0 || end > _text.Length || !Re2Classes.Unicode.Contains(_text[start..end].TrimStart('^')))
            throw new SyntaxException("has an unknown class of characters behind \"\\p\"");
        _next = end < _text.Length && _text[end] == '}' && _text[start - 1] == '{' ? end + 1 : end;
        return true;
    }

    private int ReadClassCharacter()
    {
        if (IsAtEnd)
            throw new SyntaxException("has no \"]\" for a \"[\"");
        if (_text[_next] == '\\')
        {
            _next++;
            return ReadCharacterEscape();
        }
        int rune = char.ConvertToUtf32(_text, _next);
        _next += rune > char.MaxValue ? 2 : 1;
        return rune;
    }

    /// <summary>Reads what follows a backslash outside a class.</summary>
    private int ReadEscape(int item)
    {
        _next--;
        if (TryReadLetterClass())
            return 1;
        _next++;
        switch (IsAtEnd ? '\0' : _text[_next])
        {
            case 'A' or 'b' or 'B' or 'z':
                _next++;
                return 1;
            case 'Q':
                int end = _text.IndexOf("\\E", _next, StringComparison.Ordinal);
                bool isEmpty = (end < 0 ? _text.Length : end) == _next + 1;
                _next = end < 0 ? _text.Length : end + 2;
                return isEmpty ? item : 1;
            default:
                ReadCharacterEscape();
                return 1;
        }
    }

    private int ReadCharacterEscape()
    {
        if (IsAtEnd)
            throw new SyntaxException("ends with a backslash");
        char letter = _text[_next++];
        switch (letter)
        {
            case >= '1' and <= '7' when IsAtEnd || _text[_next] is < '0' or > '7':
                break;
            case >= '0' and <= '7':
                int value = letter - '0';
                for (int count = 1; count < 3 && !IsAtEnd && _text[_next] is >= '0' and <= '7'; count++)
                    value = (value * 8) + _text[_next++] - '0';
                return value;
            case 'x':
                return ReadHexadecimal();
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v':
                return "\a\f\n\r\t\v"["afnrtv".IndexOf(letter, StringComparison.Ordinal)];
            case var punctuation when char.IsAscii(punctuation) && !char.IsAsciiLetterOrDigit(punctuation):
                return punctuation;
        }
        throw new SyntaxException($"has the escape \"\\{letter}\", which there is not");
    }

    private int ReadHexadecimal()
    {
        int start = _next, end = Math.Min(_next + 2, _text.Length);
        if (!IsAtEnd && _text[_next] == '{')
        {
            start++;
            end = _text.IndexOf('}', start);
        }
        if (end < 0 || end - start is < 1 or > 8 || (start == _next && end - start != 2)
            || !int.TryParse(_text.AsSpan(start, end - start), System.Globalization.NumberStyles.AllowHexSpecifier,
                System.Globalization.CultureInfo.InvariantCulture, out int value) || value is < 0 or > 0x10ffff)
        {
            throw new SyntaxException("has an escape \"\\x\" without a character's number");
        }
        _next = start == _next ? end : end + 1;
        return value;
    }
}
