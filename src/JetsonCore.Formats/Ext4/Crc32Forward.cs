// CRC-32 with the polynomial 0x04C11DB7 taken from the highest bit down, without any inversion: what Linux calls
// crc32_be, and ext4's first journal checksums use.
namespace JetsonCore.Formats.Ext4;

/// <summary>The raw CRC-32 state machine, highest bit first.</summary>
internal static class Crc32Forward
{
    private const uint Polynomial = 0x04C11DB7;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index => Step((uint)index << 24))];

    /// <summary>The state after <paramref name="data"/>, begun with <paramref name="state"/>.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
            state = Table[(state >> 24) ^ value] ^ (state << 8);
        return state;
    }

    private static uint Step(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
            value = (value & 0x80000000) != 0 ? (value << 1) ^ Polynomial : value << 1;
        return value;
    }
}
