// What a scalar means: YAML 1.1 as Go's yaml.v2 has it (y, no, on are booleans; 017 is fifteen; 1_000 a thousand;
// 12:30 is text). Text fields do not ask: they keep the spelling.
// Spec: https://yaml.org/type/; peer: yaml.v2's resolution table, with its own exceptions.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace JetsonCore.Yaml;

internal enum ScalarKind
{
    Null,
    Bool,
    Integer,

    /// <summary>From 2^63 to 2^64-1.</summary>
    LargeInteger,
    Float,
    Timestamp,
    Text,
}

/// <summary>A scalar's meaning.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for !!binary the decoded bytes as UTF-8.</param>
/// <param name="IsTrue">For booleans.</param>
internal readonly record struct ResolvedScalar(ScalarKind Kind, string Text, bool IsTrue = false);

internal static partial class YamlScalar
{
    /// <summary>Resolves a scalar node; null where its tag and its text contradict each other.</summary>
    public static ResolvedScalar? Resolve(YamlNode node)
    {
        if (node.Tag.Length == 0 && !node.IsImplicit)
            return new(ScalarKind.Text, node.Value);
        return node.Tag switch
        {
            "" => ResolvePlain(node.Value, mayBeTimestamp: true),
            YamlTags.Text => new(ScalarKind.Text, node.Value),
            YamlTags.Binary => DecodeBinary(node.Value),
            YamlTags.Null => ResolveAs(node.Value, ScalarKind.Null),
            YamlTags.Bool => ResolveAs(node.Value, ScalarKind.Bool),
            YamlTags.Integer => ResolveAs(node.Value, ScalarKind.Integer),
            YamlTags.Float => ResolveAs(node.Value, ScalarKind.Float),
            YamlTags.Timestamp => ResolveAs(node.Value, ScalarKind.Timestamp),
            _ => new(ScalarKind.Text, node.Value),
        };
    }

    /// <summary>Whether text without quotes is text, also for readers that take 12:30 for a number.</summary>
    public static bool IsPlainText(string text) =>
        ResolvePlain(text, mayBeTimestamp: true).Kind == ScalarKind.Text && !BaseSixty().IsMatch(text);

    /// <summary>Whether a node leaves its field unset: no value, "~" or "null", but not "Null" nor "NULL".</summary>
    public static bool IsUnset(YamlNode node) =>
        node.Kind == YamlKind.Scalar
        && (node.Tag == YamlTags.Null
            || (node.Tag.Length == 0
                && (node.Value is "null" or "~" || (node.Value.Length == 0 && node.IsImplicit))));

    /// <summary>The number that a scalar is, its fraction cut off; null where it does not fit or is none.</summary>
    public static uint? ToUInt32(ResolvedScalar scalar)
    {
        string plain = scalar.Text.Replace("_", "", StringComparison.Ordinal);
        switch (scalar.Kind)
        {
            case ScalarKind.Integer:
                ReadOnlySpan<char> digits = plain.AsSpan(plain[0] is '+' or '-' ? 1 : 0);
                ulong? magnitude = Magnitude(digits);
                return magnitude <= uint.MaxValue && (plain[0] != '-' || magnitude == 0) ? (uint)magnitude : null;
            case ScalarKind.Float when IsFloat(plain):
                double number = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
                return number is > -1 and < 4294967296.0 ? (uint)Math.Truncate(number) : null;
            default:
                return null;
        }
    }

    private static ResolvedScalar? ResolveAs(string text, ScalarKind wanted)
    {
        ResolvedScalar found = ResolvePlain(text, wanted == ScalarKind.Timestamp);
        bool fits = found.Kind == wanted
            || (wanted == ScalarKind.Integer && found.Kind == ScalarKind.LargeInteger)
            || (wanted == ScalarKind.Float && found.Kind == ScalarKind.Integer);
        return fits ? found with { Kind = found.Kind == ScalarKind.LargeInteger ? found.Kind : wanted } : null;
    }

    private static ResolvedScalar? DecodeBinary(string text)
    {
        string compact = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (compact.AsSpan().ContainsAny(' ', '\t'))
            return null;
        var bytes = new byte[compact.Length];
        return Convert.TryFromBase64String(compact, bytes, out int count)
            ? new(ScalarKind.Text, Encoding.UTF8.GetString(bytes, 0, count))
            : null;
    }

    private static ResolvedScalar ResolvePlain(string text, bool mayBeTimestamp)
    {
        if (text.Length == 0)
            return new(ScalarKind.Null, text);
        char first = text[0];
        if ("yYnNtTfFoO~.+-".Contains(first, StringComparison.Ordinal) && FromTable(text) is { } known)
            return known;
        if (first == '.')
            return new(IsFloat(text) ? ScalarKind.Float : ScalarKind.Text, text);
        if (!char.IsAsciiDigit(first) && first is not ('+' or '-'))
            return new(ScalarKind.Text, text);
        if (mayBeTimestamp && YamlTimestamp.IsOne(text))
            return new(ScalarKind.Timestamp, text);
        return new(NumberKind(text.Replace("_", "", StringComparison.Ordinal)), text);
    }

    private static ResolvedScalar? FromTable(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON"
            => new(ScalarKind.Bool, text, true),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF"
            => new(ScalarKind.Bool, text),
        "~" or "null" or "Null" or "NULL" => new(ScalarKind.Null, text),
        ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF"
            or "-.inf" or "-.Inf" or "-.INF" => new(ScalarKind.Float, text),
        _ => null,
    };

    private static ScalarKind NumberKind(string plain)
    {
        bool isSigned = plain.StartsWith('+') || plain.StartsWith('-');
        ReadOnlySpan<char> unsigned = plain.AsSpan(isSigned ? 1 : 0);
        if (Magnitude(unsigned) is { } magnitude)
        {
            ulong most = plain.StartsWith('-') ? 1UL << 63 : long.MaxValue;
            if (magnitude <= most)
                return ScalarKind.Integer;
            if (!isSigned)
                return ScalarKind.LargeInteger;
        }
        return IsFloat(plain) ? ScalarKind.Float : ScalarKind.Text;
    }

    /// <summary>The value of decimal, 0x, 0o, 0b and leading-zero octal digits; null if it is none of them.</summary>
    private static ulong? Magnitude(ReadOnlySpan<char> digits)
    {
        (uint radix, int prefix) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16u, 2),
            ['0', 'o' or 'O', ..] => (8u, 2),
            ['0', 'b' or 'B', ..] => (2u, 2),
            ['0', _, ..] => (8u, 1),
            _ => (10u, 0),
        };
        if (digits.Length == prefix)
            return null;
        ulong value = 0;
        foreach (char digit in digits[prefix..])
        {
            if (!char.IsAsciiHexDigit(digit) || HexValue(digit) >= radix)
                return null;
            if (value > (ulong.MaxValue - HexValue(digit)) / radix)
                return null;
            value = (value * radix) + HexValue(digit);
        }
        return value;
    }

    private static uint HexValue(char digit) =>
        (uint)(char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);

    /// <summary>[-+]?(.D+|D+(.D*)?)([eE][-+]?D+)?, and not beyond the range of a double.</summary>
    private static bool IsFloat(string text)
    {
        int at = text[0] is '+' or '-' ? 1 : 0;
        int whole = CountDigits(text, ref at);
        int fraction = 0;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = CountDigits(text, ref at);
        }
        if (whole + fraction == 0)
            return false;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-')
                at++;
            if (CountDigits(text, ref at) == 0)
                return false;
        }
        return at == text.Length
            && double.IsFinite(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private static int CountDigits(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at - start;
    }

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BaseSixty();
}
