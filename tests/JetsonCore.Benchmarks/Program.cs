// Benchmarks against the tools of the field: each runs the tool and us in the same run, on the same input, as processes
// of their own, start-up included, and fails where we are slower, or take more memory, than we promise. scripts/bench
// starts it.
//
//   JetsonCore.Benchmarks [NAME…]                  all of them, or those whose names begin so
//   JetsonCore.Benchmarks --work NAME ARGUMENT…    our side of one, in this process
//   JetsonCore.Benchmarks --peak NAME ARGUMENT…    the same, and prints its peak memory
//   JetsonCore.Benchmarks --peak-of PROGRAM ARGUMENT…   runs a program and prints its peak memory
using JetsonCore.Benchmarks;

if (args is ["--work" or "--peak", .. string[] work])
{
    Work(work);
    if (args[0] == "--peak")
        Race.PrintPeakMemory();
    return 0;
}
if (args is ["--peak-of", .. string[] command])
{
    Command.PrintPeakMemoryOf(command);
    return 0;
}
using var folder = new BenchmarkFolder();
using var store = new EmptyStore();
bool isGood = true;
Race[] races =
[
    .. Ext4Benchmark.Races(folder), SquashFsBenchmark.Race(folder), TarballBenchmark.Race(folder),
    GptBenchmark.Race(folder), .. CheckBenchmark.Races(folder), ChainBenchmark.Race(folder, store),
    SeedBenchmark.Race(folder, store), .. InsideBenchmark.Races(folder),
];
foreach (Race race in races)
{
    if (args.Length == 0 || args.Any(name => race.Name.StartsWith(name, StringComparison.Ordinal)))
        isGood &= race.Run();
}
if (args.Length == 0 || args.Contains(LspBenchmark.Name))
    isGood &= LspBenchmark.Run();
return isGood ? 0 : 1;

static void Work(string[] work)
{
    switch (work)
    {
        case ["ext4", string from, string into, string bytes]:
            Ext4Benchmark.MakeImage(from, into, bytes);
            break;
        case ["squashfs", string from, string into]:
            SquashFsBenchmark.MakeImage(from, into);
            break;
        case ["tarball", string from, string into]:
            TarballBenchmark.MakeTarball(from, into);
            break;
        case ["gpt", string from, string into]:
            GptBenchmark.MakeDisk(from, into);
            break;
        default:
            throw new ArgumentException("no such work");
    }
}
