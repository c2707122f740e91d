// --version.
using System.CommandLine;
using System.CommandLine.Invocation;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli;

internal sealed class VersionNumber : SynchronousCommandLineAction
{
    /// <summary>The option, for the program as a whole.</summary>
    public static Option<bool> Option() => new("--version")
    {
        Description = "Show the version",
        Arity = ArgumentArity.Zero,
        Action = new VersionNumber(),
    };

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.Text);
        return (int)ExitCode.Success;
    }
}
