// CRC-16/ARC state machine: reflected polynomial 0xA001, no inversion; ext4's uninit_bg group checksums use it
// begun with 0xFFFF.
namespace JetsonCore.Formats.Binary;

/// <summary>The raw CRC-16 (polynomial 0x8005, reflected) state machine.</summary>
internal static class Crc16
{
    /// <summary>The state after <paramref name="data"/>, begun with <paramref name="state"/>.</summary>
    public static ushort Append(ushort state, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
                state = (ushort)((state & 1) != 0 ? (state >> 1) ^ 0xA001 : state >> 1);
        }
        return state;
    }
}
