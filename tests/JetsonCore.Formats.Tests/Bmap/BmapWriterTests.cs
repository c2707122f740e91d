// Bmap files: the text, and bmaptool as judge.
using JetsonCore.Formats.Bmap;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Bmap;

public class BmapWriterTests
{
    [Fact]
    public void Bmaptool_copies_and_verifies_what_is_mapped()
    {
        using var folder = new TempFolder();
        byte[] image = new byte[(20 * 4096) + 100];
        new SeededRandom(1).Bytes(4096).CopyTo(image, 3 * 4096);
        new SeededRandom(2).Bytes(9000).CopyTo(image, 8 * 4096);
        image[^1] = 1;
        ContentRange[] ranges = [new(3 * 4096, 4096), new((8 * 4096) + 5, 8995), new(20 * 4096, 100)];
        string bmap = folder.Write("a.bmap", BmapWriter.Write(Content(image, ranges)));
        string path = folder.Write("a.img", image);
        OracleResult result = Oracle.Run("bmaptool", "copy", "--bmap", bmap, path, folder.File("copy.img"));
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal(image, File.ReadAllBytes(folder.File("copy.img")));
        image[8 * 4096] ^= 1;
        folder.Write("a.img", image);
        Assert.NotEqual(0, Oracle.Run("bmaptool", "copy", "--bmap", bmap, path, folder.File("copy2.img")).ExitCode);
    }

    [Fact]
    public void The_text_is_as_bmaptool_writes_it()
    {
        string text = BmapWriter.Write(Content(new byte[3 * 4096], [new(0, 1), new(2 * 4096, 4096)]));
        const string Zeros = "ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7";
        Assert.Equal($"""
            <?xml version="1.0" ?>
            <bmap version="2.0">
                <ImageSize> 12288 </ImageSize>
                <BlockSize> 4096 </BlockSize>
                <BlocksCount> 3 </BlocksCount>
                <MappedBlocksCount> 2 </MappedBlocksCount>
                <ChecksumType> sha256 </ChecksumType>
                <BmapFileChecksum> 0 </BmapFileChecksum>
                <BlockMap>
                    <Range chksum="{Zeros}"> 0 </Range>
                    <Range chksum="{Zeros}"> 2 </Range>
                </BlockMap>
            </bmap>

            """, System.Text.RegularExpressions.Regex.Replace(text, "(?<=FileChecksum> )[0-9a-f]{64}", "0"));
    }

    private static FileContent Content(byte[] image, ContentRange[] ranges) =>
        new(image.Length, () => new MemoryStream(image), () => ranges);
}
