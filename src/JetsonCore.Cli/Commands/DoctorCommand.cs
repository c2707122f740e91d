// `jetson-core doctor`: what this machine lacks for which verb.
using System.CommandLine;
using System.CommandLine.Completions;
using JetsonCore.Cli.Doctor;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var verbs = new Argument<string[]>("VERB")
        {
            Description = "only what these verbs want: build, boot, fetch, \"fs make\" …; without one, all",
            Arity = ArgumentArity.ZeroOrMore,
            CompletionSources = { _ => Verbs().Select(verb => new CompletionItem(verb)) },
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("doctor", """
            Say what this machine lacks for which verb, and the command that mends it

            Looks for libraries, programs (which it does not start), room, file systems, limits of memory, and settings
            of the shell. Exit code 1 where a verb cannot work; what only some verbs want, such as QEMU, counts where
            these are named.

            Examples:
              jetson-core doctor
              jetson-core doctor build boot --json
            """)
        {
            verbs, json,
        };
        command.SetAction(parsed => (int)Run(parsed.GetValue(verbs) ?? [], parsed.GetValue(json), terminal));
        return command;
    }

    /// <summary>The verbs that want something.</summary>
    private static IEnumerable<string> Verbs() => ProgramHealth.All.Concat(HostHealth.All)
        .SelectMany(check => check.Verbs).Distinct().Order(StringComparer.Ordinal);

    internal static ExitCode Run(string[] verbs, bool asJson, Terminal terminal)
    {
        HealthCheck[] checks = [.. ProgramHealth.All.Concat(HostHealth.All)
            .Where(check => verbs.Length == 0 || verbs.Any(check.IsFor))];
        bool isOk = !checks.Any(check => check.Health == Health.Broken
            || (check.Health == Health.Absent && verbs.Length > 0));
        if (asJson)
            DoctorReport.WriteJson(checks, isOk, terminal.Output);
        else
            DoctorReport.WriteText(checks, terminal.Output);
        return isOk ? ExitCode.Success : ExitCode.Findings;
    }
}
