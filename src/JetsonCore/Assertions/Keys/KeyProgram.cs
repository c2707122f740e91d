// Starts the program that holds a key: gpg, or the one that SNAPD_EXT_KEYMGR names. One of two files that start another
// program; a test tells them apart from all others by name. Nothing is started but for a key of that program.
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Assertions.Keys;

#pragma warning disable RS0030 // A private key that a program holds is out of reach for every other: see src/README.md
internal static class KeyProgram
{
    private const int ErrorShown = 1000, AnswerMax = 16 << 20, ChunkSize = 1 << 16;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path; a bare name is looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="UserErrorException">It is not there, or ends with another exit code than 0.</exception>
    public static byte[] Run(string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        var start = new ProcessStartInfo(PathOf(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // So that gpg's agent knows where to ask for a passphrase, wherever its own input comes from.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("GPG_TTY")) && OwnTerminal() is { } terminal)
            start.Environment["GPG_TTY"] = terminal;
        using Process process = Start(start, program);
        Task<byte[]> output = Task.Run(() => ReadAll(process.StandardOutput.BaseStream, process));
        Task<byte[]> errors = Task.Run(() => ReadAll(process.StandardError.BaseStream, process));
        try
        {
            process.StandardInput.BaseStream.Write(input.Span);
            process.StandardInput.Close();
        }
        catch (IOException)             // it reads nothing; its exit code says whether that was wrong
        {
        }
        process.WaitForExit();
        Task.WaitAll(output, errors);
        string asked = $"\"{program} {string.Join(' ', arguments)}\"";
        if (output.Result.Length > AnswerMax || errors.Result.Length > AnswerMax)
            throw Fail($"cannot go on: {asked} answered more than {AnswerMax} bytes, and was ended");
        return process.ExitCode == 0 ? output.Result : throw Fail(
            $"cannot go on: {asked} ended with {process.ExitCode}",
            Words(Encoding.UTF8.GetString(errors.Result)) is { Length: > 0 } said ? $"it said: {said}" : null);
    }

    /// <summary>Reads to the end, or a little more than an answer may have: then the program is ended.</summary>
    private static byte[] ReadAll(Stream stream, Process process)
    {
        var bytes = new MemoryStream();
        var chunk = new byte[ChunkSize];
        while (stream.Read(chunk) is > 0 and int count)
        {
            bytes.Write(chunk, 0, count);
            if (bytes.Length > AnswerMax)
            {
                process.Kill(entireProcessTree: true);
                break;
            }
        }
        return bytes.ToArray();
    }

    /// <summary>The failure of a program that answered what cannot be used.</summary>
    public static UserErrorException Fail(string message, string? hint = null) =>
        new(FailureKind.Environment, KeyRules.Program, null, message, hint);

    /// <summary>The path of a program in PATH, or null. The class library would try the current folder first.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(HostFile.Exists);

    private static Process Start(ProcessStartInfo start, string program)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw Fail($"cannot start \"{program}\", which holds the key: {exception.Message}");
        }
    }

    private static string PathOf(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return Path.GetFullPath(program);
        return Find(program)
            ?? throw Fail($"cannot start \"{program}\", which holds the key: it is not in PATH",
                program == GpgKeyring.DefaultProgram ? "install it: apt-get install gnupg" : null);
    }

    private static string? OwnTerminal()
    {
        foreach (int descriptor in (int[])[0, 2, 1])
        {
            if (Posix.IsTerminal(descriptor))
                return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        }
        return null;
    }

    private static string Words(string errors)
    {
        var words = new StringBuilder();
        const StringSplitOptions Tidied = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (string line in errors.Split('\n', Tidied))
            words.Append(words.Length > 0 ? "; " : "").Append(line);
        return words.Length <= ErrorShown ? words.ToString() : words.ToString(0, ErrorShown) + " …";
    }
}
#pragma warning restore RS0030
