// Single blocks that cannot be decompressed end in the one exception that is named for them.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
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
}
