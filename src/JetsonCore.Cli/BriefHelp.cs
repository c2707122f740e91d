// --help. That of a command lists the commands below it by the first line of what each says of itself; the rest,
// examples included, stands in their own help.
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace JetsonCore.Cli;

internal sealed class BriefHelp : SynchronousCommandLineAction
{
    /// <summary>So many values are shown in the place of an argument's name.</summary>
    private const int Few = 8;

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
        Command command = parseResult.CommandResult.Command;
        foreach (Command below in command.Subcommands)
        {
            below.Description = below.Description?.Split('\n')[0];
            foreach (Argument argument in below.Arguments)
                argument.HelpName ??= argument.Name;
        }
        // The library puts all that completes an argument into the place of its name: of rules there are hundreds.
        foreach (Argument argument in command.Arguments)
        {
            if (argument.GetCompletions(CompletionContext.Empty).Skip(Few).Any())
                argument.HelpName ??= argument.Name;
        }
        return new HelpAction().Invoke(parseResult);
    }
}
