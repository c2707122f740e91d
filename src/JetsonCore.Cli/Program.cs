// The program: puts the commands together and turns every way a command can end into an exit code.
using System.CommandLine;
using JetsonCore.Cli.Commands;

namespace JetsonCore.Cli;

internal static class Program
{
    // "@" begins a time (--mtime @0), no file of further arguments.
    private static readonly ParserConfiguration PlainArguments = new() { ResponseFileTokenReplacer = null };

    private static readonly (string Name, Func<Terminal, Command> Create)[] Commands =
    [
        ("build", BuildCommand.Create),
        ("check", CheckCommand.Create),
        ("inspect", InspectCommand.Create),
        ("layout", LayoutCommand.Create),
        ("explain", ExplainCommand.Create),
        ("schema", SchemaCommand.Create),
        ("env", EnvCommand.Create),
        ("key", KeyCommand.Create),
        ("sign", SignCommand.Create),
        ("verify", VerifyCommand.Create),
        ("snap", SnapCommand.Create),
        ("kernel", KernelCommand.Create),
        ("fs", FsCommand.Create),
    ];

    public static int Main(string[] arguments)
    {
        Terminal terminal = Terminal.OfProcess();
        ExitCode code = Run(arguments, terminal);
        try
        {
            terminal.Output.Flush();
        }
        catch (IOException exception)       // a full disk behind a redirection
        {
            code = Failures.Report(exception, terminal);
        }
        return (int)code;
    }

    internal static ExitCode Run(string[] arguments, Terminal terminal)
    {
        RootCommand root = CreateRootCommand(terminal, arguments.FirstOrDefault());
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

    /// <summary>Only the command that is named: making all of them takes as long as a small one runs.</summary>
    private static RootCommand CreateRootCommand(Terminal terminal, string? name)
    {
        var root = new RootCommand("Builds, checks and looks into Ubuntu Core images for the NVIDIA Jetson TX1.");
        bool isKnown = Array.Exists(Commands, command => command.Name == name);
        foreach ((string commandName, Func<Terminal, Command> create) in Commands)
        {
            if (!isKnown || commandName == name)
                root.Add(create(terminal));
        }
        return root;
    }

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
