// .xz by blocks: xz tests, lists and reads it; noise is stored, zeros cost nothing, and the number of workers does not
// show in the bytes.
using JetsonCore.Formats.Compression;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Compression;

public class XzBlockWriterTests
{
    private const int Block = 4 << 20;

    private static byte[] Noise { get; } = new SeededRandom(3).Bytes(Block + 70_000);

    public static TheoryData<string, int> Contents => new()
    {
        { "empty", 0 }, { "one", 0 }, { "text", 1 }, { "mixed", 1 }, { "mixed", 6 }, { "noise", 1 }, { "zeros", 1 },
        { "borders", 2 }, { "repeated noise", 0 },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void Xz_tests_lists_and_reads_it(string name, int level)
    {
        byte[] plain = Plain(name);
        byte[] compressed = Write(plain, level);
        Xz(compressed, "-t").MustSucceed();
        OracleResult read = Xz(compressed, "-dc", "-T2");
        read.MustSucceed();
        Assert.Equal(plain, read.OutputBytes);
        Assert.Equal(plain, Samples.Read(compressed, CompressionFormat.Xz));
        using var folder = new TempFolder();
        string list = Oracle.Run("xz", "-lvv", folder.Write("file.xz", compressed)).MustSucceed();
        Assert.Matches("Check: +CRC64\n", list);
        int blocks = (plain.Length + Block - 1) / Block;
        Assert.Matches($@"Blocks: +{blocks}\n", list);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_workers_or_on_the_writes()
    {
        byte[] plain = [.. Plain("borders"), .. Plain("mixed")];
        byte[] one = Write(plain, level: 1, inFlight: 1);
        Assert.Equal(one, Write(plain, level: 1, inFlight: 2));
        Assert.Equal(one, Write(plain, level: 1, inFlight: 7, writeLength: 5_000_011));
        Assert.Equal(one, Write(plain, level: 1));
    }

    [Fact]
    public void Noise_is_stored_and_grows_by_less_than_a_thousandth() =>
        Assert.InRange(Write(Noise, level: 1).Length, Noise.Length, Noise.Length + (Noise.Length / 1000));

    [Fact]
    public void Noise_that_comes_back_in_its_block_is_compressed() =>
        Assert.InRange(Write(Plain("repeated noise"), level: 1).Length, 500_000, 520_000);

    [Fact]
    public void A_gibibyte_of_zeros_takes_less_than_a_ten_thousandth()
    {
        var target = new MemoryStream();
        using (CompressionStream stream = Compressor.OpenWriteXzBlocks(target))
        {
            var zeros = new byte[1 << 20];
            for (int count = 0; count < 1024; count++)
                stream.Write(zeros);
        }
        Assert.InRange(target.Length, 0, (1 << 30) / 5000);
    }

    [Fact]
    public void A_write_can_be_cancelled_and_leaves_no_end()
    {
        using var source = new CancellationTokenSource();
        var target = new MemoryStream();
        using (CompressionStream stream = Compressor.OpenWriteXzBlocks(target, cancellation: source.Token))
        {
            stream.Write(Noise);
            source.Cancel();
            Assert.Throws<OperationCanceledException>(() => stream.Write(Noise));
        }
        Assert.NotEqual(0, Xz(target.ToArray(), "-t").ExitCode);
    }

    [Fact]
    public void Levels_that_would_only_need_more_memory_are_as_the_sixth()
    {
        byte[] Compress(int level)
        {
            var target = new MemoryStream();
            using (CompressionStream stream = Compressor.OpenWriteXzBlocks(target, level))
                stream.Write(Samples.Text);
            return target.ToArray();
        }
        Assert.Equal(Compress(6), Compress(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Compressor.OpenWriteXzBlocks(Stream.Null, 10));
    }

    private static byte[] Plain(string name) => name switch
    {
        "empty" => [],
        "one" => [42],
        "text" => Samples.Text,
        "mixed" => Samples.Mixed,
        "noise" => Noise,
        "zeros" => new byte[(3 * Block) + 5],
        "borders" => [.. Noise.AsSpan(0, 65_537), .. Samples.Text, .. new byte[Block - 100], .. Noise, .. Samples.Text],
        "repeated noise" => [.. Noise.AsSpan(0, 500_000), .. Noise.AsSpan(0, 500_000)],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static OracleResult Xz(byte[] compressed, params string[] arguments) =>
        Oracle.Run(new OracleCall("xz") { Arguments = arguments, Input = compressed });

    private static byte[] Write(
        byte[] plain, int level, int inFlight = XzBlockWriter.UsualInFlight, int writeLength = 100_003)
    {
        var target = new MemoryStream();
        using (var stream = new CompressionStream(new XzBlockWriter(target, (uint)level, inFlight, null, default)))
        {
            for (int start = 0; start < plain.Length; start += writeLength)
                stream.Write(plain.AsSpan(start, Math.Min(writeLength, plain.Length - start)));
        }
        return target.ToArray();
    }
}
