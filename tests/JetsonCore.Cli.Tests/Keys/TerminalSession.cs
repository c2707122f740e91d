// A program at a terminal of its own (script of util-linux makes it), typed at when it asks.
using System.Diagnostics;
using System.Text;
using JetsonCore.TestKit;
using Xunit.Sdk;

namespace JetsonCore.Cli.Tests.Keys;

internal static class TerminalSession
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a shell's command; what the terminal has shown, and how the command ended.</summary>
    /// <param name="command">The command.</param>
    /// <param name="environment">Variables for it.</param>
    /// <param name="answers">What to wait for, and what to type then.</param>
    public static (string Shown, int ExitCode) Run(string command, IReadOnlyDictionary<string, string> environment,
        params (string Question, string Answer)[] answers)
    {
        var start = new ProcessStartInfo(Oracle.Find("script")!, ["-qec", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        var shown = new StringBuilder();
        var clock = Stopwatch.StartNew();
        Task reading = Task.Run(() =>
        {
            var buffer = new byte[4096];
            while (process.StandardOutput.BaseStream.Read(buffer) is > 0 and int read)
            {
                lock (shown)
                    shown.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        });
        int seen = 0;
        foreach ((string question, string answer) in answers)
        {
            seen = WaitFor(question, seen);
            process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(answer));
            process.StandardInput.BaseStream.Flush();
        }
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new XunitException($"\"{command}\" did not end: {shown}");
        }
        reading.Wait();
        return (shown.ToString(), process.ExitCode);

        int WaitFor(string question, int from)
        {
            while (true)
            {
                lock (shown)
                {
                    int at = shown.ToString().IndexOf(question, from, StringComparison.Ordinal);
                    if (at >= 0)
                        return at + question.Length;
                }
                if (clock.Elapsed > Limit || process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                    throw new XunitException($"\"{command}\" never asked \"{question}\": {shown}");
                }
                Thread.Sleep(20);
            }
        }
    }
}
