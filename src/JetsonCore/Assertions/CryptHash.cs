// A hashed password of crypt(5): $6$salt$hash or $6$rounds=N$salt$hash. Which ids and letters snapd takes.
using System.Globalization;

namespace JetsonCore.Assertions;

internal static class CryptHash
{
    private const int LeastId = 6, LeastRounds = 5000, MostRounds = 999_999_999;
    private const string RoundsPrefix = "rounds=";

    /// <summary>Reports what is wrong with a password; an empty one is none.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Text { Value: var text })
            place.Refuse(value.Span, "it must be text");
        else if (text is not "" && Doubt(text) is { } why)
            place.Refuse(value.Span, why);
    }

    private static string? Doubt(string text)
    {
        string[] parts = text.Split('$', 5);
        if (parts.Length < 4)
            return "it is not of the form $6$salt$hash: hash it, for instance with `jetson-core system-user`";
        bool hasRounds = parts[2].StartsWith(RoundsPrefix, StringComparison.Ordinal);
        if (hasRounds && parts.Length == 4)
            return "the hash behind the rounds and the salt is missing";
        if (!TryParse(parts[1], out long id) || id < LeastId)
            return $"its id \"{parts[1]}\" is not {LeastId} (SHA-512) or higher";
        if (parts.Length == 5 && hasRounds && (!TryParse(parts[2][RoundsPrefix.Length..], out long rounds)
            || rounds is < LeastRounds or > MostRounds))
        {
            return $"its rounds are not between {LeastRounds} and {MostRounds}";
        }
        bool isPlain = IsPlain(parts[^2]) && IsPlain(parts[^1]);
        return isPlain ? null : "salt and hash are of letters, digits, \".\" and \"/\"";
    }

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool IsPlain(string text) =>
        text is not "" && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '/');
}
