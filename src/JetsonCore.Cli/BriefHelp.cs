// Help of a command lists the commands below it by the first line of what each says of itself; the rest, examples
// included, stands in their own help.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JetsonCore.Cli;

internal sealed class BriefHelp(HelpAction whole) : SynchronousCommandLineAction
{
    /// <summary>Puts itself in the place of a root command's help.</summary>
    public static void Replace(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction action)
                option.Action = new BriefHelp(action);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        foreach (Command below in parseResult.CommandResult.Command.Subcommands)
            below.Description = below.Description?.Split('\n')[0];
        return whole.Invoke(parseResult);
    }
}
