// Digests of contents with holes: sha256sum's of the same bytes, without reading what is no data.
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests;

public sealed class ContentDigestTests
{
    private const int Length = 1_000_003;

    private static byte[] Bytes(IEnumerable<ContentRange> ranges)
    {
        var bytes = new byte[Length];
        foreach (ContentRange range in ranges)
            new Random((int)range.Start).NextBytes(bytes.AsSpan((int)range.Start, (int)range.Length));
        return bytes;
    }

    public static TheoryData<ContentRange[]> Layouts() =>
    [
        [], [new(0, Length)], [new(0, 1)], [new(Length - 1, 1)], [new(4096, 300_000), new(700_000, 8192)],
    ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Holes_count_as_zeros_and_are_not_read(ContentRange[] ranges)
    {
        using var temp = new TempFolder();
        byte[] bytes = Bytes(ranges);
        string path = temp.Write("file", bytes);
        for (int at = 0; at < Length; at++)         // what lies in a hole would change the sum, if it were read
            bytes[at] = ranges.Any(range => at >= range.Start && at < range.Start + range.Length) ? bytes[at] : (byte)7;
        var content = new FileContent(Length, () => new MemoryStream(bytes), () => ranges);
        string sum = Convert.ToHexStringLower(ContentDigest.Sha256(content));
        Assert.Equal(Oracle.Run("sha256sum", path).MustSucceed()[..64], sum);
    }

    [Fact]
    public void A_content_that_ends_early_is_damaged()
    {
        var content = new FileContent(100, () => new MemoryStream(new byte[99]));
        Assert.Equal(99, Assert.Throws<MalformedDataException>(() => ContentDigest.Sha256(content)).Offset);
    }

    [Fact]
    public void A_stream_is_digested_from_where_it_stands()
    {
        byte[] bytes = Bytes([new(0, Length)]);
        using var stream = new MemoryStream(bytes) { Position = 1000 };
        Assert.Equal(SHA384.HashData(bytes.AsSpan(1000)), ContentDigest.Of(HashAlgorithmName.SHA384, stream));
        Assert.Throws<OperationCanceledException>(() => ContentDigest.Of(
            HashAlgorithmName.SHA384, new MemoryStream(bytes), new CancellationToken(canceled: true)));
    }
}
