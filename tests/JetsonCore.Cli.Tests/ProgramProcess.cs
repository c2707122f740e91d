// Runs the program as a process of its own, for what hangs on its environment: folders, clocks, descriptors.
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests;

internal sealed class ProgramProcess(IReadOnlyDictionary<string, string> environment, string? folder = null)
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "jetson-core");

    public OracleResult Run(params string[] arguments) => RunWithInput(null, arguments);

    public OracleResult RunWithInput(byte[]? input, params string[] arguments) => Oracle.Run(new OracleCall(Program)
    {
        Arguments = arguments,
        Environment = environment,
        Folder = folder,
        Input = input,
    });
}
