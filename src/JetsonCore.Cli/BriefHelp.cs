// --help. That of a command lists the commands below it by the first line of what each says of itself; the rest,
// examples included, stands in their own help.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JetsonCore.Cli;

internal sealed class BriefHelp : SynchronousCommandLineAction
{
    /// <summary>Arguments that are wrong besides do not matter.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>The option, for a command and all below it.</summary>
    // The library's own looks up its description in resources: that takes longer than to parse all arguments.
    public static Option<bool> Option() => new("--help")
    {
        Aliases = { "-h", "-?" },
        Description = "Show help and usage",
        Arity = ArgumentArity.Zero,
        Recursive = true,
        Action = new BriefHelp(),
    };

    public override int Invoke(ParseResult parseResult)
    {
        foreach (Command below in parseResult.CommandResult.Command.Subcommands)
            below.Description = below.Description?.Split('\n')[0];
        return new HelpAction().Invoke(parseResult);
    }
}
