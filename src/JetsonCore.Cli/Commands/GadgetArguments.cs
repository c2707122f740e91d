// Arguments that `check` and `layout` share.
using System.CommandLine;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Commands;

internal static class GadgetArguments
{
    private static readonly string[] Modes = ["none", "uc18", "uc20", "classic", "classic-modes"];
    private static readonly string[] Releases = ["latest", "2.57.6"];

    public static Argument<string[]> Paths() => new("PATH")
    {
        Description = "gadget.yaml, gadget folder or gadget snap; - for standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string> Mode() => OneOf("--as", "the kind of model to judge for", Modes);

    public static Option<string> Release() => OneOf("--snapd", "whose rules count", Releases);

    public static GadgetMode ModeOf(string? name) => GadgetModes.Parse(name ?? "none") ?? GadgetMode.None;

    public static SnapdRelease ReleaseOf(string? name) =>
        name == "2.57.6" ? SnapdRelease.V2576 : SnapdRelease.Latest;

    private static Option<string> OneOf(string name, string description, string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description}: {string.Join(", ", values)}",
            HelpName = "NAME",
            DefaultValueFactory = _ => values[0],
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
