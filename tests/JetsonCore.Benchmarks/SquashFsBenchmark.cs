// A squashfs of a kernel and its network drivers, some 90 MB, against mksquashfs with the same compressor, block size
// and processors.
using JetsonCore.Files;
using JetsonCore.Formats.SquashFs;

namespace JetsonCore.Benchmarks;

internal static class SquashFsBenchmark
{
    private const int BlockSize = 128 << 10, PeakMebibytesMax = 200, Rounds = 2;
    private const double RatioMin = 1, SizeRatioMax = 1.01;

    public static Race Race(BenchmarkFolder folder)
    {
        string input = folder.File("squashfs");
        string ours = folder.File("ours.squashfs"), theirs = folder.File("theirs.squashfs");
        return new("squashfs", () => KernelPackage.Extract(input, IsChosen))
        {
            Ours = ["squashfs", input, ours],
            Theirs =
            [
                "mksquashfs", input, theirs, "-comp", "xz", "-b", $"{BlockSize}", "-all-root", "-no-fragments",
                "-processors", $"{Environment.ProcessorCount}", "-no-progress", "-quiet",
            ],
            Outputs = [ours, theirs],
            Rounds = Rounds,
            RatioMin = RatioMin,
            SizeRatioMax = SizeRatioMax,
            PeakMebibytesMax = PeakMebibytesMax,
        };
    }

    /// <summary>Our side.</summary>
    public static void MakeImage(string from, string into)
    {
        using FileStream target = new(into, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        SquashFsWriter.Write(FolderTree.Read(from), new() { BlockSize = BlockSize, AllRoot = true }, target);
    }

    private static bool IsChosen(string path) => path.StartsWith("boot/vmlinuz", StringComparison.Ordinal)
        || path.Contains("/drivers/net/", StringComparison.Ordinal);
}
