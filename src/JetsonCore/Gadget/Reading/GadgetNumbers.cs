// Sizes, offsets and editions as gadget.yaml spells them: decimal, then nothing, M (MiB) or G (GiB).
// Rules Z-*, OW-*, E-RANGE of README.md. Where snapd lets M and G wrap round in 64 bits, we refuse.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Reading;

/// <summary>Why a number was refused.</summary>
/// <param name="Rule">The rule it breaks.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Hint">What to do.</param>
/// <param name="Meant">What can only be meant, or null.</param>
internal readonly record struct NumberProblem(Rule Rule, string Reason, string Hint, string? Meant = null);

internal static class GadgetNumbers
{
    public const long OffsetWriteMax = 1L << 32;

    private const string Form = "write a decimal number of bytes, or a number followed by M (MiB) or G (GiB)";

    public static NumberProblem? ReadSize(string text, out long bytes)
    {
        bytes = 0;
        int digits = CountNumberCharacters(text);
        ReadOnlySpan<char> number = text.AsSpan(0, digits);
        ReadOnlySpan<char> suffix = text.AsSpan(digits);
        if (!IsInteger(number))
            return NoNumber(text, digits);
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bytes))
            return new(
                GadgetRuleList.SizeNumber, $"{number} is beyond 63 bits (9223372036854775807)", "check the digits");
        int shift = suffix switch { "" => 0, "M" => 20, "G" => 30, _ => -1 };
        if (shift < 0)
        {
            string? meant = Meant(number, suffix);
            return new(GadgetRuleList.SizeSuffix, $"\"{suffix}\" is no suffix, only M and G are",
                suffix.IsWhiteSpace() ? $"write {number} without blanks" : meant is not null ? $"write {meant}" : Form,
                meant);
        }
        if (bytes < 0)
            return new(GadgetRuleList.SizeNegative, $"{bytes} is less than 0", "write a number from 0 on");
        if (bytes > long.MaxValue >> shift)
        {
            return new(GadgetRuleList.SizeRange, $"{number}{suffix} is beyond 63 bits (9223372036854775807 bytes)",
                "check digits and suffix");
        }
        bytes <<= shift;
        return null;
    }

    public static NumberProblem? ReadOffsetWrite(string text, out GadgetOffsetWrite? place)
    {
        place = null;
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        string name = plus < 0 ? "" : text[..plus];
        string offset = text[(plus + 1)..];
        if (plus == 0)
            return new(GadgetRuleList.OffsetWriteName, "there is no name before the +", "write NAME+OFFSET or OFFSET");
        if (offset.Length == 0)
            return new(GadgetRuleList.OffsetWriteNumber, "there is no offset", "write NAME+OFFSET or OFFSET");
        if (ReadSize(offset, out long bytes) is { } problem)
            return problem with { Meant = null };       // it would lose the name
        if (bytes > OffsetWriteMax)
        {
            return new(GadgetRuleList.OffsetWriteLimit, $"{bytes} is above 4 GiB ({OffsetWriteMax})",
                "the place of a 32-bit pointer lies within 4 GiB");
        }
        place = new(name, bytes);
        return null;
    }

    public static NumberProblem? ReadEdition(string text, out uint edition)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out edition))
            return null;
        return new(GadgetRuleList.EditionRange, "it is no decimal number from 0 to 4294967295",
            "write digits only, and count up by one for each update");
    }

    private static int CountNumberCharacters(string text)
    {
        int count = 0;
        while (count < text.Length && (char.IsAsciiDigit(text[count]) || text[count] == '-'))
            count++;
        return count;
    }

    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("-") ? text[1..] : text;
        return digits.Length > 0 && !digits.Contains('-');
    }

    private static NumberProblem NoNumber(string text, int digits) => new(GadgetRuleList.SizeNumber,
        digits == 0 ? "it does not begin with a digit" : $"\"{text[..digits]}\" is no number", Form);

    private static string? Meant(ReadOnlySpan<char> number, ReadOnlySpan<char> suffix) => suffix.Trim() switch
    {
        "" => $"{number}",
        "M" or "m" or "MB" or "MiB" or "Mb" or "mb" => $"{number}M",
        "G" or "g" or "GB" or "GiB" or "Gb" or "gb" => $"{number}G",
        "K" or "k" or "KB" or "KiB" or "kB" when long.TryParse(number, out long kibibytes)
            && kibibytes is >= 0 and < 1L << 40
            => $"{kibibytes * 1024}",
        "T" or "TB" or "TiB" when long.TryParse(number, out long tebibytes) && tebibytes is >= 0 and < 1L << 20
            => $"{tebibytes * 1024}G",
        ['x', .. var digits] when number is "0" && long.TryParse(
            digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long bytes) && bytes >= 0
            => $"{bytes}",
        _ => null,
    };
}
