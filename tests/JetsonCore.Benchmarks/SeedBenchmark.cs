// The seed alone: the four snaps of the TX1 digested, judged and copied. The field does it with snap sign and snap
// prepare-image; ours goes on to file systems, the disk image, its verification and all sums in the same run.
//
// A digest is wanted before anything is decided (the revision, and with it the names of files; whether the seed is
// refused), and so before a snap is copied. What that costs is measured here: how much is read from the disk, whose bytes
// are in memory when they are copied.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Benchmarks;

internal static class SeedBenchmark
{
    private const string Name = "seed";
    private const int DontNeed = 4;         // POSIX_FADV_DONTNEED

    // Measured while other work kept both processors busy: 0.6; by processors 2.9 s against 2.0.
    private const double RatioMin = 0.5;

    // What is read besides: the model, the key, parts of the program.
    private const double ReadRatioMax = 1.1;

    public static Race Race(BenchmarkFolder folder, EmptyStore store)
    {
        string ours = folder.File("seed-ours"), theirs = folder.File("seed-theirs");
        Race chain = ChainBenchmark.Race(folder, store);
        return new(Name, chain.Prepare)
        {
            Program = chain.Program,
            Ours = [.. chain.Ours[..^1], ours, "--flash-target", "none"],
            Theirs = ["sh", "-ec", $"{ChainBenchmark.Seed}\n{ChainBenchmark.EndAgent}", "seed", theirs, folder.File("model.json")],
            Peer = "snap prepare-image",
            Folders = [ours, theirs],
            Outputs = [Path.Combine(ours, "SHA256SUMS"), Path.Combine(theirs, "tx1.model")],
            Environment = chain.Environment,
            RatioMin = RatioMin,
            TellsTimings = true,
            AndThen = () => ReadsOnce([chain.Program!, .. chain.Ours[..^1], ours, "--flash-target", "none", "--force"], chain),
        };
    }

    /// <summary>Whether a build reads no more from the disk than the snaps have.</summary>
    private static bool ReadsOnce(string[] build, Race race)
    {
        long snaps = 0;
        foreach (string path in ChainBenchmark.Snaps)
        {
            snaps += new FileInfo(path).Length;
            using SafeFileHandle file = File.OpenHandle(path);
            if (Advise(file, 0, 0, DontNeed) != 0)
                throw new InvalidOperationException($"the system keeps \"{path}\" in memory");
        }
        long read = Command.Run(build, race.Environment).DiskBytes;
        bool isGood = read <= snaps * ReadRatioMax;
        Console.WriteLine(FormattableString.Invariant(
            $"{"",-14} {read} bytes read from the disk, the snaps have {snaps}{(isGood ? "" : "   FAILED")}"));
        return isGood;
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
