// Options that tell about the board itself.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Boot.Commands;

namespace JetsonCore.Cli.Shell;

internal static class BoardArguments
{
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
        if (UBootBoard.ReadRam(text) is { } board)
            return board;
        result.AddError($"cannot use --ram \"{text}\": it is START:BYTES, as 0x80000000:0x40000000, with 64 MiB below "
            + "4 GiB at least");
        return null;
    }
}
