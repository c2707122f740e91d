// Takes a bash text apart into words and operators. Words keep their quotes and substitutions as typed: what they stand
// for is the reader's business. Here-documents and comments are passed over.
// Source: POSIX.1-2017, Shell Command Language 2.2, 2.3; bash(1) for [[ ]], $(( )), arrays.
namespace JetsonCore.Flash.Shell;

/// <summary>Takes shell texts apart.</summary>
internal sealed class ShellLexer
{
    private const int NestingMax = 50;

    private static readonly string[] Operators =
    [
        "<<<", "<<-", "&>>", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|&",
        "&", "|", ";", "(", ")", "<", ">",
    ];

    private readonly string _text;
    private readonly List<(string Delimiter, bool StripsTabs)> _hereDocuments = [];
    private readonly List<ShellToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _nesting;

    private ShellLexer(string text) => _text = text;

    /// <summary>The tokens of a text, an End behind the last.</summary>
    /// <exception cref="ShellSyntaxException">A quote, a substitution or a here-document does not end.</exception>
    public static List<ShellToken> Read(string text)
    {
        var lexer = new ShellLexer(text);
        while (lexer.Next())
        {
        }
        return lexer._tokens;
    }

    private int Column => _at - _lineStart + 1;

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private char Ahead => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private bool Next()
    {
        SkipBlanks();
        if (_at >= _text.Length)
        {
            Add(ShellTokenKind.End, "");
            return false;
        }
        if (Current == '\n')
        {
            Add(ShellTokenKind.NewLine, "\n");
            Advance();
            foreach ((string delimiter, bool stripsTabs) in _hereDocuments)
                SkipHereDocument(delimiter, stripsTabs);
            _hereDocuments.Clear();
            return true;
        }
        if (Array.Find(Operators, known => string.CompareOrdinal(_text, _at, known, 0, known.Length) == 0) is { } found)
        {
            Add(ShellTokenKind.Operator, found);
            _at += found.Length;
            if (found is "<<" or "<<-")
                ReadDelimiter(found == "<<-");
            return true;
        }
        (int line, int column, int start) = (_line, Column, _at);
        SkipWord();
        _tokens.Add(new(ShellTokenKind.Word, _text[start.._at], line, column));
        return true;
    }

    private void Add(ShellTokenKind kind, string text) => _tokens.Add(new(kind, text, _line, Column));

    private void Advance()
    {
        if (Current == '\n')
        {
            _line++;
            _lineStart = _at + 1;
        }
        _at++;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            if (Current is ' ' or '\t' or '\r')
            {
                _at++;
            }
            else if (Current == '\\' && (Ahead == '\n' || Ahead == '\r'))
            {
                Advance();
                if (Current == '\r')
                    Advance();
                if (Current == '\n')
                    Advance();
            }
            else if (Current == '#')
            {
                while (_at < _text.Length && Current != '\n')
                    _at++;
            }
            else
            {
                return;
            }
        }
    }

    private void ReadDelimiter(bool stripsTabs)
    {
        SkipBlanks();
        int start = _at;
        SkipWord();
        string word = _text[start.._at].Replace("'", "", StringComparison.Ordinal)
            .Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
        _tokens.Add(new(ShellTokenKind.Word, word, _line, Column));
        _hereDocuments.Add((word, stripsTabs));
    }

    private void SkipHereDocument(string delimiter, bool stripsTabs)
    {
        int start = _line;
        while (_at < _text.Length)
        {
            int end = _text.IndexOf('\n', _at);
            string line = _text[_at..(end < 0 ? _text.Length : end)].TrimEnd('\r');
            _at = end < 0 ? _text.Length : end + 1;
            _line++;
            _lineStart = _at;
            if ((stripsTabs ? line.TrimStart('\t') : line) == delimiter)
                return;
        }
        throw new ShellSyntaxException(start, 1, $"the here-document has no end \"{delimiter}\"");
    }

    private void SkipWord()
    {
        int start = _at;
        while (_at < _text.Length)
        {
            char letter = Current;
            if (letter == '(' && _at > start && (_text[_at - 1] == '=' || IsExtendedPattern(_text[_at - 1])))
                SkipBalanced('(', ')');                     // an array, @(pattern)
            else if (letter is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')')
                return;
            else
                SkipPiece();
        }
    }

    private static bool IsExtendedPattern(char letter) => letter is '@' or '!' or '?' or '*' or '+';

    /// <summary>One letter, quotation or substitution.</summary>
    private void SkipPiece()
    {
        if (++_nesting > NestingMax)
            throw new ShellSyntaxException(_line, Column, $"nested more than {NestingMax} deep");
        switch (Current)
        {
            case '\\':
                Advance();
                if (_at < _text.Length)
                    Advance();
                break;
            case '\'':
                SkipTo('\'');
                break;
            case '"':
                SkipQuoted('"');
                break;
            case '`':
                SkipQuoted('`');
                break;
            case '$' when Ahead == '{':
                _at++;
                SkipBalanced('{', '}');
                break;
            case '$' when Ahead == '(':
                _at++;
                SkipBalanced('(', ')');
                break;
            default:
                Advance();
                break;
        }
        _nesting--;
    }

    private void SkipTo(char end)
    {
        (int line, int column) = (_line, Column);
        Advance();
        while (_at < _text.Length && Current != end)
            Advance();
        if (_at >= _text.Length)
            throw new ShellSyntaxException(line, column, $"the quote {end} does not end");
        Advance();
    }

    private void SkipQuoted(char end)
    {
        (int line, int column) = (_line, Column);
        Advance();
        while (_at < _text.Length && Current != end)
        {
            if (Current is '\\' or '$' || (Current == '`' && end == '"'))
                SkipPiece();
            else
                Advance();
        }
        if (_at >= _text.Length)
            throw new ShellSyntaxException(line, column, $"the quote {end} does not end");
        Advance();
    }

    private void SkipBalanced(char open, char close)
    {
        (int line, int column) = (_line, Column);
        int depth = 0;
        while (_at < _text.Length)
        {
            if (Current == open)
            {
                depth++;
                Advance();
            }
            else if (Current == close)
            {
                Advance();
                if (--depth == 0)
                    return;
            }
            else
            {
                SkipPiece();
            }
        }
        throw new ShellSyntaxException(line, column, $"the bracket {open} does not end");
    }
}
