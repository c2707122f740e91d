// Runs the program as a process of its own, for what hangs on its environment: folders, clocks, descriptors. With
// JETSON_CORE_PROGRAM (scripts/check sets it) this is the program as it is published: machine code, and only what the
// compiler has found to be used.
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests;

internal sealed class ProgramProcess(IReadOnlyDictionary<string, string> environment, string? folder = null)
{
    /// <summary>The published program; null where only the one of these tests is at hand.</summary>
    public static string? Published { get; } =
        Environment.GetEnvironmentVariable("JETSON_CORE_PROGRAM") is { Length: > 0 } path ? path : null;

    /// <summary>The program's path.</summary>
    public static string Program { get; } = Published ?? Path.Combine(AppContext.BaseDirectory, "jetson-core");

    public OracleResult Run(params string[] arguments) => RunWithInput(null, arguments);

    /// <summary>Runs it with a fault that strace puts into one of its system calls.</summary>
    /// <param name="fault">As strace words it: "fsync:error=EIO:when=3".</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>How the program ended, and whether it ever came to that call.</returns>
    public (OracleResult Result, bool Happened) RunWithFault(string fault, params string[] arguments) =>
        RunWithFault(fault, [], arguments);

    /// <summary>The same for calls about one file only.</summary>
    public (OracleResult Result, bool Happened) RunWithFaultAt(string path, string fault, params string[] arguments) =>
        RunWithFault(fault, [path], arguments);

    /// <summary>The same for calls about some files.</summary>
    public (OracleResult Result, bool Happened) RunWithFault(string fault, string[] paths, string[] arguments)
    {
        using var temp = new TempFolder();
        string log = temp.File("log");
        // A shell starts what runs behind it deaf to Ctrl-C, and that would be inherited.
        string[] strace = ["strace", "-f", "-o", log, "-e", $"trace={fault.Split(':')[0]}", "-e", $"inject={fault}",
            .. paths.SelectMany(path => (string[])["-P", path])];
        OracleResult result = RunBehind("env", ["--default-signal=INT", .. strace], arguments);
        string calls = File.ReadAllText(log);
        return (result, calls.Contains("(INJECTED)", StringComparison.Ordinal)
            || calls.Contains("killed by SIGKILL", StringComparison.Ordinal));
    }

    /// <summary>Runs it by another program, which gets its path and arguments behind its own.</summary>
    public OracleResult RunBehind(string tool, string[] toolArguments, string[] arguments) =>
        Oracle.Run(new OracleCall(tool)
        {
            Arguments = [.. toolArguments, Program, .. arguments],
            Environment = environment,
            Folder = folder,
        });

    public OracleResult RunWithInput(byte[]? input, params string[] arguments)
    {
        OracleResult result = Oracle.Run(new OracleCall(Program)
        {
            Arguments = arguments,
            Environment = environment,
            Folder = folder,
            Input = input,
        });
        DocumentJudge.JudgeRun(arguments, result.Output);
        return result;
    }
}
