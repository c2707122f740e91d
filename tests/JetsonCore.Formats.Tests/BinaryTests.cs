// Checksums and rounding against published check values.
using JetsonCore.Formats.Binary;
using Xunit;

namespace JetsonCore.Formats.Tests;

public class BinaryTests
{
    private static readonly byte[] Check = "123456789"u8.ToArray();

    [Fact]
    public void Checksums_have_their_published_check_values()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of(Check));
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Of(Check.AsSpan(0, 4)), Check.AsSpan(4)));
        Assert.Equal(0xE3069283u, ~Crc32C.Append(~0u, Check));
        Assert.Equal(0x4B37, Crc16.Append(0xFFFF, Check));
    }

    [Theory]
    [InlineData(0, 512, 0)]
    [InlineData(1, 512, 512)]
    [InlineData(512, 512, 512)]
    public void Alignment_rounds_up(long value, long alignment, long expected) =>
        Assert.Equal(expected, Alignment.Up(value, alignment));

    [Fact]
    public void Alignment_refuses_what_is_no_power_of_two() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Alignment.Up(1, 3));
}
