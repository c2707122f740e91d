// Dates and times of YAML 1.1 in the four spellings that yaml.v2 takes:
//
//   2006-1-2     2006-1-2 15:4:5.999     2006-1-2T15:4:5.999Z     2006-1-2t15:4:5.999+07:00
//
// They matter only where a value is tagged !!timestamp.
using System.Globalization;

namespace JetsonCore.Yaml;

internal static class YamlTimestamp
{
    private static readonly string[] Formats =
    [
        "yyyy-M-d", "yyyy-M-d H:m:s", "yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-d'T'H:m:sK", "yyyy-M-d'T'H:m:s.FFFFFFFK",
        "yyyy-M-d't'H:m:sK", "yyyy-M-d't'H:m:s.FFFFFFFK",
    ];

    public static bool IsOne(string text)
    {
        if (text.Length < 8 || text[4] != '-' || text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9'))
            return false;
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        bool needsZone = text.AsSpan().ContainsAny('T', 't');
        return hasZone == needsZone && DateTime.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _);
    }
}
