// Benchmarks against the tools of the field: each runs the tool and us in the same run, on the same input, as processes
// of their own, start-up included, and fails where we are slower, or take more memory, than we promise. scripts/bench
// starts it.
//
//   JetsonCore.Benchmarks [NAME…]                  all of them, or those whose names begin so
//   JetsonCore.Benchmarks --work NAME ARGUMENT…    our side of one, in this process; prints its peak memory
using JetsonCore.Benchmarks;

if (args is ["--work", "ext4", string from, string into, string bytes])
{
    Ext4Benchmark.MakeImage(from, into, bytes);
    Race.PrintPeakMemory();
    return 0;
}
using var folder = new BenchmarkFolder();
bool isGood = true;
foreach (Race race in Ext4Benchmark.Races(folder))
{
    if (args.Length == 0 || args.Any(name => race.Name.StartsWith(name, StringComparison.Ordinal)))
        isGood &= race.Run();
}
return isGood ? 0 : 1;
