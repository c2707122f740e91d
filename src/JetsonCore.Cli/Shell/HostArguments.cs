// The program's arguments byte for byte. The class library decodes them as UTF-8, and of what is none it makes U+FFFD:
// files of such names could not be named. The system has the bytes, and strings of ours carry them (NodeName).
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Shell;

internal static class HostArguments
{
    private const string CommandLine = "/proc/self/cmdline";
    private const int LengthMax = 8 << 20;      // Linux takes no more: a quarter of the stack's limit

    /// <summary>The arguments as the system has them.</summary>
    /// <param name="decoded">The arguments as the class library has decoded them.</param>
    public static string[] Of(string[] decoded)
    {
        if (!Array.Exists(decoded, argument => argument.Contains('\uFFFD')) || !HostFile.Exists(CommandLine))
            return decoded;
        string[] all = NodeName.Decode(HostFile.ReadAll(CommandLine, LengthMax)).Split('\0');
        // Each ends with NUL; before ours are the program and, where there is one, its runtime's own.
        return all.Length > decoded.Length ? all[^(decoded.Length + 1)..^1] : decoded;
    }
}
