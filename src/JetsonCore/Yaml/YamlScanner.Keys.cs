// The scanner's bookkeeping: which tokens may still become keys, how deep the text is indented, and what it says when
// neither fits.
using System.Text;

namespace JetsonCore.Yaml;

internal sealed partial class YamlScanner
{
    /// <summary>Whether something may still be a key: on the same line, and not too long.</summary>
    private bool IsValid(int index)
    {
        SimpleKey key = _simpleKeys[index];
        if (!key.IsPossible)
            return false;
        if (key.Mark.Line >= source.Mark.Line && key.Mark.Index + KeyLengthMax >= source.Mark.Index)
            return true;
        if (key.IsRequired)
            throw NoColon(key);
        _simpleKeys[index] = key with { IsPossible = false };
        return false;
    }

    private void SaveSimpleKey()
    {
        bool isRequired = _flowLevel == 0 && _indent == source.Mark.Column;
        if (!_isKeyAllowed)
            return;
        var key = new SimpleKey(true, isRequired, NextTokenNumber, source.Mark);
        RemoveSimpleKey();
        _simpleKeys[^1] = key;
        _simpleKeysByToken[key.TokenNumber] = _simpleKeys.Count - 1;
    }

    private void RemoveSimpleKey()
    {
        SimpleKey key = _simpleKeys[^1];
        if (!key.IsPossible)
            return;
        if (key.IsRequired)
            throw NoColon(key);
        _simpleKeys[^1] = key with { IsPossible = false };
        _simpleKeysByToken.Remove(key.TokenNumber);
    }

    /// <summary>Opens a list or a map where the text is indented further than before.</summary>
    private void Roll(int column, int tokenNumber, YamlTokenKind kind, YamlMark mark)
    {
        if (_flowLevel > 0 || _indent >= column)
            return;
        _indents.Add(_indent);
        _indent = column;
        if (_indents.Count > LevelsMax)
            throw TooDeep();
        Insert(tokenNumber < 0 ? -1 : tokenNumber - _parsed, new(kind, mark, mark));
    }

    /// <summary>Closes what is indented further than the current line.</summary>
    private void Unroll(int column)
    {
        if (_flowLevel > 0)
            return;
        while (_indent > column)
        {
            Add(YamlTokenKind.BlockEnd, source.Mark);
            _indent = _indents[^1];
            _indents.RemoveAt(_indents.Count - 1);
        }
    }

    private void AddIndicator(YamlTokenKind kind)
    {
        YamlMark start = source.Mark;
        source.Skip();
        Add(kind, start);
    }

    private void Add(YamlTokenKind kind, YamlMark start) => _queue.Add(new(kind, start, source.Mark));

    /// <summary>Slips a token in before one that waits; yaml.v2 appends it where that one has gone.</summary>
    private void Insert(int place, YamlToken token) =>
        _queue.Insert(place < 0 ? _queue.Count : _head + place, token);

    private static YamlSyntaxException NoColon(SimpleKey key) => new(key.Mark.Span,
        "cannot read the line: a key belongs here, and no \":\" follows it",
        "write \"key: value\" (with a blank behind the colon), or indent the line to make it part of the value above");

    private YamlSyntaxException MisplacedColon() =>
        _keylessText is { } text && text.End.Line == source.Mark.Line
            ? new(text.Start.Span,
                $"cannot read the text that begins here: it has no \":\", goes on to line {text.End.Line + 1}, and a "
                    + "\":\" there fits nothing",
                "write \"key: value\" (with a blank behind the colon)")
            : new(source.Mark.Span, "cannot read the line: a \":\" stands where no key can end",
                "indent the line as its neighbours are, and put values that contain \": \" in quotes");

    private YamlSyntaxException TooDeep() => new(source.Mark.Span,
        $"cannot read the file: it is nested deeper than {LevelsMax} levels", rules.DepthHint)
    {
        IsLimit = true,
    };

    private YamlSyntaxException CannotStart()
    {
        if (Current == '\t')
        {
            return new(source.Mark.Span, "cannot read the line: it is indented with a tab",
                "indent with spaces: YAML takes no tabs there");
        }
        return new(source.Mark.Span, $"cannot begin a value with \"{new Rune(Current)}\": YAML keeps it for itself",
            "put the value in quotes");
    }
}
