// Looking into artefacts: what differs between two squashfs of a kernel's drivers, against diffoscope; and a file out of
// a squashfs in an ext4, against debugfs, which needs a copy, and unsquashfs.
namespace JetsonCore.Benchmarks;

internal static class InsideBenchmark
{
    private const double DiffRatioMin = 2, CatRatioMin = 1;
    private const int PeakMebibytesMax = 250, Rounds = 3;

    public static IEnumerable<Race> Races(BenchmarkFolder folder)
    {
        string program = Environment.GetEnvironmentVariable("JETSON_CORE") ?? "jetson-core";
        string before = folder.File("before.squashfs"), after = folder.File("after.squashfs");
        string image = folder.File("outer.ext4"), copy = folder.File("copy.squashfs");
        void Prepare() => Make(folder.File("drivers"), before, after, image);

        // Both end with 1 where there is a difference.
        yield return new("inside-diff", Prepare)
        {
            Program = "sh",
            Ours = ["-c", "\"$0\" diff \"$1\" \"$2\" > /dev/null; test $? = 1", program, before, after],
            Theirs = ["sh", "-c", "diffoscope \"$0\" \"$1\" > /dev/null; test $? = 1", before, after],
            Peer = "diffoscope",
            Outputs = [],
            Rounds = Rounds,
            RatioMin = DiffRatioMin,
            PeakMebibytesMax = PeakMebibytesMax,
        };
        yield return new("inside-cat", Prepare)
        {
            Program = program,
            Ours = ["fs", "cat", $"{image}:before.squashfs:marker"],
            Theirs =
            [
                "sh", "-ec", "debugfs -R \"dump /before.squashfs $1\" \"$0\" 2> /dev/null; unsquashfs -cat \"$1\" marker", image, copy,
            ],
            Peer = "debugfs, unsquashfs",
            Outputs = [],
            RatioMin = CatRatioMin,
        };
    }

    /// <summary>Two squashfs that differ in a line of a file, and an ext4 with the first.</summary>
    private static void Make(string tree, string before, string after, string image)
    {
        if (Directory.Exists(tree))
            return;
        KernelPackage.Extract(tree, path => path.Contains("/drivers/net/", StringComparison.Ordinal));
        foreach ((string name, string text) in ((string, string)[])[(before, "one\n"), (after, "two\n")])
        {
            File.WriteAllText(Path.Combine(tree, "marker"), text);
            Command.Run(["mksquashfs", tree, name, "-comp", "gzip", "-quiet", "-no-progress"]);
        }
        string outer = Directory.CreateDirectory($"{tree}-outer").FullName;
        File.Copy(before, Path.Combine(outer, "before.squashfs"));
        Command.Run(["mke2fs", "-q", "-t", "ext4", "-d", outer, image, "256M"]);
    }
}
