// The program: puts the commands together and turns every way a command can end into an exit code.
using System.CommandLine;
using JetsonCore.Cli.Commands;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli;

internal static class Program
{
    // "@" begins a time (--mtime @0), no file of further arguments.
    private static readonly ParserConfiguration PlainArguments = new() { ResponseFileTokenReplacer = null };

    private static readonly Verb[] Verbs =
    [
        new("build", BuildCommand.Create),
        new("check", CheckCommand.Create),
        new("inspect", InspectCommand.Create),
        new("layout", LayoutCommand.Create),
        new("explain", terminal => ExplainCommand.Create(terminal, () => ProgramRules.All)),
        new("schema", SchemaCommand.Create),
        new("env", EnvCommand.Create),
        new("key", KeyCommand.Create),
        new("sign", SignCommand.Create),
        new("verify", VerifyCommand.Create),
        new("snap", SnapCommand.Create),
        new("kernel", KernelCommand.Create),
        new("fs", FsCommand.Create),
        new("disk", DiskCommand.Create),
        new("flash", FlashCommand.Create),
    ];

    private sealed record Verb(string Name, Func<Terminal, Command> Create);

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
        try
        {
            // Editors check a file at each key: without options there is nothing to parse.
            if (arguments is ["check", _, ..] && !Array.Exists(arguments, argument => argument.StartsWith('-')))
                return CheckCommand.Run(new() { Paths = arguments[1..] }, terminal);
            Command root = CreateRoot(terminal, arguments is [string first, ..] ? first : null);
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
    internal static Command CreateRoot(Terminal terminal, string? name)
    {
        var root = new Command(
            "jetson-core", "Builds, checks and looks into Ubuntu Core images for the NVIDIA Jetson TX1.")
        {
            BriefHelp.Option(), VersionNumber.Option(),
        };
        Verb? named = Array.Find(Verbs, verb => verb.Name == name);
        foreach (Verb verb in named is null ? Verbs : [named])
            root.Add(verb.Create(terminal));
        return root;
    }

    private static ExitCode UsageErrors(ParseResult parsed, Terminal terminal)
    {
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            terminal.Error.WriteLine($"jetson-core: error[JC9001]: {WithoutTypes(error.Message)}");
        terminal.Error.WriteLine($"  hint: see {CommandPath(parsed)} --help");
        return ExitCode.Usage;
    }

    // "… for option '--uuid' as expected type 'System.Nullable`1[System.Guid]'." is no word for people.
    private static string WithoutTypes(string message) =>
        message.Split(" as expected type ") is [string said, _] ? said : message;

    private static string CommandPath(ParseResult parsed)
    {
        string path = "";
        System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult;
        for (; at is System.CommandLine.Parsing.CommandResult command; at = at.Parent)
            path = $"{command.Command.Name} {path}";
        return path.TrimEnd();
    }
}
