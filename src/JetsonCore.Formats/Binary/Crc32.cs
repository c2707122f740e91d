// CRC-32/ISO-HDLC: reflected polynomial 0xEDB88320, start and final xor all ones (gzip, GPT, U-Boot, xz).
// Eight table look-ups for eight bytes at a time ("slicing by eight").
using System.Buffers.Binary;

namespace JetsonCore.Formats.Binary;

/// <summary>The CRC-32 of gzip, GPT and U-Boot.</summary>
public static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of <paramref name="data"/>; of nothing it is 0.</summary>
    public static uint Of(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of what <paramref name="crc"/> stands for, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        uint[][] t = Tables;
        while (data.Length >= 8)
        {
            uint low = state ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = t[7][low & 0xFF] ^ t[6][(low >> 8) & 0xFF] ^ t[5][(low >> 16) & 0xFF] ^ t[4][low >> 24]
                ^ t[3][high & 0xFF] ^ t[2][(high >> 8) & 0xFF] ^ t[1][(high >> 16) & 0xFF] ^ t[0][high >> 24];
            data = data[8..];
        }
        foreach (byte value in data)
            state = t[0][(state ^ value) & 0xFF] ^ (state >> 8);
        return ~state;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (int slice = 0; slice < 8; slice++)
        {
            tables[slice] = new uint[256];
            for (uint index = 0; index < 256; index++)
            {
                uint value = slice == 0 ? index : tables[slice - 1][index];
                for (int bit = 0; bit < 8; bit++)
                    value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
                tables[slice][index] = value;
            }
        }
        return tables;
    }
}
