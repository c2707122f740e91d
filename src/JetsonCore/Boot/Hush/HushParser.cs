// Reads one command (a line, or as many as a compound command needs) the way U-Boot's shell does, oddities included:
//
//   - a backslash takes the next character as it is; in single quotes it vanishes all the same, in double quotes it
//     stays, and keeps a quote from ending them
//   - reserved words count at the start of a command, quoted or not, and only in text that was not substituted
//   - text that comes out of variables is parsed again, with ; $ & | as plain characters
//   - "&" and "|" alone are syntax errors
//
// Source: U-Boot 2023.01, behaviour of common/cli_hush.c, each point measured in QEMU.
using System.Text;

namespace JetsonCore.Boot.Hush;

/// <summary>How a piece of text was read.</summary>
internal enum HushOutcome
{
    Complete,
    SyntaxError,
    EndOfText,
}

internal sealed class HushParser
{
    private readonly HushInput _input;
    private readonly HushMode _mode;
    private readonly Action _complain;
    private readonly CharacterKind[] _kinds = new CharacterKind[256];
    private readonly StringBuilder _word = new();
    private readonly Stack<Level> _outer = new();
    private bool _isQuoted, _hasQuotes;
    private Level _level = new();

    /// <param name="input">What is read.</param>
    /// <param name="mode">How it is read.</param>
    /// <param name="separators">Characters between words: the variable IFS.</param>
    /// <param name="complain">Says "syntax error".</param>
    public HushParser(HushInput input, HushMode mode, string separators, Action complain)
    {
        (_input, _mode, _complain) = (input, mode, complain);
        Set(HushText.Value.ToString(), CharacterKind.Special);
        Set("\\$'\"", CharacterKind.Special);
        Set(";&|#", CharacterKind.SpecialUnlessQuoted);
        Set(separators, CharacterKind.Separator);
        if (!mode.HasFlag(HushMode.Syntax) || mode.HasFlag(HushMode.Again))
            Set(";$&|", CharacterKind.Plain);
    }

    private enum CharacterKind
    {
        Plain,
        SpecialUnlessQuoted,
        Separator,
        Special,
    }

    /// <summary>Whether a compound command has begun and not ended.</summary>
    public bool IsUnfinished => _level.Next != 0;

    /// <summary>The commands read; closes the last of them.</summary>
    public List<HushCommand> Finish()
    {
        EndWord();
        EndCommand(HushFollowup.Always);
        return _level.Commands;
    }

    /// <summary>Reads up to the end of a command.</summary>
    public HushOutcome Read()
    {
        bool endsAtLine = !_mode.HasFlag(HushMode.AllLines);
        while (_input.Next() is var character && character != HushInput.End)
        {
            CharacterKind kind = _kinds[character & 0xFF];
            if (kind == CharacterKind.Plain || (_isQuoted && kind != CharacterKind.Special))
            {
                Append((char)character, _isQuoted);
                continue;
            }
            if (kind == CharacterKind.Separator)
            {
                if (!EndWord())
                    return HushOutcome.SyntaxError;
                if (character == '\n')
                    EndCommand(HushFollowup.Always);
            }
            if (endsAtLine && character == '\n' && !_isQuoted && _level.Word == HushReserved.None)
                return HushOutcome.Complete;
            if (kind != CharacterKind.Separator && !ReadSpecial((char)character))
                return HushOutcome.SyntaxError;
        }
        return HushOutcome.EndOfText;
    }

    private bool ReadSpecial(char character)
    {
        switch (character)
        {
            case '#':
                ReadComment();
                return true;
            case '\\':
                return ReadEscape();
            case '$':
                return ReadVariable();
            case '\'':
                return ReadVerbatim('\'');
            case HushText.Value:
                return ReadVerbatim(HushText.Value);
            case '"':
                _hasQuotes = true;
                _isQuoted = !_isQuoted;
                return true;
            case ';':
                EndWord();
                EndCommand(HushFollowup.Always);
                return true;
            case '&':
                return ReadDouble('&', HushFollowup.IfSucceeded);
            case '|':
                return ReadDouble('|', HushFollowup.IfFailed);
            default:
                return Complain();
        }
    }

    private void ReadComment()
    {
        if (_word.Length > 0 || _isQuoted)
        {
            Append('#', _isQuoted);
            return;
        }
        while (_input.Peek() is not (0 or '\n'))
            _input.Next();
    }

    private bool ReadEscape()
    {
        // At the end of a text the shell would take what lies behind it in memory.
        int escaped = _input.Next();
        Append('\\', _isQuoted);
        if (escaped != HushInput.End)
            Append((char)escaped, _isQuoted);
        return true;
    }

    private bool ReadVariable()
    {
        int first = _input.Peek();
        if (char.IsAsciiLetter((char)first))
        {
            BeginVariable();
            while (_input.Peek() is var next && (char.IsAsciiLetterOrDigit((char)next) || next == '_'))
                _word.Append((char)_input.Next());
            _word.Append(HushText.Variable);
            return true;
        }
        switch (first)
        {
            case '?':
                BeginVariable();
                _word.Append('$').Append((char)_input.Next()).Append(HushText.Variable);
                return true;
            case '{':
                BeginVariable();
                _input.Next();
                return ReadBraced();
            default:
                Append('$', _isQuoted);
                return true;
        }
    }

    private void BeginVariable()
    {
        _level.Command.Substitutions++;
        _word.Append(HushText.Variable);
    }

    private bool ReadBraced()
    {
        int character;
        while ((character = _input.Next()) is not (HushInput.End or '}'))
            _word.Append((char)character);
        if (character != '}')
            return Complain();
        _word.Append(HushText.Variable);
        return true;
    }

    private bool ReadVerbatim(char end)
    {
        _hasQuotes = true;
        int character;
        while ((character = _input.Next()) != HushInput.End && character != end)
            _word.Append((char)character);
        return character == end || Complain();
    }

    private bool ReadDouble(char second, HushFollowup followup)
    {
        EndWord();
        if (_input.Peek() != second)
            return Complain();
        _input.Next();
        EndCommand(followup);
        return true;
    }

    /// <summary>Words are kept as patterns: what would mean something in one stands behind a backslash.</summary>
    private void Append(char character, bool isQuoted)
    {
        if (isQuoted && (character is '*' or '?' or '[' or '\\'))
            _word.Append('\\');
        _word.Append(character);
    }

    private bool Complain()
    {
        _complain();
        return false;
    }

    private bool EndWord()
    {
        if (_word.Length == 0 && !_hasQuotes)
            return true;
        HushCommand command = _level.Command;
        if (command.Group is not null)
            return Complain();              // "fi" is followed by a separator
        if (command.Words.Count == 0 && _mode.HasFlag(HushMode.Syntax)
            && HushReservedWord.Find(_word.ToString()) is { } reserved)
        {
            TakeReserved(reserved);
            ResetWord();
            return _level.Word != HushReserved.Misplaced;
        }
        command.Words.Add(WithoutEscapes(_word));
        command.AreQuoted.Add(_hasQuotes);
        ResetWord();
        if (_level.Word == HushReserved.For)
            EndCommand(HushFollowup.Always);
        return true;
    }

    private void ResetWord()
    {
        _word.Clear();
        _hasQuotes = false;
    }

    private void TakeReserved(HushReservedWord reserved)
    {
        bool isMisplaced = reserved.Starts
            ? _level.Word is HushReserved.In or HushReserved.For
            : _level.Word == HushReserved.None || (_level.Next & HushReservedWord.Bit(reserved.Word)) == 0;
        if (isMisplaced)
        {
            _complain();
            _level.Word = HushReserved.Misplaced;
            return;
        }
        if (reserved.Starts)
        {
            _outer.Push(_level);
            _level = new();
        }
        (_level.Word, _level.Next) = (reserved.Word, reserved.Next);
        if (!reserved.Ends)
            return;
        EndCommand(HushFollowup.Always);
        List<HushCommand> group = _level.Commands;
        _level = _outer.Pop();
        _level.Command.Group = group;
    }

    private void EndCommand(HushFollowup followup)
    {
        HushCommand command = _level.Command;
        command.IsClosed = !command.IsEmpty;
        (command.Followup, command.Reserved) = (followup, _level.Word);
        _level.Commands.Add(_level.Command = new());
    }

    private void Set(string characters, CharacterKind kind)
    {
        foreach (char character in characters)
            _kinds[character & 0xFF] = kind;
    }

    private static string WithoutEscapes(StringBuilder word)
    {
        var plain = new StringBuilder(word.Length);
        for (int at = 0; at < word.Length; at++)
        {
            if (word[at] == '\\' && ++at == word.Length)
                break;
            plain.Append(word[at]);
        }
        return plain.ToString();
    }

    /// <summary>A compound command that is being read, or the whole.</summary>
    private sealed class Level
    {
        public Level() => Commands = [Command];

        public HushCommand Command { get; set; } = new();

        public List<HushCommand> Commands { get; }

        public HushReserved Word { get; set; }

        public int Next { get; set; }
    }
}
