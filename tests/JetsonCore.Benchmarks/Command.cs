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
    private const int InputUnit = 512;

    /// <summary>Seconds of processors, of it and of all that it started.</summary>
    public double CpuSeconds { get; private init; }

    /// <summary>How much was read from the disk, and not from memory that keeps it.</summary>
    public long DiskBytes { get; private init; }

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
        ResourceUsage before = UsageOfChildren();
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = watch.Elapsed.TotalSeconds;
        ResourceUsage after = UsageOfChildren();
        return process.ExitCode == 0
            ? new(seconds, text, errors.Result)
            {
                CpuSeconds = after.CpuSeconds - before.CpuSeconds,
                DiskBytes = (after.InputBlocks - before.InputBlocks) * InputUnit,
            }
            : throw new InvalidOperationException($"\"{string.Join(' ', command)}\" ended with {process.ExitCode}: "
                + string.Join(' ', errors.Result.Split('\n').TakeLast(5)));
    }

    /// <summary>Runs a program and prints the peak of its memory in bytes, if this process runs no other.</summary>
    public static void PrintPeakMemoryOf(string[] command)
    {
        Run(command);
        Console.WriteLine((UsageOfChildren().ResidentKibibytesMax << 10).ToString(CultureInfo.InvariantCulture));
    }

    private static ResourceUsage UsageOfChildren() => GetResourceUsage(Children, out ResourceUsage usage) == 0
        ? usage : throw new InvalidOperationException("the system does not tell what a program used");

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetResourceUsage(int who, out ResourceUsage usage);

    /// <summary>struct rusage of Linux: two times of two words each, then fourteen words.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 18 * 8)]
    private struct ResourceUsage
    {
        [FieldOffset(0 * 8)]
        public long UserSeconds;

        [FieldOffset(1 * 8)]
        public long UserMicroseconds;

        [FieldOffset(2 * 8)]
        public long SystemSeconds;

        [FieldOffset(3 * 8)]
        public long SystemMicroseconds;

        [FieldOffset(4 * 8)]
        public long ResidentKibibytesMax;

        [FieldOffset(11 * 8)]
        public long InputBlocks;

        public readonly double CpuSeconds =>
            UserSeconds + SystemSeconds + ((UserMicroseconds + SystemMicroseconds) / 1e6);
    }
}
