// Benchmarks against the tools of the field: each runs the tool and us in the same run, on the same input, as processes
// of their own, start-up included, and fails where we are slower, or take more memory, than we promise. scripts/bench
// starts it.
//
//   JetsonCore.Benchmarks [NAME…]                  all of them, or those whose names begin so
//   JetsonCore.Benchmarks --work NAME ARGUMENT…    our side of one, in this process; prints its peak memory
using JetsonCore.Benchmarks;

switch (args)
{
    case ["--work", "ext4", string from, string into, string bytes]:
        Ext4Benchmark.MakeImage(from, into, bytes);
        Race.PrintPeakMemory();
        return 0;
    case ["--work", "squashfs", string from, string into]:
        SquashFsBenchmark.MakeImage(from, into);
        Race.PrintPeakMemory();
        return 0;
    case ["--work", "tarball", string from, string into]:
        TarballBenchmark.MakeTarball(from, into);
        Race.PrintPeakMemory();
        return 0;
    case ["--work", "gpt", string from, string into]:
        GptBenchmark.MakeDisk(from, into);
        Race.PrintPeakMemory();
        return 0;
}
using var folder = new BenchmarkFolder();
bool isGood = true;
Race[] races =
[
    .. Ext4Benchmark.Races(folder), SquashFsBenchmark.Race(folder), TarballBenchmark.Race(folder),
    GptBenchmark.Race(folder), .. CheckBenchmark.Races(folder),
];
foreach (Race race in races)
{
    if (args.Length == 0 || args.Any(name => race.Name.StartsWith(name, StringComparison.Ordinal)))
        isGood &= race.Run();
}
return isGood ? 0 : 1;
