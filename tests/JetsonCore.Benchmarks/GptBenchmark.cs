// Putting partitions together to a disk with a GPT, against copying a file of the same bytes with cp --sparse=always.
using JetsonCore.Files;
using JetsonCore.Formats.Gpt;

namespace JetsonCore.Benchmarks;

internal static class GptBenchmark
{
    private const int SectorSize = 512, PeakMebibytesMax = 200, PieceBytes = 1 << 20, Partitions = 3;
    private const long PartitionBytes = 513L << 20, FirstLba = 2048;
    private const double RatioMin = 1 / 1.3;

    public static Race Race(BenchmarkFolder folder)
    {
        string input = folder.File("gpt"), ours = folder.File("ours.img"), theirs = folder.File("theirs.img");
        return new("gpt", () => MakeInput(input))
        {
            Ours = ["gpt", input, ours],
            Theirs = ["cp", "--sparse=always", Path.Combine(input, "disk"), theirs],
            Outputs = [ours, theirs],
            RatioMin = RatioMin,
            PeakMebibytesMax = PeakMebibytesMax,
        };
    }

    /// <summary>Our side: what a build does with its partitions.</summary>
    public static void MakeDisk(string from, string into)
    {
        long sectors = PartitionBytes / SectorSize;
        var table = new GptTable
        {
            DiskGuid = new(1, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8]),
            DiskSizeBytes = (Partitions * PartitionBytes) + (2 * FirstLba * SectorSize),
            Entries =
            [
                .. Enumerable.Range(0, Partitions).Select(index => new GptEntry
                {
                    Number = index + 1,
                    TypeGuid = new("0fc63daf-8483-4772-8e79-3d69d8477de4"),
                    PartitionGuid = new(index, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8]),
                    FirstLba = FirstLba + (index * sectors),
                    LastLba = FirstLba + ((index + 1) * sectors) - 1,
                }),
            ],
        };
        using FileStream target = new(into, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        target.SetLength(table.DiskSizeBytes);
        for (int index = 0; index < Partitions; index++)
        {
            using FileStream partition = File.OpenRead(Path.Combine(from, $"{index}"));
            target.Position = table.StartBytes(table.Entries[index]);
            SparseCopy.CopyFile(partition, target);
        }
        GptWriter.Write(target, table);
    }

    /// <summary>Partitions with content in the first two of three MiB, and the disk of them for cp.</summary>
    private static void MakeInput(string into)
    {
        Directory.CreateDirectory(into);
        var random = new Random(1);
        var piece = new byte[PieceBytes];
        for (int index = 0; index < Partitions; index++)
        {
            using FileStream partition = File.Create(Path.Combine(into, $"{index}"));
            partition.SetLength(PartitionBytes);
            for (long at = 0; at < PartitionBytes; at += 3 * PieceBytes)
            {
                random.NextBytes(piece);
                partition.Position = at;
                partition.Write(piece);
                partition.Write(piece);
            }
        }
        MakeDisk(into, Path.Combine(into, "disk"));
    }
}
