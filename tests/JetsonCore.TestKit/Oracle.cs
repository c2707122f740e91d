// The real tools of the field, as judges of what we write. A test whose judge is missing fails and says how to get it.
using System.Diagnostics;
using System.Text;

namespace JetsonCore.TestKit;

/// <summary>What a tool said.</summary>
public sealed record OracleResult(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The output, if the tool was content.</summary>
    public string MustSucceed() => ExitCode == 0
        ? Output
        : throw new Xunit.Sdk.XunitException($"the tool ended with {ExitCode}\n{Output}\n{Error}");

    /// <summary>What was said where the tool ended with this code.</summary>
    public string MustFail(int exitCode) => ExitCode == exitCode
        ? Error
        : throw new Xunit.Sdk.XunitException($"the tool ended with {ExitCode}, not {exitCode}\n{Output}\n{Error}");
}

public static class Oracle
{
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The full path of a tool, or null.</summary>
    public static string? Find(string tool) =>
        Folders.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    /// <summary>Runs a tool with a limit in time; its absence is a failure.</summary>
    public static OracleResult Run(string tool, params string[] arguments) =>
        Run(new OracleCall(tool) { Arguments = arguments });

    public static OracleResult Run(OracleCall call)
    {
        string path = Find(call.Tool)
            ?? throw new Xunit.Sdk.XunitException($"the judge \"{call.Tool}\" is missing: run scripts/check, which installs it");
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = call.Folder ?? Path.GetTempPath(),
        };
        foreach (string argument in call.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("SOURCE_DATE_EPOCH");       // a person's own must not reach the judges
        foreach ((string name, string value) in call.Environment)
            start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        using Process process = Process.Start(start)!;
        var output = new MemoryStream();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (call.Input is { } input)
            process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(call.TimeLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new Xunit.Sdk.XunitException($"\"{call.Tool}\" did not end within {call.TimeLimit}");
        }
        Task.WaitAll(copying, error);
        return new(process.ExitCode, output.ToArray(), error.Result);
    }
}

/// <summary>How to call a tool.</summary>
public sealed record OracleCall(string Tool)
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public byte[]? Input { get; init; }

    public string? Folder { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(2);
}
