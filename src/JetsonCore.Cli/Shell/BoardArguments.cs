// Options that tell about the board itself.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using JetsonCore.Boot.Commands;

namespace JetsonCore.Cli.Shell;

internal static class BoardArguments
{
    private const ulong LeastBytes = 64 << 20;

    /// <summary>The option that says where RAM is.</summary>
    public static Option<UBootBoard?> Ram() => new("--ram")
    {
        HelpName = "START:BYTES",
        Description = "where the board's RAM is, as 0x80000000:0x40000000; without it the device tree says",
        CustomParser = Parse,
    };

    private static UBootBoard? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] parts = text.Split(':');
        if (parts.Length == 2 && Number(parts[0]) is { } start && Number(parts[1]) is { } bytes
            && bytes >= LeastBytes && start + bytes > start && start + LeastBytes <= uint.MaxValue)
        {
            return UBootBoard.WithRam(start, bytes);
        }
        result.AddError($"cannot use --ram \"{text}\": it is START:BYTES, as 0x80000000:0x40000000, with 64 MiB below "
            + "4 GiB at least");
        return null;
    }

    private static ulong? Number(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex)
            && hex < 1UL << 48 ? hex : null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && number < 1UL << 48 ? number : null;
}
