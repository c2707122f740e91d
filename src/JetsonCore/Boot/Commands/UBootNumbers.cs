// Numbers as U-Boot's commands read them: digits as far as they go, 0 where there are none, no overflow check.
using System.Globalization;

namespace JetsonCore.Boot.Commands;

internal static class UBootNumbers
{
    /// <summary>A hexadecimal number, with or without 0x.</summary>
    public static ulong Hex(string text) => Read(text, 16, out _);

    /// <summary>A decimal number; 0x and a leading 0 mean what they mean in C.</summary>
    public static ulong Decimal(string text) => Read(text, 10, out _);

    /// <summary>A number whose form says its base.</summary>
    public static long Signed(string text) =>
        text.StartsWith('-') ? unchecked(-(long)Read(text[1..], 0, out _)) : unchecked((long)Read(text, 0, out _));

    /// <summary>A number of a base, or of the base its form says (0).</summary>
    /// <param name="text">The text.</param>
    /// <param name="radix">8, 10, 16 or 0.</param>
    /// <param name="end">Where the digits end.</param>
    public static ulong Read(string text, uint radix, out int end)
    {
        end = 0;
        if (text.StartsWith('0'))
        {
            bool isHex = text.Length > 1 && text[1] is 'x' or 'X';
            if (isHex)
                (radix, end) = (16, 2);
            else if (radix == 0)
                radix = 8;
        }
        radix = radix == 0 ? 10 : radix;
        ulong value = 0;
        for (; end < text.Length && char.IsAsciiHexDigit(text[end]); end++)
        {
            uint digit = uint.Parse(text.AsSpan(end, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (digit >= radix)
                break;
            value = unchecked((value * radix) + digit);
        }
        return value;
    }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public static string Hex(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);
}
