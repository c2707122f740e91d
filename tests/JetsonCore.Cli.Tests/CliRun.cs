// Runs the program: arguments in, exit code and both streams out, no colour. The published program where there is one
// (see ProgramProcess), else inside the test.
using JetsonCore.Cli.Shell;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests;

/// <summary>What a run of the program gave.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>What was written to standard output as bytes.</summary>
    public byte[] OutputBytes { get; private init; } = [];

    public static CliRun Of(params string[] arguments)
    {
        if (ProgramProcess.Published is not null)
            return Published(arguments);
        CliRun run = Inside(arguments);
        DocumentJudge.JudgeRun(arguments, run.Output);
        return run;
    }

    private static CliRun Published(string[] arguments)
    {
        OracleResult result = new ProgramProcess(new Dictionary<string, string>(), Directory.GetCurrentDirectory())
            .Run(arguments);
        return new(result.ExitCode, result.Output, result.Error) { OutputBytes = result.OutputBytes };
    }

    private static CliRun Inside(string[] arguments)
    {
        var (output, error, bytes) = (new StringWriter(), new StringWriter(), new MemoryStream());
        var terminal = new Terminal(output, error, outputIsTerminal: false, errorIsTerminal: false)
        {
            OpenBytes = () => bytes,
        };
        ExitCode code = Program.Run(arguments, terminal);
        return new((int)code, output.ToString(), error.ToString()) { OutputBytes = bytes.ToArray() };
    }

    /// <summary>The output of a run that must succeed.</summary>
    public static string Succeed(params string[] arguments)
    {
        CliRun run = Of(arguments);
        Xunit.Assert.True(run.ExitCode == 0, $"jetson-core {string.Join(' ', arguments)} ended with {run.ExitCode}\n{run.Error}");
        return run.Output;
    }
}
