// The options of what takes long: how it is watched.
using System.CommandLine;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal sealed class ProgressArguments
{
    private readonly Option<bool> _timings =
        new("--timings") { Description = "print on standard error how long each stage took" };

    private readonly Option<string> _progress = new("--progress")
    {
        Description = "what standard error shows meanwhile: auto (a line, on terminals), json (lines of it), none",
        HelpName = "HOW",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>How a run is watched, as plain values.</summary>
    internal sealed record Wishes(ProgressDisplay.Form Form = ProgressDisplay.Form.Auto, bool Timings = false)
    {
        /// <summary>Begins to show it.</summary>
        public ProgressDisplay Open(Terminal terminal) => new(terminal, Form, Timings);
    }

    public void AddTo(Command command)
    {
        _progress.AcceptOnlyFromAmong("auto", "json", "none");
        command.Add(_timings);
        command.Add(_progress);
    }

    public Wishes Read(ParseResult parsed) => new(
        Enum.Parse<ProgressDisplay.Form>(parsed.GetRequiredValue(_progress), ignoreCase: true),
        parsed.GetValue(_timings));
}
