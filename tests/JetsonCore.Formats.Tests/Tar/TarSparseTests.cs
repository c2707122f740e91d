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
    [InlineData("tar")]
    [InlineData("bsdtar")]
    public void Others_unpack_the_holes_that_we_leave_out(string tool)
    {
        using var folder = new TempFolder();
        var tree = new DirectoryNode();
        FileContent[] contents =
        [
            Holes(5L << 30, (0, 100), (4096, 700), (3L << 30, 5000)), Holes(1 << 20), Holes(100_001, (99_999, 2)),
            Holes(3000, (0, 3000)), FileContent.Of("plain"u8.ToArray()),
            Holes(200_000_000, [.. Enumerable.Range(0, 3000).Select(index => (index * 50_000L, 10L))]),
        ];
        for (int index = 0; index < contents.Length; index++)
            tree.SetPath($"folder-ü/{index}", new RegularFileNode(FileMetadata.File, contents[index]));
        tree.Set("twin", tree.Find("folder-ü/0")!);
        string archive = folder.File("a.tar"), target = folder.File("out");
        using (FileStream stream = File.Create(archive))
            TarTreeWriter.Write(stream, tree, options: new() { Sparse = true });
        Assert.True(new FileInfo(archive).Length < 3_000_000);
        DirectoryNode read = TarTree.Read(FileContent.Of(File.ReadAllBytes(archive)), ReadLimits.Default);
        Directory.CreateDirectory(target);
        Oracle.Run(tool, "-C", target, "-xf", archive).MustSucceed();
        for (int index = 0; index < contents.Length; index++)
        {
            string path = $"folder-ü/{index}";
            Assert.Equal(contents[index].Length, new FileInfo(folder.File("out", path)).Length);
            Assert.Equal(Digest(contents[index]), Digest(((RegularFileNode)read.Find(path)!).Content));
            using FileStream theirs = File.OpenRead(folder.File("out", path));
            foreach (ContentRange range in contents[index].DataRanges(512))
            {
                theirs.Position = range.Start;
                var bytes = new byte[range.Length];
                theirs.ReadExactly(bytes);
                Assert.Equal(Part(contents[index], range), bytes);
            }
        }
        Assert.Same(read.Find("twin"), read.Find("folder-ü/0"));
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

    /// <summary>A file of which only some runs are no holes.</summary>
    private static FileContent Holes(long length, params (long Start, long Length)[] runs) => new(length,
        () => new HoleStream(length), () => runs.Select(run => new ContentRange(run.Start, run.Length)));

    private static string Digest(FileContent content) => string.Join(' ',
        content.DataRanges(512).Select(range => Convert.ToHexString(
            System.Security.Cryptography.SHA256.HashData(Part(content, range)).AsSpan(0, 4)))
            .Prepend($"{content.Length}"));

    private static byte[] Part(FileContent content, ContentRange range)
    {
        using Stream stream = content.Open();
        return stream.ReadBytesAt(range.Start, (int)range.Length);
    }

    /// <summary>Bytes that follow from their place, where data are asked for.</summary>
    private sealed class HoleStream(long length) : SeekableReadStream
    {
        public override long Length => length;

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Clamp(length - Position, 0, buffer.Length);
            for (int index = 0; index < count; index++)
                buffer[index] = (byte)((Position + index) % 251);
            Position += count;
            return count;
        }
    }
}
