// `jetson-core completion SHELL`: a script that lets a shell complete words; and what that script asks the program.
using System.CommandLine;
using JetsonCore.Cli.Completion;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal static class CompletionCommand
{
    /// <summary>The verb that scripts call; it is not for people.</summary>
    public const string Words = "complete";

    /// <summary>What that verb takes.</summary>
    public const string Word = "WORD";

    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Shells) };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new Command("completion", """
            Print a script that lets a shell complete verbs, options, values and what lies in artefacts

            After it, TAB behind `jetson-core fs ls out/jetson.img:` offers partitions, then the files in them, then
            what lies in those. The Debian package brings the scripts along.

            Examples:
              source <(jetson-core completion bash)             # in ~/.bashrc
              source <(jetson-core completion zsh)              # in ~/.zshrc, behind compinit
              jetson-core completion fish > ~/.config/fish/completions/jetson-core.fish
            """)
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            string name = $"jetson-core.{parsed.GetRequiredValue(shell)}";
            using Stream text = typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(text);
            terminal.Output.Write(reader.ReadToEnd());
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>
    /// The verb for scripts: prints what the shell offers itself, then a word a line, and what it is behind a tab.
    /// </summary>
    /// <param name="terminal">Where it prints.</param>
    /// <param name="createRoot">Makes the program's commands: that of a name, or all.</param>
    public static Command CreateWords(Terminal terminal, Func<Terminal, string?, Command> createRoot)
    {
        var words = new Argument<string[]>(Word)
        {
            Description = "the words behind the program's name, up to the cursor; the last may be empty",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(Words, """
            Complete a word, for the scripts of `completion`

            Example:
              jetson-core complete -- fs ls out/jetson.img:sys
            """)
        {
            words,
        };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string[] line = parsed.GetValue(words) ?? [];
            Offers offers = WordCompletion.Of(createRoot(terminal, line.Length > 1 ? line[0] : null), line);
            terminal.Output.WriteLine(offers.Files switch
            {
                HostFiles.Files => "files",
                HostFiles.Folders => "folders",
                HostFiles.None => "none",
            });
            foreach (Offer offer in offers.Words)
                terminal.Output.WriteLine(offer.About.Length > 0 ? $"{offer.Word}\t{offer.About}" : offer.Word);
            return (int)ExitCode.Success;
        });
        return command;
    }
}
