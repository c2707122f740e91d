// Every decoder against the format's own tool, across member borders, and against damage.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Compression;

public class DecompressionTests
{
    /// <summary>The tools' own command lines; one output block size, level or check each.</summary>
    public static TheoryData<CompressionFormat, string> Tools => new()
    {
        { CompressionFormat.Gzip, "gzip -c -1" },
        { CompressionFormat.Gzip, "gzip -c -9" },
        { CompressionFormat.Xz, "xz -c -2" },
        { CompressionFormat.Xz, "xz -c --check=crc32 --block-size=65536" },
        { CompressionFormat.Xz, "xz -c --check=sha256 --x86 --lzma2=preset=1" },
        { CompressionFormat.LzmaAlone, "xz -c --format=lzma -1" },
        { CompressionFormat.LzmaAlone, "xz -c --format=lzma --lzma1=lc=0,lp=2,pb=1,dict=768KiB" },
        { CompressionFormat.Zstd, "zstd -c -q" },
        { CompressionFormat.Zstd, "zstd -c -q -19 --no-check" },
        { CompressionFormat.Zstd, "pzstd -c -q -p 2" },
        { CompressionFormat.Bzip2, "bzip2 -c -1" },
        { CompressionFormat.Bzip2, "bzip2 -c -9" },
        { CompressionFormat.Bzip2, "pbzip2 -c -9" },
        { CompressionFormat.Bzip2, "lbzip2 -c -9" },
        { CompressionFormat.Lz4, "lz4 -c -q -1" },
        { CompressionFormat.Lz4, "lz4 -c -q -9 -B4 -BD -BX" },
        { CompressionFormat.Lz4, "lz4 -c -q -BD --content-size" },
        { CompressionFormat.Lz4, "lz4 -c -q -l -9" },
        { CompressionFormat.Lz4, "lz4 -c -q --no-frame-crc -B5" },
        { CompressionFormat.Lzo, "lzop -c -1" },
        { CompressionFormat.Lzo, "lzop -c -9 --crc32" },
        { CompressionFormat.Lzo, "lzop -c -F" },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public void What_the_tool_writes_is_recognised_and_read(CompressionFormat format, string command)
    {
        foreach (byte[] plain in Samples.All)
        {
            byte[] compressed = RunTool(command, plain);
            Assert.Equal(format, Decompression.Detect(compressed.AsSpan(0, Math.Min(16, compressed.Length))));
            Assert.Equal(plain, Samples.Read(compressed, format));
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void A_member_ends_exactly_where_the_next_bytes_begin(CompressionFormat format, string command)
    {
        foreach (byte[] plain in new[] { Samples.Text, Samples.Mixed, Samples.Empty })
        {
            byte[] compressed = RunTool(command, plain);
            var source = new MemoryStream([.. "prefix"u8, .. compressed, .. "\0\0\0\0070701 and so on"u8]) { Position = 6 };
            using DecompressionStream stream = Decompression.OpenMember(source, format);
            Assert.Equal(plain, Samples.ReadAll(stream));
            Assert.Equal(compressed.Length, stream.CompressedBytesConsumed);
            Assert.Equal(6 + compressed.Length, source.Position);
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Members_after_one_another_are_one_file(CompressionFormat format, string command)
    {
        if (format == CompressionFormat.LzmaAlone)
            return;                                 // .lzma files cannot be joined
        byte[] twice = [.. RunTool(command, Samples.Text), .. RunTool(command, Samples.Mixed)];
        Assert.Equal([.. Samples.Text, .. Samples.Mixed], Samples.Read(twice, format));
        var error = Assert.Throws<MalformedDataException>(() => Samples.Read([.. twice, .. "garbage here"u8], format));
        Assert.Contains(format == CompressionFormat.Lz4 ? "" : "follow", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Every_truncation_is_malformed(CompressionFormat format, string command)
    {
        byte[] compressed = RunTool(command, Samples.Text.AsSpan(0, 3000).ToArray());
        bool endless = command.Contains(" -l ", StringComparison.Ordinal);   // legacy lz4 has no end mark
        for (int length = endless ? 5 : 1; length < compressed.Length; length += 1 + (length / 40))
        {
            byte[] part = compressed[..length];
            bool isSkippable = length == 12 && command.StartsWith("pzstd", StringComparison.Ordinal);     // and no more
            if (!isSkippable && (!endless || length > 8))
                Assert.Throws<MalformedDataException>(() => Samples.Read(part, format));
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Damage_gives_the_named_exception_or_bytes(CompressionFormat format, string command)
    {
        byte[] compressed = RunTool(command, Samples.Text.AsSpan(0, 5000).ToArray());
        DamageTrial.Run(Soak.Rounds(2000, 100_000) / Tools.Count(row => row[0].Equals(format)), round =>
        {
            byte[] damaged = Mutations.Mutate(compressed, new SeededRandom((ulong)round));
            using DecompressionStream stream = Decompression.OpenRead(new MemoryStream(damaged), format, 16 << 20);
            var buffer = new byte[4096];
            for (int total = 0, read; (read = stream.Read(buffer)) > 0 && total < 1 << 20; total += read)
                ;
        });
    }

    [Theory]
    [InlineData("pbzip2 -c -1 -b1")]
    [InlineData("lbzip2 -c -1")]
    public void Streams_that_were_packed_in_parallel_are_one_file(string command)
    {
        byte[] plain = [.. Samples.Mixed, .. Samples.Text, .. new byte[1_000_000]];
        byte[] compressed = RunTool(command, plain);
        Assert.Equal(plain, Samples.Read(compressed, CompressionFormat.Bzip2));
        Assert.Throws<MalformedDataException>(() => Samples.Read(compressed[..^1], CompressionFormat.Bzip2));
    }

    /// <summary>
    /// Nothing of what a few bytes announce is made before there is something to put into it; bzip2's library makes
    /// one block anew for each member, and the members before have gone by then.
    /// </summary>
    [Theory]
    [InlineData("lz4 -c -q -l", CompressionFormat.Lz4, 256 << 10)]
    [InlineData("lz4 -c -q -B7 -BD", CompressionFormat.Lz4, 256 << 10)]
    [InlineData("bzip2 -c -9", CompressionFormat.Bzip2, 6_000_000)]
    public void A_chain_of_tiny_members_takes_a_bounded_amount_for_each(
        string command, CompressionFormat format, long memberBytesMax)
    {
        byte[] one = RunTool(command, "x"u8.ToArray());
        byte[] chain = [.. Enumerable.Repeat(one, 500).SelectMany(bytes => bytes)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(500, Samples.Read(chain, format).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500 * memberBytesMax);
    }

    /// <summary>To begin a member costs time that no byte pays for; thousands with content are fine.</summary>
    [Theory]
    [InlineData("gzip -c", CompressionFormat.Gzip, 16)]
    [InlineData("zstd -c -q", CompressionFormat.Zstd, 16)]
    [InlineData("xz -c", CompressionFormat.Xz, 16)]
    [InlineData("lz4 -c -q", CompressionFormat.Lz4, 16)]
    [InlineData("bzip2 -c", CompressionFormat.Bzip2, 16 << 10)]
    public void More_than_a_thousand_members_hold_something(string command, CompressionFormat format, int least)
    {
        byte[] enough = RunTool(command, new byte[least]);
        byte[] many = [.. Enumerable.Repeat(enough, 1200).SelectMany(one => one)];
        Assert.Equal(1200 * least, Samples.Read(many, format).Length);
        foreach (byte[] tooLittle in (byte[][])[RunTool(command, []), RunTool(command, new byte[least - 1])])
        {
            byte[] chain = [.. Enumerable.Repeat(tooLittle, 1200).SelectMany(one => one)];
            var error = Assert.Throws<MalformedDataException>(() => Samples.Read(chain, format));
            Assert.Contains($"at least {least} bytes of each", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>One changed bit is seen by a checksum: of a block, of the content, or of the whole.</summary>
    [Theory]
    [InlineData("bzip2 -c -9", CompressionFormat.Bzip2)]
    [InlineData("lz4 -c -q -B4 -BX", CompressionFormat.Lz4)]
    [InlineData("lz4 -c -q -B4 -BD", CompressionFormat.Lz4)]
    public void No_changed_bit_gives_other_bytes(string command, CompressionFormat format)
    {
        byte[] plain = Samples.Text.AsSpan(0, 3000).ToArray(), compressed = RunTool(command, plain);
        for (int bit = 0; bit < compressed.Length * 8; bit += 3)
        {
            byte[] changed = [.. compressed];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(plain, Samples.Read(changed, format));     // such as padding behind the last bit
            }
            catch (MalformedDataException)
            {
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void Zeros_may_follow(CompressionFormat format, string command)
    {
        foreach (int count in (int[])[1, 3, 512, 100_000])
            Assert.Equal(Samples.Text, Samples.Read([.. RunTool(command, Samples.Text), .. new byte[count]], format));
        byte[] garbage = [.. RunTool(command, Samples.Text), .. new byte[512], .. "garbage here"u8];
        Assert.Throws<MalformedDataException>(() => Samples.Read(garbage, format));
    }

    [Theory]
    [InlineData("zstd -c -q", CompressionFormat.Zstd)]
    [InlineData("pzstd -c -q -p 2", CompressionFormat.Zstd)]
    [InlineData("lz4 -c -q -1", CompressionFormat.Lz4)]
    [InlineData("lz4 -c -q -l", CompressionFormat.Lz4)]
    public void Skippable_frames_may_stand_anywhere(string command, CompressionFormat format)
    {
        byte[] note = [0x5A, 0x2A, 0x4D, 0x18, 100, 0, 0, 0, .. new byte[100]], none = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0];
        byte[] frame = RunTool(command, Samples.Text);
        byte[] all = [.. note, .. none, .. frame, .. note, .. frame, .. none];
        Assert.Equal(format, Decompression.Detect(new MemoryStream(all)));
        Assert.Equal([.. Samples.Text, .. Samples.Text], Samples.Read(all, format));
        var source = new MemoryStream([.. note, .. frame, .. "behind"u8]);
        using DecompressionStream member = Decompression.OpenMember(source, format);
        Assert.Equal(Samples.Text, Samples.ReadAll(member)[..Samples.Text.Length]);
        Assert.Throws<MalformedDataException>(() => Samples.Read([.. note, .. frame, .. note[..50]], format));
        string theirs = Oracle.Run(new OracleCall(format == CompressionFormat.Zstd ? "zstd" : "lz4")
        {
            Arguments = ["-dcq"],
            Input = [.. note, .. none, .. frame],
        }).MustSucceed();
        Assert.Equal(System.Text.Encoding.UTF8.GetString(Samples.Text), theirs);
    }

    [Fact]
    public void A_window_above_the_limit_is_refused()
    {
        byte[] large = RunTool("xz -c --lzma2=dict=64MiB", Samples.Text);
        using DecompressionStream stream =
            Decompression.OpenRead(new MemoryStream(large), CompressionFormat.Xz, memoryLimitBytes: 32 << 20);
        Assert.Contains("the window is too large",
            Assert.Throws<MalformedDataException>(() => stream.ReadByte()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("070701")]
    [InlineData("BZh is how this text begins")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void Other_bytes_are_no_compressed_format(string head) =>
        Assert.Equal(CompressionFormat.None, Decompression.Detect(System.Text.Encoding.ASCII.GetBytes(head)));

    [Fact]
    public void Gzip_header_fields_are_passed_over()
    {
        byte[] gzip = Samples.Write(Samples.Text, CompressionFormat.Gzip);
        byte[] header = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 5, 0, 1, 2, 3, 4, 5, .. "name\0comment\0"u8];
        uint crc = Crc32.Of(header);
        byte[] full = [.. header, (byte)(crc & 0xFF), (byte)((crc >> 8) & 0xFF), .. gzip.AsSpan(10)];
        Assert.Equal(Samples.Text, Samples.Read(full, CompressionFormat.Gzip));
        full[14] ^= 1;
        Assert.Throws<MalformedDataException>(() => Samples.Read(full, CompressionFormat.Gzip));
    }

    private static byte[] RunTool(string command, byte[] plain)
    {
        string[] words = command.Split(' ');
        OracleResult result = Oracle.Run(new OracleCall(words[0]) { Arguments = words[1..], Input = plain });
        result.MustSucceed();
        return result.OutputBytes;
    }
}
