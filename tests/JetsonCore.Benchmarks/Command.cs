// Runs a program and measures it.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace JetsonCore.Benchmarks;

/// <summary>How a program ran.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it said besides.</param>
internal sealed record Command(double Seconds, string Output, string Errors)
{
    private const int Children = -1;        // RUSAGE_CHILDREN

    /// <summary>Runs a program that must succeed.</summary>
    public static Command Run(string[] command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new(seconds, text, errors.Result)
            : throw new InvalidOperationException($"\"{string.Join(' ', command)}\" ended with {process.ExitCode}: "
                + string.Join(' ', errors.Result.Split('\n').TakeLast(5)));
    }

    /// <summary>Runs a program and prints the peak of its memory in bytes, if this process runs no other.</summary>
    public static void PrintPeakMemoryOf(string[] command)
    {
        Run(command);
        if (GetResourceUsage(Children, out ResourceUsage usage) != 0)
            throw new InvalidOperationException("the system does not tell what the program used");
        Console.WriteLine((usage.ResidentKibibytesMax << 10).ToString(CultureInfo.InvariantCulture));
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetResourceUsage(int who, out ResourceUsage usage);

    /// <summary>struct rusage of Linux: two times of two words each, then fourteen words.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 18 * 8)]
    private struct ResourceUsage
    {
        [FieldOffset(4 * 8)]
        public long ResidentKibibytesMax;
    }
}
