// Regular expressions of U-Boot (its "slre"): | . ^ $ * + ? *? +? () [] [^] \s \S \d. They hardly go back: "*" and "+"
// take as much as lets the rest up to the end of their group match, and what a group's content matched first stays.
// A pattern is compiled to a program and run, as the original does, since its oddities come from there.
// Source: U-Boot 2023.01, lib/slre.c, measured in QEMU.
using System.Text;

namespace JetsonCore.Boot.Commands;

/// <summary>What one pair of brackets matched; number 0 is the whole.</summary>
internal record struct SlreCapture(int Start, int Length);

internal sealed partial class SlreExpression
{
    /// <summary>The fault that hangs the real one.</summary>
    public const string Unbalanced = "Unbalanced brackets";

    private const int ProgramMax = 256, ByteMax = 255;
    private const string Meta = "|.^$*+?()[\\";

    private readonly List<int> _program = [];
    private readonly StringBuilder _data = new();
    private readonly string _pattern;
    private int _at, _captures;

    private enum Code
    {
        End,
        Branch,
        Any,
        Exact,
        AnyOf,
        AnyBut,
        Open,
        Close,
        Start,
        Finish,
        Star,
        Plus,
        LazyStar,
        LazyPlus,
        Maybe,
        Space,
        NoSpace,
        Digit,
    }

    public SlreExpression(string pattern)
    {
        _pattern = pattern;
        Emit(Code.Open, 0);
        while (_at < pattern.Length && Fault is null)
            Compile();
        if (Fault is null && _program.Count > 4 && _program[2] == (int)Code.Branch)
            CloseBranch(4);
        Emit(Code.Close, 0);
        Emit(Code.End);
        if (_program.Count > ProgramMax)
            Fault ??= "RE is too long (code overflow)";
    }

    /// <summary>Why it is no expression, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>What is matched first in a text: the whole and its brackets; null where nothing is.</summary>
    public SlreCapture[]? Match(string text)
    {
        var captures = new SlreCapture[Math.Max(_captures + 2, 10)];
        int end = _pattern.StartsWith('^') ? Math.Min(1, text.Length + 1) : text.Length;
        for (int start = 0; start < end; start++)
        {
            int offset = start;
            if (Run(0, text, ref offset, captures))
                return captures;
        }
        return null;
    }

    private void Compile()
    {
        int level = _captures, fixup = 0;
        int branchStart = _program.Count, last = _program.Count;
        while (_at < _pattern.Length)
        {
            char character = _pattern[_at++];
            switch (character)
            {
                case '^':
                    Emit(Code.Start);
                    break;
                case '$':
                    Emit(Code.Finish);
                    break;
                case '+' or '*' or '?':
                    Quantify(last, QuantifierOf(character));
                    break;
                case '|':
                    CloseBranch(fixup);
                    Shift(branchStart, 3);
                    _program[branchStart] = (int)Code.Branch;
                    SetJump(branchStart + 1, branchStart);
                    fixup = branchStart + 2;
                    _program[fixup] = ByteMax;
                    break;
                case ')':
                    _at--;
                    CloseBranch(fixup);
                    if (level == 0)
                    {
                        Fault = Unbalanced;
                        _at = _pattern.Length;
                    }
                    return;
                default:
                    last = _program.Count;
                    CompileAtom(character);
                    break;
            }
            if (Fault is not null)
                return;
        }
    }

    private void CompileAtom(char character)
    {
        switch (character)
        {
            case '.':
                Emit(Code.Any);
                break;
            case '[':
                CompileSet();
                break;
            case '\\':
                int escape = ReadEscape();
                if (escape > ByteMax)
                    Emit((Code)(escape >> 8));
                else
                    EmitText(((char)escape).ToString());
                break;
            case '(':
                CompileGroup();
                break;
            default:
                int start = _at - 1;
                while (_at < _pattern.Length && !Meta.Contains(_pattern[_at], StringComparison.Ordinal))
                    _at++;
                EmitText(_pattern[start.._at]);
                break;
        }
    }

    private void CompileGroup()
    {
        int number = ++_captures;
        Emit(Code.Open, number);
        Compile();
        if (Fault is not null)
            return;
        if (_at >= _pattern.Length || _pattern[_at++] != ')')
        {
            Fault = "No closing bracket";
            return;
        }
        Emit(Code.Close, number);
    }

    private void CompileSet()
    {
        Code code = Code.AnyOf;
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            code = Code.AnyBut;
            _at++;
        }
        int start = _data.Length;
        while (_at < _pattern.Length)
        {
            char character = _pattern[_at++];
            if (character == ']')
            {
                Emit(code, start);
                _program.Add(_data.Length - start);
                return;
            }
            if (character != '\\')
            {
                _data.Append(character);
                continue;
            }
            int escape = ReadEscape();
            if ((escape & ByteMax) == 0)
                _data.Append('\0').Append((char)(escape >> 8));
            else
                _data.Append((char)escape);
        }
        Fault = "No closing ']' bracket";
    }

    private Code QuantifierOf(char character)
    {
        if (character == '?')
            return Code.Maybe;
        bool isLazy = _at < _pattern.Length && _pattern[_at] == '?';
        _at += isLazy ? 1 : 0;
        return (character, isLazy) switch
        {
            ('*', false) => Code.Star,
            ('*', true) => Code.LazyStar,
            (_, false) => Code.Plus,
            _ => Code.LazyPlus,
        };
    }

    // A quantifier behind a text is about its last character.
    private void Quantify(int at, Code code)
    {
        if (at + 2 < _program.Count && _program[at] == (int)Code.Exact && _program[at + 2] > 1)
        {
            _program[at + 2]--;
            Emit(Code.Exact, _program[at + 1] + _program[at + 2]);
            _program.Add(1);
            at = _program.Count - 3;
        }
        Shift(at, 2);
        _program[at] = (int)code;
        SetJump(at + 1, at);
    }

    private void Shift(int at, int by)
    {
        Emit(Code.End);
        _program.InsertRange(at, Enumerable.Repeat(0, by));
    }

    private void CloseBranch(int fixup)
    {
        if (fixup <= 0)
            return;
        Emit(Code.End);
        SetJump(fixup, fixup - 2);
    }

    private void SetJump(int at, int from)
    {
        if (_program.Count - from > ByteMax)
            Fault = "Jump offset is too big";
        else
            _program[at] = _program.Count - from;
    }

    private int ReadEscape()
    {
        char character = _at < _pattern.Length ? _pattern[_at++] : '\0';
        return character switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => 0,
            'S' => (int)Code.NoSpace << 8,
            's' => (int)Code.Space << 8,
            'd' => (int)Code.Digit << 8,
            _ => character,
        };
    }

    private void EmitText(string text)
    {
        Emit(Code.Exact, _data.Length);
        _program.Add(text.Length);
        _data.Append(text);
    }

    private void Emit(Code code, int operand)
    {
        Emit(code);
        _program.Add(operand);
    }

    private void Emit(Code code) => _program.Add((int)code);
}
