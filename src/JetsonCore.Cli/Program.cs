// The program: puts the commands together and turns every way a command can end into an exit code.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Cli.Commands;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Cli;

internal static class Program
{
    // "@" begins a time (--mtime @0), no file of further arguments.
    private static readonly ParserConfiguration PlainArguments = new() { ResponseFileTokenReplacer = null };

    private static readonly Verb[] Verbs =
    [
        new("init", InitCommand.Create),
        new("build", BuildCommand.Create),
        new("fetch", FetchCommand.Create),
        new("check", CheckCommand.Create),
        new("inspect", InspectCommand.Create),
        new("diff", DiffCommand.Create),
        new("layout", LayoutCommand.Create),
        new("sbom", SbomCommand.Create),
        new("notices", NoticesCommand.Create),
        new("report", ReportCommand.Create),
        new("explain", terminal => ExplainCommand.Create(terminal, () => ProgramRules.All)),
        new("schema", SchemaCommand.Create),
        new("lsp", LspCommand.Create),
        new("env", EnvCommand.Create),
        new("boot", BootCommand.Create),
        new("key", KeyCommand.Create),
        new("model", ModelCommand.Create),
        new("sign", SignCommand.Create),
        new("verify", VerifyCommand.Create),
        new("seed", SeedCommand.Create),
        new("system-user", SystemUserCommand.Create),
        new("snap", SnapCommand.Create),
        new("kernel", KernelCommand.Create),
        new("initrd", InitrdCommand.Create),
        new("fs", FsCommand.Create),
        new("disk", DiskCommand.Create),
        new("flash", FlashCommand.Create),
        new("cache", CacheCommand.Create),
        new("doctor", DoctorCommand.Create),
        new("completion", CompletionCommand.Create),
        new(CompletionCommand.Words, terminal => CompletionCommand.CreateWords(terminal, CreateRoot)),
        new(ManualCommand.Name, terminal => ManualCommand.Create(terminal, CreateRoot, VersionNumber.Short)),
    ];

    private sealed record Verb(string Name, Func<Terminal, Command> Create);

    public static int Main(string[] arguments)
    {
        Posix.OpenMissingStandardFiles();
        Terminal terminal = Terminal.OfProcess();
        LastResort.Prepare(terminal);
        return (int)Finish(Run(arguments, terminal), terminal);
    }

    private static ExitCode Finish(ExitCode code, Terminal terminal)
    {
        try
        {
            terminal.Output.Flush();
        }
        catch (IOException)             // a full disk behind a redirection; it may have been met before
        {
        }
        return StandardStream.Output.Failure is { } failure && code != ExitCode.Environment
            ? Failures.Report(failure, terminal)
            : code;
    }

    internal static ExitCode Run(string[] decoded, Terminal terminal)
    {
        try
        {
            string[] arguments = HostArguments.Of(decoded);
            // Editors check a file at each key: without options there is nothing to parse.
            if (arguments is ["check", _, ..] && !Array.Exists(arguments, argument => argument.StartsWith('-')))
                return CheckCommand.Run(new() { Paths = arguments[1..] }, terminal);
            Command root = CreateRoot(terminal, arguments is [string first, ..] ? first : null);
            if (arguments is [])
                return ShowVerbs(root, terminal);
            ParseResult parsed = root.Parse(arguments, PlainArguments);
            if (UsageErrors(parsed) is [_, ..] errors)
                return Refuse(parsed, errors, terminal);
            return (ExitCode)parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception exception)
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
            BriefHelp.Option(),
        };
        foreach (Option option in VersionNumber.Options())
            root.Add(option);
        Verb? named = Array.Find(Verbs, verb => verb.Name == name);
        foreach (Verb verb in named is null ? Verbs : [named])
            root.Add(verb.Create(terminal));
        return root;
    }

    /// <summary>Who types the name alone wants to know what there is; a script has forgotten something.</summary>
    private static ExitCode ShowVerbs(Command root, Terminal terminal)
    {
        root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = terminal.Error });
        return ExitCode.Usage;
    }

    private static List<string> UsageErrors(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
        {
            string[] known = NamesOf(command);
            string meant = Spelling.Nearest(word, known) is { } near ? $"did you mean \"{near}\"?" : "there are "
                + string.Join(", ", known);
            return [$"cannot find the command \"{CommandPath(parsed)} {word}\": {meant}"];
        }
        if (parsed.Action is BriefHelp)
            return [];
        if (command.Subcommands.Count > 0 && parsed is { Action: not VersionNumber, UnmatchedTokens: [] })
            return [$"name a command of \"{CommandPath(parsed)}\": {string.Join(", ", NamesOf(command))}"];
        List<string> errors = [.. parsed.Errors.Select(error => WithoutTypes(error.Message))];
        foreach (SymbolResult symbol in parsed.CommandResult.Children)
        {
            if (symbol.Tokens.Any(token => token.Value.Length == 0) && NameIfNotEmpty(symbol) is { } name)
                errors.Add($"cannot use an empty {name}");
        }
        return errors;
    }

    private static string[] NamesOf(Command command) =>
        [.. command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name)];

    /// <summary>The name of what must not be empty; null for what may be: some texts, no paths.</summary>
    private static string? NameIfNotEmpty(SymbolResult symbol) => symbol switch
    {
        ArgumentResult { Argument.Name: CompletionCommand.Word } => null,
        ArgumentResult argument => argument.Argument.Name,
        OptionResult { Option.Name: "--label" or "--features" or "--send" } => null,
        OptionResult option => option.Option.Name,
        _ => null,
    };

    private static ExitCode Refuse(ParseResult parsed, List<string> errors, Terminal terminal)
    {
        foreach (string error in errors)
            terminal.Error.WriteLine($"jetson-core: error[JC9001]: {error}");
        terminal.Error.WriteLine($"  hint: see {CommandPath(parsed)} --help");
        return ExitCode.Usage;
    }

    // "… for option '--uuid' as expected type 'System.Nullable`1[System.Guid]'." is no word for people.
    private static string WithoutTypes(string message) =>
        message.Split(" as expected type ") is [string said, _] ? said : message;

    private static string CommandPath(ParseResult parsed)
    {
        string path = "";
        SymbolResult? at = parsed.CommandResult;
        for (; at is CommandResult command; at = at.Parent)
            path = $"{command.Command.Name} {path}";
        return path.TrimEnd();
    }
}
