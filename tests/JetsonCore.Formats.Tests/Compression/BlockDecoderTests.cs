// Single blocks that cannot be decompressed end in the one exception that is named for them.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Compression;

public class BlockDecoderTests
{
    [Theory]
    [InlineData("7820000000010300")]        // wants a dictionary
    [InlineData("78BB000000010300")]
    [InlineData("789C07")]                  // a block type that there is not
    [InlineData("0000")]
    public void A_corrupt_zlib_block_is_refused(string hex)
    {
        using BlockDecoder decoder = BlockDecoder.Of(CompressionFormat.Gzip, 1 << 20);
        byte[] packed = Convert.FromHexString(hex);
        Assert.Throws<MalformedDataException>(() => decoder.Decode(packed, new byte[100]));
    }

    /// <summary>Literals of every count that has a form of its own, and matches near and far, short and long.</summary>
    [Fact]
    public void Lzo_blocks_come_back()
    {
        using BlockEncoder encoder = BlockEncoder.Lzo();
        using BlockDecoder decoder = BlockDecoder.Of(CompressionFormat.Lzo, 1 << 20);
        var random = new SeededRandom(1);
        for (int round = 0; round < Soak.Rounds(check: 340, soak: 20_000); round++)
        {
            byte[] plain = round < 300 ? random.Bytes(round) : Repetitive(random);
            var packed = new byte[plain.Length + (plain.Length / 16) + 67];
            int length = encoder.Encode(plain, packed);
            var back = new byte[plain.Length];
            Assert.Equal(plain.Length, decoder.Decode(packed.AsSpan(0, length), back));
            Assert.Equal(plain, back);
            Assert.Equal(length, encoder.Encode(plain, packed.AsSpan(0, length)));
            Assert.Equal(0, encoder.Encode(plain, packed.AsSpan(0, length - 1)));
            Assert.Equal(0, encoder.Encode(plain, packed.AsSpan(0, random.Next(length))));
        }
    }

    private static byte[] Repetitive(SeededRandom random)
    {
        var plain = new List<byte>();
        while (plain.Count < 70_000)
        {
            if (plain.Count == 0 || random.Chance(2))
            {
                plain.AddRange(random.Bytes(random.Next(random.Chance(10) ? 3000 : 30)));
                continue;
            }
            int distance = 1 + random.Next(plain.Count);
            for (int left = random.Next(random.Chance(10) ? 1000 : 40); left > 0; left--)
                plain.Add(plain[^distance]);
        }
        return [.. plain];
    }
}
