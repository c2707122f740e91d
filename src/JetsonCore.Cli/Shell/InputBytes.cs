// What a command reads as a whole: a file, or standard input under the name "-". Never more than a limit, since nobody
// knows what is there.
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Shell;

internal static class InputBytes
{
    /// <summary>The argument that stands for standard input.</summary>
    public const string StandardInput = "-";

    private static readonly Rule Unreadable = new("JC9118", Severity.Error, "an input is a file that can be read");
    private static readonly Rule TooLong = new("JC5009", Severity.Error, "an input is no longer than its kind can be");

    /// <summary>How messages name the input.</summary>
    public static string NameOf(string path) => path == StandardInput ? "<stdin>" : path;

    /// <summary>All bytes of the input.</summary>
    /// <exception cref="UserErrorException">There is no such file, or it has more bytes.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string path, int limitBytes)
    {
        using Stream input = Open(path);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (input.Read(buffer) is > 0 and int read)
        {
            if (content.Length + read > limitBytes)
            {
                throw new UserErrorException(FailureKind.Input, TooLong, NameOf(path),
                    $"cannot read it: it is longer than {limitBytes} bytes",
                    "name another file: what is read here is never that long");
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static Stream Open(string path)
    {
        if (path == StandardInput)
            return Console.OpenStandardInput();
        if (File.Exists(path))
            return File.OpenRead(path);
        string reason = Directory.Exists(path) ? "it is a folder" : "there is no such file";
        throw new UserErrorException(FailureKind.Environment, Unreadable, path, $"cannot read it: {reason}",
            $"name a file, or {StandardInput} for standard input");
    }
}
