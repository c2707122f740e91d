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
        return DateTimeOffset.TryParse($"{match.Groups["whole"].Value}{kept}{match.Groups["zone"].Value}",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>A whole number of at least 0 without leading zeros or sign.</summary>
    public static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text is "0" || text[0] != '0');

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

    [GeneratedRegex(@"^(?<whole>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?<fraction>\.\d+)?(?<zone>Z|[+-]\d\d:\d\d)\z",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Time();
}
