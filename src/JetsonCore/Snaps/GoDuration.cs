// Durations as Go writes them: "1h30m", "1.5s", "-10ms", "0"; a sign, then numbers that each have a unit.
// Peer: Go's time.ParseDuration, which snapd reads timeouts with.
namespace JetsonCore.Snaps;

internal static class GoDuration
{
    private const decimal Most = 9223372036854775808m;      // 2^63 nanoseconds

    /// <summary>Nanoseconds; null where the text is no duration, or one of more than 292 years.</summary>
    public static decimal? Parse(string text)
    {
        bool isNegative = text.StartsWith('-');
        int at = isNegative || text.StartsWith('+') ? 1 : 0;
        if (text.Length == at)
            return null;
        if (text.Length == at + 1 && text[at] == '0')
            return 0;
        decimal sum = 0;
        while (at < text.Length)
        {
            if (ReadPart(text, ref at) is not { } part || (sum += part) > Most)
                return null;
        }
        if (isNegative)
            return -sum;
        return sum < Most ? sum : null;
    }

    private static decimal? ReadPart(string text, ref int at)
    {
        string whole = TakeDigits(text, ref at), fraction = "";
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = TakeDigits(text, ref at);
        }
        if (whole.Length + fraction.Length == 0)
            return null;
        int start = at;
        while (at < text.Length && text[at] != '.' && !char.IsAsciiDigit(text[at]))
            at++;
        decimal nanoseconds = Unit(text[start..at]);
        whole = whole.TrimStart('0');
        if (nanoseconds == 0 || whole.Length > 19 || Number(whole) > Math.Floor(Most / nanoseconds))
            return null;
        fraction = fraction[..Math.Min(fraction.Length, 18)];
        decimal scale = 1;
        for (int digits = 0; digits < fraction.Length; digits++)
            scale *= 10;
        return (Number(whole) * nanoseconds) + Math.Floor(Number(fraction) / scale * nanoseconds);
    }

    private static decimal Unit(string name) => name switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };

    private static decimal Number(string digits)
    {
        decimal number = 0;
        foreach (char digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }

    private static string TakeDigits(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text[start..at];
    }
}
