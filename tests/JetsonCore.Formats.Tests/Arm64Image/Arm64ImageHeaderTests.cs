// Kernel headers drawn by hand: today's, the legacy form without a size, what is no kernel, and damage.
using System.Buffers.Binary;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Arm64Image;

public class Arm64ImageHeaderTests
{
    [Fact]
    public void A_header_is_read() =>
        Assert.Equal(new(0x80000, 0x2010000, 0xA), Read(Header(0x80000, 0x2010000, 0xA)));

    [Fact]
    public void Old_kernels_without_a_size_mean_their_file_and_a_fixed_offset() =>
        Assert.Equal(new(0x80000, 100, 0), Read([.. Header(0, 0, 0), .. new byte[36]]));

    [Theory]
    [InlineData("1F8B08", "gzip")]
    [InlineData("27051956", "U-Boot legacy")]
    [InlineData("4D5A", "another architecture")]
    public void What_is_no_kernel_is_named(string start, string reason)
    {
        var bytes = new byte[64];
        Convert.FromHexString(start).CopyTo(bytes, 0);
        Assert.Contains(reason, Assert.Throws<MalformedDataException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Senseless_sizes_and_short_files_are_refused()
    {
        Assert.Throws<MalformedDataException>(() => Read(Header(0, ulong.MaxValue, 0)));
        Assert.Throws<MalformedDataException>(() => Read(Header(ulong.MaxValue, 1, 0)));
        Assert.Throws<MalformedDataException>(() => Read(new byte[63]));
    }

    [Fact]
    public void Damaged_headers_are_read_or_refused() => DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
        Read(Mutations.Mutate(Header(0x80000, 0x2010000, 0xA), new SeededRandom((ulong)round))));

    private static Arm64ImageHeader Read(byte[] kernel) => Arm64ImageHeader.Read(new MemoryStream(kernel));

    private static byte[] Header(ulong textOffset, ulong imageSize, ulong flags)
    {
        var header = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), textOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), imageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), flags);
        "ARMd"u8.CopyTo(header.AsSpan(56));
        return header;
    }
}
