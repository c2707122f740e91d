// The formats of "setexpr NAME fmt": those of printf, one value for each, missing ones empty.
//
//   %d %i %u %x %X %o %c %s %b %%   flags - + space #, width and precision, * takes a value   \n \t \012 …
//
// Source: U-Boot 2023.01, doc/usage/cmd/setexpr.rst, measured in QEMU.
using System.Globalization;
using System.Text;

namespace JetsonCore.Boot.Commands;

internal sealed class UBootFormat
{
    private const int ResultMax = 128;

    private readonly string _format;
    private readonly Queue<string> _values;
    private readonly StringBuilder _result = new();
    private int _at;

    private UBootFormat(string format, string[] values) => (_format, _values) = (format, new(values));

    /// <summary>The text, or null where it fails.</summary>
    public static string? Apply(UBootMachine machine, string format, string[] values)
    {
        var run = new UBootFormat(format, values);
        bool isDone = run.Run(machine);
        return isDone && run._result.Length < ResultMax ? run._result.ToString() : null;
    }

    private bool Run(UBootMachine machine)
    {
        while (_at < _format.Length)
        {
            char character = _format[_at++];
            if (character == '\\')
            {
                if (Current == 'c')
                    return true;
                _result.Append(ReadEscape(_format, ref _at));
            }
            else if (character != '%')
            {
                _result.Append(character);
            }
            else if (!ReadDirective(machine))
            {
                return false;
            }
        }
        return true;
    }

    private char Current => _at < _format.Length ? _format[_at] : '\0';

    private bool ReadDirective(UBootMachine machine)
    {
        int start = _at - 1;
        if (Current is '%' or 'b')
        {
            _result.Append(_format[_at++] == '%' ? "%" : Unescape(TakeValue()));
            return true;
        }
        char flag = Current is '-' or '+' or ' ' or '#' ? _format[_at++] : '\0';
        bool isZeroPadded = Current == '0';
        int width = ReadNumber() ?? 0, precision = -1;
        if (Current == '.')
        {
            _at++;
            precision = ReadNumber() ?? 0;
        }
        while (Current is 'l' or 'L' or 'h' or 'z')
            _at++;
        if (Current is not ('d' or 'i' or 'o' or 'u' or 'x' or 'X' or 'c' or 's'))
        {
            machine.Print($"`{_format[start..]}': invalid format\n");
            return false;
        }
        string text = Convert(_format[_at++], flag, precision);
        _result.Append(flag == '-' ? text.PadRight(width)
            : isZeroPadded && width > text.Length ? PadZeros(text, width)
            : text.PadLeft(width));
        return true;
    }

    private static string PadZeros(string text, int width)
    {
        int sign = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        return text[..sign] + new string('0', width - text.Length) + text[sign..];
    }

    private int? ReadNumber()
    {
        if (Current == '*')
        {
            _at++;
            return (int)Math.Clamp(UBootNumbers.Signed(TakeValue()), 0, ResultMax);
        }
        int start = _at;
        while (char.IsAsciiDigit(Current))
            _at++;
        return int.TryParse(_format.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out int number)
            ? Math.Min(number, ResultMax) : _at > start ? ResultMax : null;
    }

    private string Convert(char kind, char flag, int precision)
    {
        string value = TakeValue();
        if (kind == 'c')
            return value.Length > 0 ? value[..1] : "\0";
        if (kind == 's')
            return precision >= 0 && precision < value.Length ? value[..precision] : value;
        ulong number = unchecked((ulong)Parse(value.TrimStart(' ', '\t', '\n'), kind is 'd' or 'i'));
        string digits = kind switch
        {
            'x' => number.ToString("x", CultureInfo.InvariantCulture),
            'X' => number.ToString("X", CultureInfo.InvariantCulture),
            'o' => Octal(number),
            'u' => number.ToString(CultureInfo.InvariantCulture),
            _ => unchecked((long)number).ToString(CultureInfo.InvariantCulture),
        };
        bool isNegative = digits.StartsWith('-');
        digits = digits.TrimStart('-').PadLeft(Math.Max(precision, 0), '0');
        string sign = isNegative ? "-" : kind is 'd' or 'i' && flag is '+' or ' ' ? flag.ToString() : "";
        string prefix = flag != '#' || number == 0 ? "" : kind switch
        {
            'x' => "0x",
            'X' => "0X",
            'o' => "0",
            _ => "",
        };
        return sign + prefix + digits;
    }

    // Numbers are hexadecimal, as everywhere in U-Boot.
    private static long Parse(string text, bool isSigned)
    {
        if (text.StartsWith('-') && isSigned)
            return unchecked(-(long)UBootNumbers.Read(text[1..], 16, out _));
        return unchecked((long)UBootNumbers.Read(text.StartsWith('+') ? text[1..] : text, 16, out _));
    }

    private static string Octal(ulong number)
    {
        string digits = "";
        do
        {
            digits = (char)('0' + (int)(number & 7)) + digits;
            number >>= 3;
        }
        while (number > 0);
        return digits;
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (int at = 0; at < text.Length;)
        {
            if (text[at++] != '\\')
            {
                plain.Append(text[at - 1]);
                continue;
            }
            if (at < text.Length && text[at] == 'c')
                break;
            if (at + 1 < text.Length && text[at] == '0' && text[at + 1] is >= '0' and <= '7')
                at++;
            plain.Append(ReadEscape(text, ref at));
        }
        return plain.ToString();
    }

    private static char ReadEscape(string text, ref int at)
    {
        int value = 0, digits = 0;
        for (; digits < 3 && at < text.Length && text[at] is >= '0' and <= '7'; digits++, at++)
        {
            if ((value * 8) + text[at] - '0' > 255)
                break;
            value = (value * 8) + text[at] - '0';
        }
        if (digits > 0)
            return (char)value;
        const string Letters = "abefnrtv\\", Characters = "\a\b\x1B\f\n\r\t\v\\";
        int letter = at < text.Length ? Letters.IndexOf(text[at], StringComparison.Ordinal) : -1;
        if (letter < 0)
            return '\\';
        at++;
        return Characters[letter];
    }

    private string TakeValue() => _values.TryDequeue(out string? value) ? value : "";
}
