// Runs the program inside the test: arguments in, exit code and both streams out, no process, no colour.
namespace JetsonCore.Cli.Tests;

/// <summary>What a run of the program gave.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static CliRun Of(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: false);
        ExitCode code = Program.Run(arguments, terminal);
        return new((int)code, output.ToString(), error.ToString());
    }

    /// <summary>The output of a run that must succeed.</summary>
    public static string Succeed(params string[] arguments)
    {
        CliRun run = Of(arguments);
        Xunit.Assert.True(run.ExitCode == 0, $"jetson-core {string.Join(' ', arguments)} ended with {run.ExitCode}\n{run.Error}");
        return run.Output;
    }
}
