// The shapes of names, ids, times and numbers in assertions: the same sets as snapd's asserts and snap/naming.
using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal static partial class AssertionNames
{
    /// <summary>48 bytes in base64: no padding, and no bits to spare in the last character.</summary>
    private const int DigestLength = 64;

    private static readonly SearchValues<char> DigestCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool IsHeaderName(string name) => HeaderName().IsMatch(name);

    public static bool IsAccountId(string id) => AccountId().IsMatch(id);

    public static bool IsSnapId(string id) => SnapId().IsMatch(id);

    public static bool IsModelName(string name) => ModelName().IsMatch(name);

    public static bool IsSnapMode(string mode) => SnapMode().IsMatch(mode);

    /// <summary>The ID of a system, as os-release(5) has it.</summary>
    public static bool IsDistribution(string text) => text is not "" && text.All(
        letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>A SHA3-384 digest as assertions write it: base64url without padding.</summary>
    public static bool IsDigest(string text) =>
        text.Length == DigestLength && !text.AsSpan().ContainsAnyExcept(DigestCharacters);

    /// <summary>A time of RFC 3339.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        Match match = Time().Match(text);
        if (!match.Success)
            return false;
        string fraction = match.Groups["fraction"].Value;
        string kept = fraction.Length > 8 ? fraction[..8] : fraction;       // .NET counts in tenths of a microsecond
        string hour = match.Groups["hour"].Value.PadLeft(2, '0');           // Go takes one digit as well
        string moment = $"{match.Groups["date"].Value}T{hour}{match.Groups["rest"].Value}{kept.Replace(',', '.')}";
        if (!DateTime.TryParse(moment, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            return false;
        string zone = match.Groups["zone"].Value;
        TimeSpan offset = zone is "Z" ? TimeSpan.Zero
            : new(Digits(zone[1..3]), Digits(zone[4..]), 0);
        long ticks = local.Ticks + (zone[0] == '-' ? offset : -offset).Ticks;
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks)
            return false;
        time = new(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>A whole number of at least 0 without leading zeros; a "+" before it is taken.</summary>
    public static bool TryParseNumber(string text, out long number) =>
        TryParseSigned(text, out number) && number >= 0;

    /// <summary>A whole number of 64 bits without leading zeros; a sign before it is taken.</summary>
    public static bool TryParseSigned(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && (text is "0" || text[0] != '0');

    /// <summary>A whole number of 64 bits without sign and leading zeros.</summary>
    public static bool TryParseSize(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text is "0" || text[0] != '0');

    private static int Digits(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[a-z](?:-?[a-z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9]{32}|[-a-z0-9]{2,28})\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountId();

    [GeneratedRegex(@"^[a-zA-Z0-9]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SnapId();

    [GeneratedRegex(@"^[a-z0-9](?:-?[a-z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^[a-z][-a-z]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex SnapMode();

    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?<hour>[0-9]{1,2})(?<rest>:[0-9]{2}:[0-9]{2})"
        + @"(?<fraction>[.,][0-9]+)?(?<zone>Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Time();
}
