// Paul Hsieh's SuperFastHash, over 16-bit little-endian words. depmod lists modules.symbols in the order of a hash
// table with 2048 buckets of this hash; to write the same file we count in the same order.
// Source: http://www.azillionmonkeys.com/qed/hash.html
using System.Buffers.Binary;

namespace JetsonCore.Formats.Kmod;

internal static class SuperFastHash
{
    public static uint Of(ReadOnlySpan<byte> key)
    {
        unchecked
        {
            uint hash = (uint)key.Length;
            while (key.Length >= 4)
            {
                hash += Word(key);
                uint mixed = (uint)(Word(key[2..]) << 11) ^ hash;
                hash = (hash << 16) ^ mixed;
                hash += hash >> 11;
                key = key[4..];
            }
            return Finish(AppendRest(hash, key));
        }
    }

    private static uint AppendRest(uint hash, ReadOnlySpan<byte> rest)
    {
        unchecked
        {
            switch (rest.Length)
            {
                case 3:
                    hash += Word(rest);
                    hash ^= hash << 16;
                    hash ^= (uint)rest[2] << 18;
                    return hash + (hash >> 11);
                case 2:
                    hash += Word(rest);
                    hash ^= hash << 11;
                    return hash + (hash >> 17);
                case 1:
                    hash += rest[0];
                    hash ^= hash << 10;
                    return hash + (hash >> 1);
                default:
                    return hash;
            }
        }
    }

    private static uint Finish(uint hash)
    {
        unchecked
        {
            hash ^= hash << 3;
            hash += hash >> 5;
            hash ^= hash << 4;
            hash += hash >> 17;
            hash ^= hash << 25;
            return hash + (hash >> 6);
        }
    }

    private static ushort Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
