// The program: puts the commands together and turns every way a command can end into an exit code.
using System.CommandLine;
using JetsonCore.Cli.Commands;

namespace JetsonCore.Cli;

internal static class Program
{
    // "@" begins a time (--mtime @0), no file of further arguments.
    private static readonly ParserConfiguration PlainArguments = new() { ResponseFileTokenReplacer = null };

    public static int Main(string[] arguments)
    {
        Terminal terminal = Terminal.OfProcess();
        return (int)Run(arguments, terminal);
    }

    internal static ExitCode Run(string[] arguments, Terminal terminal)
    {
        RootCommand root = CreateRootCommand(terminal);
        BriefHelp.Replace(root);
        try
        {
            ParseResult parsed = root.Parse(arguments, PlainArguments);
            if (parsed.Errors.Count > 0 && parsed.Action is not BriefHelp)
                return UsageErrors(parsed, terminal);
            return (ExitCode)parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Failures.Report(exception, terminal);
        }
    }

    private static RootCommand CreateRootCommand(Terminal terminal) =>
        new("Builds, checks and looks into Ubuntu Core images for the NVIDIA Jetson TX1.")
        {
            BuildCommand.Create(terminal),
            CheckCommand.Create(terminal),
            InspectCommand.Create(terminal),
            LayoutCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            EnvCommand.Create(terminal),
            KeyCommand.Create(terminal),
            SignCommand.Create(terminal),
            VerifyCommand.Create(terminal),
            SnapCommand.Create(terminal),
            KernelCommand.Create(terminal),
            FsCommand.Create(terminal),
        };

    private static ExitCode UsageErrors(ParseResult parsed, Terminal terminal)
    {
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            terminal.Error.WriteLine($"jetson-core: error[JC9001]: {error.Message}");
        terminal.Error.WriteLine($"  hint: see {CommandPath(parsed)} --help");
        return ExitCode.Usage;
    }

    private static string CommandPath(ParseResult parsed)
    {
        string path = "";
        System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult;
        for (; at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command; at = at.Parent)
            path = $" {command.Command.Name}{path}";
        return $"jetson-core{path}";
    }
}
