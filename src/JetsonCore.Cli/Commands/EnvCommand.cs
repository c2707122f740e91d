// `jetson-core env …`: U-Boot environment images.
using System.CommandLine;

namespace JetsonCore.Cli.Commands;

internal static class EnvCommand
{
    public static Command Create(Terminal terminal)
    {
        _ = terminal;
        return new Command("env", "Show and make U-Boot environment images");
    }
}
