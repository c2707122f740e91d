// What a command reads as a whole: a file, or standard input under the name "-". Never more than a limit, since nobody
// knows what is there.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

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
        if (path != StandardInput && ArtefactFile.IsInside(path))
            return ReadInside(path, limitBytes);
        using Stream input = Open(path);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (input.Read(buffer) is > 0 and int read)
        {
            if (content.Length + read > limitBytes)
            {
                throw Longer(path, limitBytes);
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static byte[] ReadInside(string address, int limitBytes)
    {
        using var spool = new SpoolFolder();
        return Failures.About(address, () =>
        {
            using ArtefactFile file = ArtefactFile.Open(address, spool.Keep, ReadLimits.Default);
            return file.Content.Length <= limitBytes
                ? file.Content.ReadAll(limitBytes)
                : throw Longer(address, limitBytes);
        });
    }

    private static UserErrorException Longer(string path, int limitBytes) => new(
        FailureKind.Input, TooLong, NameOf(path), $"cannot read it: it is longer than {limitBytes} bytes",
        "name another file: what is read here is never that long");

    private static FileStream Open(string path)
    {
        if (path == StandardInput)
            return HostFile.OpenRead(new(0, ownsHandle: false), "<stdin>");
        if (HostFile.Exists(path))
            return HostFile.OpenRead(path);
        string reason = HostFile.IsFolder(path) ? "it is a folder" : "there is no such file";
        throw new UserErrorException(FailureKind.Environment, Unreadable, path, $"cannot read it: {reason}",
            $"name a file, or {StandardInput} for standard input");
    }
}
