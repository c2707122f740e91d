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

    public OracleResult RunWithInput(byte[]? input, params string[] arguments) => Oracle.Run(new OracleCall(Program)
    {
        Arguments = arguments,
        Environment = environment,
        Folder = folder,
        Input = input,
    });
}
