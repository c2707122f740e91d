// Damage for readers of untrusted bytes: truncations, bit flips, overwritten words, swapped and repeated parts.
namespace JetsonCore.TestKit;

public static class Mutations
{
    private static readonly ulong[] Nasty = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, long.MaxValue, ulong.MaxValue];

    /// <summary>A damaged copy; never the original object.</summary>
    public static byte[] Mutate(byte[] original, SeededRandom random)
    {
        byte[] copy = [.. original];
        for (int round = random.Next(4); round >= 0 && copy.Length > 0; round--)
            copy = MutateOnce(copy, random);
        return copy;
    }

    private static byte[] MutateOnce(byte[] bytes, SeededRandom random)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3:
                Span<byte> word = stackalloc byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(word, random.Pick(Nasty));
                int width = Math.Min(1 << random.Next(4), bytes.Length - at);
                word[..width].CopyTo(bytes.AsSpan(at));
                return bytes;
            case 4:
                int length = Math.Min(random.Next(64) + 1, bytes.Length - at);
                int from = random.Next(bytes.Length - length + 1);
                bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                return bytes;
            default:
                return [.. bytes.AsSpan(0, at), .. random.Bytes(random.Next(16)), .. bytes.AsSpan(at)];
        }
    }
}
