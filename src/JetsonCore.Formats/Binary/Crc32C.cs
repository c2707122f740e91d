// CRC-32C (Castagnoli): reflected polynomial 0x82F63B78, as ext4's metadata_csum uses it. ext4 neither inverts
// at the start nor at the end, so this type works on the raw state: begin with ~0 (or a seed) and keep the result.
// The processor's own instruction does the work where there is one.
using System.Buffers.Binary;
using System.Numerics;

namespace JetsonCore.Formats.Binary;

/// <summary>The raw CRC-32C state machine, without any inversion.</summary>
internal static class Crc32C
{
    /// <summary>The state after <paramref name="data"/>, begun with <paramref name="state"/>.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }
        foreach (byte value in data)
            state = BitOperations.Crc32C(state, value);
        return state;
    }
}
