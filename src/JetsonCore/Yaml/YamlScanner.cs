// Characters to tokens. A ":" far along a line may turn what was read before it into a key, and a key may open a map:
// so tokens wait in a queue while the first of them could still become a key, and are slipped in before it then.
//
//   "a: [b]"  →  BlockMappingStart  Key  Scalar a  Value  FlowSequenceStart  Scalar b  FlowSequenceEnd  BlockEnd
//
// Spec: YAML 1.1; peer: the scanner of libyaml and of its Go translation in yaml.v2, whose verdicts, lookahead of 1024
// characters and limits of 10000 levels this one keeps, oddities included ("[]: x" is not accepted).
namespace JetsonCore.Yaml;

internal sealed partial class YamlScanner(YamlSource source, YamlRules rules)
{
    private const int KeyLengthMax = 1024, LevelsMax = 10_000;

    private readonly List<YamlToken> _queue = [];
    private readonly List<SimpleKey> _simpleKeys = [];
    private readonly Dictionary<int, int> _simpleKeysByToken = [];
    private readonly List<int> _indents = [];
    private int _head;
    private int _parsed;
    private int _indent = -1;
    private int _flowLevel;
    private bool _isKeyAllowed = true;
    private bool _isStarted;
    private bool _isHeadKnown;
    private int _lastColonLine = -1;

    /// <summary>A text of several lines that is no value: its key may have lost the colon.</summary>
    private YamlToken? _keylessText;

    /// <summary>What may turn out to be a key: a token without a "?" before it.</summary>
    private readonly record struct SimpleKey(bool IsPossible, bool IsRequired, int TokenNumber, YamlMark Mark);

    private int Current => source.Current;

    private int NextTokenNumber => _parsed + _queue.Count - _head;

    /// <summary>The next token, which stays in the queue.</summary>
    /// <exception cref="YamlSyntaxException">There is none.</exception>
    public YamlToken Peek()
    {
        while (!_isHeadKnown)
        {
            _isHeadKnown = _head < _queue.Count
                && !(_simpleKeysByToken.TryGetValue(_parsed, out int key) && key < _simpleKeys.Count && IsValid(key));
            if (!_isHeadKnown)
                FetchNext();
        }
        return _queue[_head];
    }

    /// <summary>Takes the token that was peeked at.</summary>
    public YamlToken Take()
    {
        YamlToken token = Peek();
        _isHeadKnown = false;
        _parsed++;
        _head++;
        if (_head == _queue.Count)
        {
            _queue.Clear();
            _head = 0;
        }
        return token;
    }

    private void FetchNext()
    {
        source.Need(1);
        if (!_isStarted)
        {
            _isStarted = true;
            _simpleKeys.Add(new(false, false, 0, default));
            Add(YamlTokenKind.StreamStart, source.Mark);
            return;
        }
        SkipToToken();
        Unroll(source.Mark.Column);
        source.Need(4);
        if (Current == 0)
            FetchStreamEnd();
        else if (source.Mark.Column == 0 && Current == '%')
            FetchDirective();
        else if (IsDocumentIndicator('-'))
            FetchDocumentIndicator(YamlTokenKind.DocumentStart);
        else if (IsDocumentIndicator('.'))
            FetchDocumentIndicator(YamlTokenKind.DocumentEnd);
        else
            FetchContent();
    }

    private void FetchContent()
    {
        bool isLone = IsBlankOrEnd(source[1]);
        bool isFlow = _flowLevel > 0;
        switch (Current)
        {
            case '[' or '{':
                FetchFlowStart();
                break;
            case ']' or '}':
                FetchFlowEnd();
                break;
            case ',':
                FetchFlowEntry();
                break;
            case '-' when isLone:
                FetchBlockEntry();
                break;
            case '?' when isFlow || isLone:
                FetchKey();
                break;
            case ':' when isFlow || isLone:
                FetchValue();
                break;
            case '|' or '>' when !isFlow:
                FetchBlockScalar();
                break;
            case '*' or '&' or '!' or '\'' or '"':
                FetchNode();
                break;
            default:
                if (!MayStartPlain())
                    throw CannotStart();
                FetchNode();
                break;
        }
    }

    /// <summary>A token that may be a key, and that none may follow at once.</summary>
    private void FetchNode()
    {
        SaveSimpleKey();
        _isKeyAllowed = false;
        YamlToken token = Current switch
        {
            '*' => ScanAnchor(YamlTokenKind.Alias),
            '&' => ScanAnchor(YamlTokenKind.Anchor),
            '!' => ScanTag(),
            '\'' or '"' => ScanQuoted(),
            _ => ScanPlain(),
        };
        _queue.Add(token);
        bool isValue = _lastColonLine == token.Start.Line;
        _keylessText = token.IsPlain && token.Start.Line < token.End.Line && !isValue ? token : null;
    }

    private void FetchStreamEnd()
    {
        source.EndLine();
        Unroll(-1);
        RemoveSimpleKey();
        _isKeyAllowed = false;
        Add(YamlTokenKind.StreamEnd, source.Mark);
    }

    private void FetchDirective()
    {
        Unroll(-1);
        RemoveSimpleKey();
        _isKeyAllowed = false;
        _queue.Add(ScanDirective());
    }

    private void FetchDocumentIndicator(YamlTokenKind kind)
    {
        Unroll(-1);
        RemoveSimpleKey();
        _isKeyAllowed = false;
        YamlMark start = source.Mark;
        Skip(3);
        Add(kind, start);
    }

    private void FetchFlowStart()
    {
        SaveSimpleKey();
        _simpleKeys.Add(new(false, false, NextTokenNumber, source.Mark));
        if (++_flowLevel > LevelsMax)
            throw TooDeep();
        _isKeyAllowed = true;
        AddIndicator(Current == '[' ? YamlTokenKind.FlowSequenceStart : YamlTokenKind.FlowMappingStart);
    }

    private void FetchFlowEnd()
    {
        RemoveSimpleKey();
        if (_flowLevel > 0)
        {
            _flowLevel--;
            _simpleKeysByToken.Remove(_simpleKeys[^1].TokenNumber);
            _simpleKeys.RemoveAt(_simpleKeys.Count - 1);
        }
        _isKeyAllowed = false;
        AddIndicator(Current == ']' ? YamlTokenKind.FlowSequenceEnd : YamlTokenKind.FlowMappingEnd);
    }

    private void FetchFlowEntry()
    {
        RemoveSimpleKey();
        _isKeyAllowed = true;
        AddIndicator(YamlTokenKind.FlowEntry);
    }

    private void FetchBlockEntry()
    {
        if (_flowLevel == 0)
        {
            if (!_isKeyAllowed)
            {
                throw new YamlSyntaxException(source.Mark.Span, "cannot begin a list item here: the line has begun "
                    + "something else", "begin the item on a line of its own, or quote the text if the dash is part "
                    + "of it");
            }
            Roll(source.Mark.Column, -1, YamlTokenKind.BlockSequenceStart, source.Mark);
        }
        RemoveSimpleKey();
        _isKeyAllowed = true;
        AddIndicator(YamlTokenKind.BlockEntry);
    }

    private void FetchKey()
    {
        if (_flowLevel == 0)
        {
            if (!_isKeyAllowed)
            {
                throw new YamlSyntaxException(source.Mark.Span, "cannot begin a key here: the line has begun "
                    + "something else", "quote the text if the \"?\" is part of it");
            }
            Roll(source.Mark.Column, -1, YamlTokenKind.BlockMappingStart, source.Mark);
        }
        RemoveSimpleKey();
        _isKeyAllowed = _flowLevel == 0;
        AddIndicator(YamlTokenKind.Key);
    }

    private void FetchValue()
    {
        SimpleKey key = _simpleKeys[^1];
        if (IsValid(_simpleKeys.Count - 1))
        {
            Insert(key.TokenNumber - _parsed, new(YamlTokenKind.Key, key.Mark, key.Mark));
            Roll(key.Mark.Column, key.TokenNumber, YamlTokenKind.BlockMappingStart, key.Mark);
            _simpleKeys[^1] = _simpleKeys[^1] with { IsPossible = false };
            _simpleKeysByToken.Remove(key.TokenNumber);
            _isKeyAllowed = false;
        }
        else
        {
            if (_flowLevel == 0)
            {
                if (!_isKeyAllowed)
                    throw MisplacedColon();
                Roll(source.Mark.Column, -1, YamlTokenKind.BlockMappingStart, source.Mark);
            }
            _isKeyAllowed = _flowLevel == 0;
        }
        _lastColonLine = source.Mark.Line;
        AddIndicator(YamlTokenKind.Value);
    }

    private void FetchBlockScalar()
    {
        RemoveSimpleKey();
        _isKeyAllowed = true;
        _queue.Add(ScanBlockScalar());
    }

    private bool IsDocumentIndicator(int character) =>
        source.Mark.Column == 0 && source[0] == character && source[1] == character && source[2] == character
        && IsBlankOrEnd(source[3]);

    private bool MayStartPlain() => Current switch
    {
        '-' => source[1] is not (' ' or '\t'),
        '?' or ':' => _flowLevel == 0 && !IsBlankOrEnd(source[1]),
        ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`'
            => false,
        _ => !IsBlankOrEnd(Current),
    };

    private void SkipToToken()
    {
        while (true)
        {
            source.Need(1);
            if (source.Mark.Column == 0 && source.HasMarkAtBufferStart)
                source.Skip();
            source.Need(1);
            while (Current == ' ' || (Current == '\t' && (_flowLevel > 0 || !_isKeyAllowed)))
                SkipOne();
            SkipComment();
            if (!IsBreak(Current))
                return;
            source.Need(2);
            source.SkipBreak();
            if (_flowLevel == 0)
                _isKeyAllowed = true;
        }
    }

    private void SkipComment()
    {
        if (Current != '#')
            return;
        while (!IsBreakOrEnd(Current))
            SkipOne();
    }

    private void SkipBlanks()
    {
        while (IsBlank(Current))
            SkipOne();
    }

    private void SkipOne()
    {
        source.Skip();
        source.Need(1);
    }

    private void Skip(int characters)
    {
        for (int count = 0; count < characters; count++)
            source.Skip();
    }

    private static bool IsBlank(int character) => character is ' ' or '\t';

    private static bool IsBreak(int character) => character is '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

    private static bool IsBreakOrEnd(int character) => character == 0 || IsBreak(character);

    private static bool IsBlankOrEnd(int character) => IsBlank(character) || IsBreakOrEnd(character);

    private static bool IsWord(int character) =>
        character < 0x80 && (char.IsAsciiLetterOrDigit((char)character) || character is '_' or '-');

    private static bool IsDigit(int character) => character is >= '0' and <= '9';

    private static bool IsHex(int character) => character < 0x80 && char.IsAsciiHexDigit((char)character);

    private static int HexValue(int character) =>
        IsDigit(character) ? character - '0' : (character | 0x20) - 'a' + 10;
}
