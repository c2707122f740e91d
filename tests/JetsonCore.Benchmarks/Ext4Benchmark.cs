// ext4 of 1 GiB, in few large files and in 50 000 small ones, against mke2fs -d with the same features.
using System.Globalization;
using JetsonCore.Files;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Benchmarks;

internal static class Ext4Benchmark
{
    private const int SmallFiles = 50_000, SmallFilesPerFolder = 500, LargeFiles = 8, PeakMebibytesMax = 190;
    private const long ContentBytes = 1L << 30, ImageBytes = 1500L << 20;
    private const double RatioMin = 2;

    // More than usual: we wait for the disk, whose speed varies more than the processor's, and mke2fs hardly does.
    private const int Rounds = 10;

    public static IEnumerable<Race> Races(BenchmarkFolder folder)
    {
        yield return Make(folder, "ext4-large", path => WriteFiles(path, LargeFiles, _ => ContentBytes / LargeFiles));
        yield return Make(folder, "ext4-small", path => WriteFiles(path, SmallFiles,
            index => index * 2 * ContentBytes / SmallFiles / SmallFiles));
    }

    /// <summary>Our side: what `mke2fs -d` does, the image flushed to the disk as it does.</summary>
    public static void MakeImage(string from, string into, string sizeBytes)
    {
        Ext4Options options = Ext4Options.Writable("bench", new Guid("d190a50a-dc7d-4437-8cc4-af5090e0af0d"),
            new Guid("f7624b45-b1bc-4f16-9112-32bc20dec47c"), new FileTime(1_573_659_600));
        long size = long.Parse(sizeBytes, CultureInfo.InvariantCulture);
        DirectoryNode tree = FolderTree.Read(from, new() { OwnedByRoot = false, ExtendedAttributes = true });
        Ext4Plan plan = Ext4Writer.Plan(tree, options, size);
        using FileStream target = new(into, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        using var writeback = new EarlyWriteback(target.SafeFileHandle);
        Ext4Writer.Write(plan, target, 0);
        target.Flush(flushToDisk: true);
    }

    private static Race Make(BenchmarkFolder folder, string name, Action<string> writeInput)
    {
        string input = folder.File(name), ours = folder.File("ours"), theirs = folder.File("theirs");
        string features = Ext4FeatureNames.Describe(Ext4Options.WritableFeatures).Replace(' ', ',');
        return new(name, () => writeInput(input))
        {
            Ours = ["ext4", input, ours, ImageBytes.ToString(CultureInfo.InvariantCulture)],
            Theirs =
            [
                "mke2fs", "-q", "-b", "4096", "-I", "256", "-i", "16384", "-O", $"none,{features}",
                "-E", "lazy_itable_init=0,lazy_journal_init=0", "-d", input, theirs, $"{ImageBytes >> 20}M",
            ],
            Outputs = [ours, theirs],
            Rounds = Rounds,
            RatioMin = RatioMin,
            PeakMebibytesMax = PeakMebibytesMax,
        };
    }

    private static void WriteFiles(string path, int count, Func<int, long> length)
    {
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        for (int index = 0; index < count; index++)
        {
            string parent = Path.Combine(path, $"{index / SmallFilesPerFolder}");
            Directory.CreateDirectory(parent);
            using FileStream file = File.Create(Path.Combine(parent, $"file {index}"));
            for (long left = length(index); left > 0; left -= noise.Length)
                file.Write(noise, 0, (int)Math.Min(left, noise.Length));
        }
    }
}
