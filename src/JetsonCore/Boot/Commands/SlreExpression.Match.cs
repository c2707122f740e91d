// Running the program of a regular expression over a text.
namespace JetsonCore.Boot.Commands;

internal sealed partial class SlreExpression
{
    private bool Run(int at, string text, ref int offset, SlreCapture[]? captures)
    {
        while (at < _program.Count && (Code)_program[at] != Code.End)
        {
            int next = at;
            bool holds = (Code)_program[at] switch
            {
                Code.Branch => Choose(ref next, text, ref offset, captures),
                Code.Star or Code.LazyStar or Code.Plus or Code.LazyPlus or Code.Maybe =>
                    Repeat(ref next, text, ref offset, captures),
                _ => Step(ref next, text, ref offset, captures),
            };
            if (!holds)
                return false;
            at = next;
        }
        return true;
    }

    private bool Choose(ref int at, string text, ref int offset, SlreCapture[]? captures)
    {
        int saved = offset;
        bool holds = Run(at + 3, text, ref offset, captures);
        if (!holds)
        {
            offset = saved;
            holds = Run(at + _program[at + 1], text, ref offset, captures);
        }
        at += _program[at + 2];
        return holds;
    }

    private bool Repeat(ref int at, string text, ref int offset, SlreCapture[]? captures)
    {
        var code = (Code)_program[at];
        int body = at + 2, rest = at + _program[at + 1], saved = offset;
        at = rest;
        if (code == Code.Maybe)
        {
            if (!Run(body, text, ref offset, captures))
                offset = saved;
            return true;
        }
        if (code is Code.Plus or Code.LazyPlus && !Run(body, text, ref offset, captures))
            return false;
        if (code is Code.LazyStar or Code.LazyPlus)
            RepeatLazily(body, rest, text, ref offset);
        else
            RepeatGreedily(body, rest, text, ref offset);
        return true;
    }

    private void RepeatGreedily(int body, int rest, string text, ref int offset)
    {
        int matched = offset;
        for (int before = -1; before != offset;)
        {
            before = offset;
            if (!Run(body, text, ref offset, null))
                break;
            int saved = offset;
            if (Run(rest, text, ref offset, null))
                matched = saved;
            offset = saved;
        }
        offset = matched;
    }

    private void RepeatLazily(int body, int rest, string text, ref int offset)
    {
        int saved = offset;
        for (int before = -1; before != offset;)
        {
            before = offset;
            if (!Run(body, text, ref offset, null))
                break;
            saved = offset;
            if (Run(rest, text, ref offset, null))
                break;
        }
        offset = saved;
    }

    private bool Step(ref int at, string text, ref int offset, SlreCapture[]? captures)
    {
        var code = (Code)_program[at];
        int current = offset < text.Length ? text[offset] : -1;
        switch (code)
        {
            case Code.Exact:
                ReadOnlySpan<char> wanted = Data(at);
                at += 3;
                bool isThere = text.AsSpan(offset).StartsWith(wanted, StringComparison.Ordinal);
                offset += isThere ? wanted.Length : 0;
                return isThere;
            case Code.AnyOf or Code.AnyBut:
                bool isIn = current >= 0 && Data(at).Contains((char)current);
                at += 3;
                return Take(current >= 0 && isIn == (code == Code.AnyOf), ref offset);
            case Code.Open or Code.Close:
                Capture(code, _program[at + 1], offset, captures);
                at += 2;
                return true;
            case Code.Start or Code.Finish:
                at++;
                return offset == (code == Code.Start ? 0 : text.Length);
            default:
                at++;
                return Take(current >= 0 && IsOfClass(code, (char)current), ref offset);
        }
    }

    private static bool Take(bool holds, ref int offset)
    {
        offset += holds ? 1 : 0;
        return holds;
    }

    private static bool IsOfClass(Code code, char character) => code switch
    {
        Code.Space => character is ' ' or (>= '\t' and <= '\r'),
        Code.NoSpace => character is not (' ' or (>= '\t' and <= '\r')),
        Code.Digit => char.IsAsciiDigit(character),
        _ => true,
    };

    private static void Capture(Code code, int number, int offset, SlreCapture[]? captures)
    {
        if (captures is null)
            return;
        captures[number] = code == Code.Open
            ? captures[number] with { Start = offset }
            : captures[number] with { Length = offset - captures[number].Start };
    }

    private ReadOnlySpan<char> Data(int at) => _data.ToString().AsSpan(_program[at + 1], _program[at + 2]);
}
