// Sizes on the command line: bytes, or with K, M, G or T units of 1024 as dd and gadget.yaml count them.
using System.CommandLine.Parsing;
using System.Globalization;

namespace JetsonCore.Cli.Shell;

internal static class ByteSizes
{
    private const string Units = "KMGT";

    /// <summary>Reads "15758000128", "256M" or "14G".</summary>
    public static long? Parse(ArgumentResult result) => Parse(result, least: 1);

    /// <summary>The same, for what may also be nothing: "0".</summary>
    public static long? ParseFromZero(ArgumentResult result) => Parse(result, least: 0);

    private static long? Parse(ArgumentResult result, long least)
    {
        string text = result.Tokens[0].Value;
        int unit = text.Length > 1 ? Units.IndexOf(char.ToUpperInvariant(text[^1])) : -1;
        ReadOnlySpan<char> digits = unit < 0 ? text : text.AsSpan(0, text.Length - 1);
        long scale = 1L << (10 * (unit + 1));
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= least && number <= long.MaxValue / scale)
        {
            return number * scale;
        }
        result.AddError($"cannot read the size \"{text}\": write bytes, or a number with K, M, G or T");
        return null;
    }
}
