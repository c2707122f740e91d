// Sizes as people write them: bytes, 0x and hexadecimal digits, or a number with a unit of 1024 (K, M, G, T, or KiB …).
using System.Globalization;

namespace JetsonCore.Files;

/// <summary>Reads sizes.</summary>
public static class ByteSize
{
    private const string Units = "KMGT";

    /// <summary>The bytes of a size; null where it is none.</summary>
    public static long? Read(string text)
    {
        ReadOnlySpan<char> digits = text;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(
                digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex) && hex >= 0
                    ? hex
                    : null;
        }
        if (digits.EndsWith("iB", StringComparison.Ordinal))
            digits = digits[..^2];
        bool isLong = digits.Length < text.Length;
        int unit = digits.IsEmpty ? -1 : Units.IndexOf(char.ToUpperInvariant(digits[^1]));
        if (unit >= 0)
            digits = digits[..^1];
        else if (isLong)
            return null;
        long scale = 1L << (10 * (unit + 1));
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= long.MaxValue / scale
                ? number * scale
                : null;
    }
}
