// A bmap: which blocks of an image are not holes, with a checksum of each run, so that a copy to a disk writes these
// only and verifies them. XML, version 2.0:
//
//   <bmap version="2.0">
//     <ImageSize> <BlockSize> <BlocksCount> <MappedBlocksCount>    numbers
//     <ChecksumType>      sha256
//     <BmapFileChecksum>  of this file, with 64 zeros in its place
//     <BlockMap>          <Range chksum="…"> first-last </Range> … or one number for one block
//
// Source: bmap-tools 3.6, bmaptools/BmapCreate.py.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Bmap;

/// <summary>Writes bmap files.</summary>
public static class BmapWriter
{
    private const int BlockSize = 4096;

    private static readonly string NoChecksum = new('0', SHA256.HashSizeInBytes * 2);

    private sealed record MappedRun(long FirstBlock, long LastBlock, string Sha256);

    /// <summary>Describes an image.</summary>
    /// <param name="image">The image; what are holes in it are no part of the copy.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <returns>The text of the bmap file.</returns>
    /// <exception cref="MalformedDataException">The image ends before its length.</exception>
    public static string Write(FileContent image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using Stream source = image.Open();
        var runs = new List<MappedRun>();
        foreach (ContentRange range in image.DataRanges(BlockSize))
        {
            long firstBlock = range.Start / BlockSize;
            long blockCount = Alignment.UnitsFor(range.Length, BlockSize);
            var run = new FileContent(range.Length, () => new StreamWindow(source, range.Start, range.Length));
            byte[] sum = ContentDigest.Sha256(run, cancellation);
            runs.Add(new(firstBlock, firstBlock + blockCount - 1, Convert.ToHexStringLower(sum)));
        }
        string checksum = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(Compose(image.Length, runs, NoChecksum))));
        return Compose(image.Length, runs, checksum);
    }

    private static string Compose(long imageLength, List<MappedRun> runs, string checksum)
    {
        var text = new StringBuilder();
        text.Append("<?xml version=\"1.0\" ?>\n<bmap version=\"2.0\">\n");
        Line("ImageSize", imageLength.ToString(CultureInfo.InvariantCulture));
        Line("BlockSize", BlockSize.ToString(CultureInfo.InvariantCulture));
        Line("BlocksCount", Alignment.UnitsFor(imageLength, BlockSize).ToString(CultureInfo.InvariantCulture));
        long mapped = runs.Sum(run => run.LastBlock - run.FirstBlock + 1);
        Line("MappedBlocksCount", mapped.ToString(CultureInfo.InvariantCulture));
        Line("ChecksumType", "sha256");
        Line("BmapFileChecksum", checksum);
        text.Append("    <BlockMap>\n");
        foreach (MappedRun run in runs)
        {
            string blocks = run.FirstBlock == run.LastBlock
                ? run.FirstBlock.ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{run.FirstBlock}-{run.LastBlock}");
            text.Append($"        <Range chksum=\"{run.Sha256}\"> {blocks} </Range>\n");
        }
        return text.Append("    </BlockMap>\n</bmap>\n").ToString();

        void Line(string name, string value) =>
            text.Append($"    <{name}> {value} </{name}>\n");
    }
}
