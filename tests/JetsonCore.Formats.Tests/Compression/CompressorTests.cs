// Every encoder: the format's own tool accepts and reads it, and so do we.
using JetsonCore.Formats.Compression;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Compression;

public class CompressorTests
{
    public static TheoryData<CompressionFormat, string, int?> Tools => new()
    {
        { CompressionFormat.Gzip, "gzip -dc", null },
        { CompressionFormat.Gzip, "gzip -dc", 1 },
        { CompressionFormat.Gzip, "gzip -dc", 9 },
        { CompressionFormat.Xz, "xz -dc", null },
        { CompressionFormat.Xz, "xz -dc", 0 },
        { CompressionFormat.LzmaAlone, "xz -dc --format=lzma", null },
        { CompressionFormat.Zstd, "zstd -dcq", null },
        { CompressionFormat.Zstd, "zstd -dcq", 19 },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public void The_tool_reads_what_we_write(CompressionFormat format, string command, int? level)
    {
        foreach (byte[] plain in Samples.All)
        {
            byte[] compressed = Samples.Write(plain, format, level);
            string[] words = command.Split(' ');
            OracleResult result = Oracle.Run(new OracleCall(words[0]) { Arguments = words[1..], Input = compressed });
            result.MustSucceed();
            Assert.Equal(plain, result.OutputBytes);
            Assert.Equal(plain, Samples.Read(compressed, format));
            Assert.Equal(compressed, Samples.Write(plain, format, level));
        }
    }

    [Fact]
    public void Gzip_of_nothing_is_twenty_bytes_without_a_time() =>
        Assert.Equal("1F8B080000000000000303000000000000000000", Convert.ToHexString(Samples.Write([], CompressionFormat.Gzip)));

    [Fact]
    public void Levels_outside_the_format_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Compressor.OpenWrite(Stream.Null, CompressionFormat.Gzip, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Compressor.OpenWrite(Stream.Null, CompressionFormat.Bzip2));
    }
}
