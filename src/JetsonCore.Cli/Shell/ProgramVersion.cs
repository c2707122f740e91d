// The version of this program, as its build has written it down.
using System.Reflection;

namespace JetsonCore.Cli.Shell;

internal static class ProgramVersion
{
    /// <summary>The version, with the commit behind "+".</summary>
    public static string Text => typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
