// One comparison: a tool and we do the same several times by turns; the best time of each counts, since whatever else
// the machine does only ever makes things slower.
using System.Diagnostics;
using System.Globalization;

namespace JetsonCore.Benchmarks;

/// <summary>A tool of the field against our side of it.</summary>
/// <param name="name">What is compared.</param>
/// <param name="prepare">Makes the input; called once, when the race is run.</param>
internal sealed class Race(string name, Action prepare)
{
    public string Name { get; } = name;

    /// <summary>Our work and its arguments, or those of our program.</summary>
    public required string[] Ours { get; init; }

    /// <summary>Our program as it is published, where its start counts; else our side runs in this one.</summary>
    public string? Program { get; init; }

    /// <summary>The tool and its arguments.</summary>
    public required string[] Theirs { get; init; }

    /// <summary>What to call the tool; null for its name.</summary>
    public string? Peer { get; init; }

    /// <summary>What we and the tool make, to be removed before each run; empty where nothing is made.</summary>
    public required string[] Outputs { get; init; }

    /// <summary>Folders in which they do, to be removed likewise.</summary>
    public string[] Folders { get; init; } = [];

    /// <summary>What both find in their environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How many times both run.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How many times faster we promise to be.</summary>
    public required double RatioMin { get; init; }

    /// <summary>How many times faster we want to be; null where what we promise is all.</summary>
    public double? Goal { get; init; }

    /// <summary>Whether our side says how long each of its stages took (--timings), to be printed.</summary>
    public bool TellsTimings { get; init; }

    /// <summary>How many times larger our output may be; null where sizes say nothing.</summary>
    public double? SizeRatioMax { get; init; }

    /// <summary>The most memory that we promise to take; null where it does not matter.</summary>
    public int? PeakMebibytesMax { get; init; }

    /// <summary>What is asked besides, once both have run; prints what it finds and says whether promises hold.</summary>
    public Func<bool>? AndThen { get; init; }

    /// <summary>Makes the input.</summary>
    public Action Prepare { get; } = prepare;

    /// <summary>Prints this process's peak memory in bytes.</summary>
    public static void PrintPeakMemory()
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Runs both, prints one line, and says whether the promises hold.</summary>
    public bool Run()
    {
        Prepare();
        double ours = double.MaxValue, theirs = double.MaxValue, oursCpu = double.MaxValue, theirsCpu = double.MaxValue;
        long oursBytes = 0, theirsBytes = 0;
        string told = "";
        long peak = PeakMebibytesMax is null ? 0 : PeakBytes() >> 20;
        for (int round = 0; round < Rounds; round++)
        {
            Command peer = Time(Theirs);
            (theirs, theirsCpu) = (Math.Min(theirs, peer.Seconds), Math.Min(theirsCpu, peer.CpuSeconds));
            theirsBytes = OutputBytes(1);
            Command run = Time(
                Program is null ? [System.Environment.ProcessPath!, "--work", .. Ours] : [Program, .. Ours]);
            told = run.Seconds < ours ? run.Errors : told;
            (ours, oursCpu) = (Math.Min(ours, run.Seconds), Math.Min(oursCpu, run.CpuSeconds));
            oursBytes = OutputBytes(0);
        }
        double size = (double)oursBytes / theirsBytes;
        bool isGood = theirs >= RatioMin * ours && !(peak > PeakMebibytesMax) && !(size > SizeRatioMax);
        string sizes = SizeRatioMax is null ? "" : FormattableString.Invariant($"  size {size:f4} (<= {SizeRatioMax})");
        string peaks = PeakMebibytesMax is null ? "" : $"   peak {peak} MiB (<= {PeakMebibytesMax})";
        Console.WriteLine(FormattableString.Invariant(
            $"{Name,-14} {ours,8:f4} s   {Peer ?? Theirs[0]} {theirs,8:f4} s   {theirs / ours,5:f2} times faster ")
            + FormattableString.Invariant($"(>= {RatioMin:f2}){sizes}{peaks}{(isGood ? "" : "   FAILED")}"));
        Console.WriteLine(FormattableString.Invariant($"{"",-14} of processors {oursCpu:f4} s, {theirsCpu:f4} s"));
        if (Goal is { } goal)
        {
            string reached = theirs >= goal * ours ? "reached" : "not reached";
            Console.WriteLine(FormattableString.Invariant($"{"",-14} the goal of {goal} times is {reached}"));
        }
        if (TellsTimings)
            PrintTimings(told);
        return (AndThen is null || AndThen()) && isGood;
    }

    private static void PrintTimings(string errors)
    {
        foreach (string line in errors.Split('\n').Where(line => line.Contains(" s  ", StringComparison.Ordinal)))
            Console.WriteLine(line);
    }

    // A run of its own: asking for the peak takes as long as assembling a small disk.
    private long PeakBytes() => long.Parse(Time(Program is null
        ? [System.Environment.ProcessPath!, "--peak", .. Ours]
        : [System.Environment.ProcessPath!, "--peak-of", Program, .. Ours]).Output, CultureInfo.InvariantCulture);

    /// <summary>What the one before has left to write would cost this one.</summary>
    private void PrepareDisk()
    {
        if (Outputs.Length == 0)
            return;
        foreach (string folder in Folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (string output in Outputs.Where(File.Exists))
            File.Delete(output);
        Command.Run(["sync"]);
    }

    private long OutputBytes(int index) => Outputs.Length == 0 ? 0 : new FileInfo(Outputs[index]).Length;

    private Command Time(string[] command)
    {
        PrepareDisk();
        return Command.Run(command, Environment);
    }
}
