// Android sparse images: hex, read(write(x)) = x, simg2img and img2simg as judges both ways, checksums, damage.
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.AndroidSparse;

public class AndroidSparseTests
{
    [Fact]
    public void The_smallest_image_has_these_bytes()
    {
        byte[] image = [.. new byte[8], .. new byte[] { 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 9, 9, 9, 9, 7 }];
        byte[] sparse = Write(image, new() { BlockSize = 8, Checksum = true });
        const string Crc = "5372C4D0";
        Assert.Equal(
            "3AFF26ED" + "01000000" + "1C000C00" + "08000000" + "04000000" + "04000000" + Crc
            + "C2CA0000" + "01000000" + "10000000" + "00000000"
            + "C2CA0000" + "01000000" + "10000000" + "01020304"
            + "C1CA0000" + "02000000" + "1C000000" + "0102030409090909" + "0700000000000000"
            + "C4CA0000" + "00000000" + "10000000" + Crc, Convert.ToHexString(sparse));
    }

    [Fact]
    public void Images_come_back()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var random = new SeededRandom(seed);
            byte[] image = Image(random, blockSize: 512);
            byte[] sparse = Write(image, new()
            {
                BlockSize = random.Pick([4, 512, 4096]),
                ZerosAreDontCare = random.Chance(2),
                Checksum = random.Chance(2),
            });
            using AndroidSparseStream view = AndroidSparseReader.Open(new MemoryStream(sparse));
            var copy = new MemoryStream();
            view.CopyTo(copy);
            Assert.Equal(image, copy.ToArray()[..image.Length]);
            var expanded = new MemoryStream();
            AndroidSparseReader.Expand(new MemoryStream(sparse), expanded);
            Assert.Equal(copy.ToArray(), expanded.ToArray());
            int at = random.Next(image.Length + 1), length = random.Next(image.Length + 1 - at);
            Assert.Equal(image[at..(at + length)], view.ReadBytesAt(at, length));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Simg2img_reads_what_was_written(bool zerosAreDontCare, bool checksum)
    {
        using var folder = new TempFolder();
        byte[] image = Image(new(1), blockSize: 4096);
        string sparse = folder.Write("a.simg", Write(image, new() { ZerosAreDontCare = zerosAreDontCare, Checksum = checksum }));
        Oracle.Run("simg2img", sparse, folder.File("a.img")).MustSucceed();
        Assert.Equal(image, File.ReadAllBytes(folder.File("a.img")));
    }

    [Fact]
    public void Images_by_img2simg_are_read()
    {
        using var folder = new TempFolder();
        byte[] image = Image(new(2), blockSize: 4096);
        Oracle.Run("img2simg", folder.Write("a.img", image), folder.File("a.simg")).MustSucceed();
        using FileStream sparse = File.OpenRead(folder.File("a.simg"));
        var expanded = new MemoryStream();
        AndroidSparseReader.Expand(sparse, expanded);
        Assert.Equal(image, expanded.ToArray());
    }

    [Fact]
    public void Holes_are_not_read()
    {
        const long Length = 1L << 36;
        var image = new FileContent(Length, () => new HugeStream(Length), () => [new(1L << 35, 4096)]);
        var sparse = new MemoryStream();
        AndroidSparseWriter.Write(image, sparse, new() { ZerosAreDontCare = true });
        Assert.Equal(28 + 12 + 12 + 4 + 12, sparse.Length);
        using AndroidSparseStream view = AndroidSparseReader.Open(sparse);
        Assert.Equal(Length, view.Length);
        Assert.Equal([0, 7, 7], view.ReadBytesAt((1L << 35) - 1, 3));
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        byte[] sparse = Write(Image(new(3), 4096), new() { Checksum = true });
        sparse[^1] ^= 1;
        var fault = Assert.Throws<MalformedDataException>(() =>
            AndroidSparseReader.Expand(new MemoryStream(sparse), new MemoryStream()));
        Assert.Contains("crc32", fault.Message);
    }

    [Fact]
    public void Announced_sizes_are_limited()
    {
        byte[] sparse = Write(new byte[1 << 20], new());
        var limits = new ReadLimits { ContentBytes = 1 << 19 };
        Assert.Throws<MalformedDataException>(() => AndroidSparseReader.Open(new MemoryStream(sparse), limits));
    }

    [Fact]
    public void Damaged_images_are_read_or_refused()
    {
        byte[] sparse = Write(Image(new(5), 512), new() { BlockSize = 512, Checksum = true });
        var limits = new ReadLimits { ContentBytes = 1 << 20 };
        int rounds = Soak.Rounds(2000, 100_000);
        int refused = DamageTrial.Run(rounds, round => AndroidSparseReader.Expand(
            new MemoryStream(Mutations.Mutate(sparse, new SeededRandom((ulong)round))), new MemoryStream(), limits));
        Assert.InRange(refused, rounds / 2, rounds - 1);
    }

    /// <summary>Blocks of noise, of zeros, of one word and mixtures.</summary>
    private static byte[] Image(SeededRandom random, int blockSize)
    {
        var image = new MemoryStream();
        for (int count = random.Next(30) + 10; count > 0; count--)
        {
            byte[] block = random.Next(4) switch
            {
                0 => random.Bytes(blockSize),
                1 => new byte[blockSize],
                2 => [.. Enumerable.Repeat(random.Bytes(4), blockSize / 4).SelectMany(word => word)],
                _ => [.. new byte[blockSize - 1], (byte)random.Next(256)],
            };
            image.Write(block);
        }
        return image.ToArray();
    }

    private static byte[] Write(byte[] image, AndroidSparseOptions options)
    {
        var sparse = new MemoryStream();
        AndroidSparseWriter.Write(FileContent.Of(image), sparse, options);
        return sparse.ToArray();
    }

    /// <summary>Sevens without end; reading more than a megabyte is a failure.</summary>
    private sealed class HugeStream(long length) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            _read += count;
            Assert.True(_read < 1 << 20);
            buffer.AsSpan(offset, count).Fill(7);
            Position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
