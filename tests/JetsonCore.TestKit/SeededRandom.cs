// Reproducible randomness for property and damage tests: the seed is in the test's name or message.
namespace JetsonCore.TestKit;

/// <summary>SplitMix64: the same numbers on every machine and runtime.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound) => (int)(NextUInt64() % (ulong)bound);

    public bool Chance(int outOf) => Next(outOf) == 0;

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (int index = 0; index < count; index++)
            bytes[index] = (byte)Next(256);
        return bytes;
    }

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];
}
