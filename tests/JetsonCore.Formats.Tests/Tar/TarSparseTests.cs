// Sparse files in each of GNU tar's four ways: the bytes, the holes, and maps that lie.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Tar;

public class TarSparseTests
{
    /// <summary>More runs than a header has room for, and than one further block.</summary>
    private const int Runs = 40, RunLength = 5000, RunDistance = 1 << 20;

    private const long Length = (Runs * RunDistance) + 12345;

    public static string[] Formats => ["--format=oldgnu", "--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0"];

    public static TheoryData<string> FormatData => [.. Formats];

    [Theory]
    [MemberData(nameof(FormatData))]
    public void Sparse_files_by_gnu_tar_come_back(string format)
    {
        DirectoryNode tree = TarTree.Read(FileContent.Of(Archive(format)), ReadLimits.Default);
        Assert.Equal(["plain", "sparse"], tree.Walk().Select(item => item.Path));
        FileContent sparse = ((RegularFileNode)tree.Find("sparse")!).Content;
        Assert.Equal(Length, sparse.Length);
        using var folder = new TempFolder();
        byte[] expected = File.ReadAllBytes(SparseFile(folder));
        Assert.True(sparse.ReadAll((int)Length).AsSpan().SequenceEqual(expected));
        Assert.Equal(Runs, sparse.DataRanges().Count());
        Assert.InRange(sparse.DataRanges().Sum(range => range.Length), Runs * RunLength, Runs * 3 * 4096);
        Assert.Equal("plain"u8.ToArray(), ((RegularFileNode)tree.Find("plain")!).Content.ReadAll(9));
    }

    [Theory]
    [InlineData("0,5,3,1", 100, "has 1 bytes at 3 behind 5")]
    [InlineData("0,5,90,11", 100, "ends at 101 of 100")]
    [InlineData("0,600", 1000, "takes 600 of 512")]
    [InlineData("0", 100, "without a length")]
    [InlineData("-1,5", 100, "is none")]
    [InlineData("9223372036854775807,5", 100, "has 5 bytes at 9223372036854775807")]
    public void Maps_that_lie_are_refused(string map, int size, string message)
    {
        var records = new List<byte>();
        TarPax.Encode("GNU.sparse.size", Encoding.ASCII.GetBytes($"{size}"), records);
        TarPax.Encode("GNU.sparse.map", Encoding.ASCII.GetBytes(map), records);
        var archive = new byte[4 * 512];
        new TarHeader { Name = "x"u8.ToArray(), Type = TarType.PaxNext, SizeBytes = records.Count }.Encode(archive);
        records.CopyTo(archive, 512);
        new TarHeader { Name = "f"u8.ToArray(), Type = TarType.File, SizeBytes = 512 }.Encode(archive.AsSpan(1024));
        string refusal = Assert.Throws<MalformedDataException>(() =>
            TarTree.Read(FileContent.Of(archive), ReadLimits.Default)).Message;
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    internal static byte[] Archive(string format)
    {
        using var folder = new TempFolder();
        SparseFile(folder);
        folder.Write("plain", "plain");
        string[] formats = format.StartsWith("--sparse", StringComparison.Ordinal) ? ["--format=posix", format] : [format];
        OracleResult archive = Oracle.Run("tar", ["-C", folder.Path, "-c", "-S", "-b", "1", .. formats, "sparse", "plain"]);
        archive.MustSucceed();
        return archive.OutputBytes;
    }

    private static string SparseFile(TempFolder folder)
    {
        string path = folder.File("sparse");
        using FileStream file = File.Create(path);
        for (int run = 0; run < Runs; run++)
        {
            file.Position = (long)run * RunDistance;
            file.Write(new SeededRandom((ulong)run).Bytes(RunLength));
        }
        file.SetLength(Length);
        return path;
    }
}
