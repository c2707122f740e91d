// The copy at the heart of every LZ77 decoder: source and target may overlap, then the bytes repeat.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static class Overlapping
{
    /// <summary>Repeats the bytes <paramref name="distance"/> before <paramref name="at"/>; the new end.</summary>
    public static int Copy(Span<byte> output, int at, int distance, int length)
    {
        if (distance >= length)
        {
            output.Slice(at - distance, length).CopyTo(output[at..]);
            return at + length;
        }
        for (int end = at + length; at < end; at++)
            output[at] = output[at - distance];
        return at;
    }

    /// <summary>The fault of a match that begins before the output or goes on behind it.</summary>
    public static MalformedDataException Impossible(long offset, int distance, int length) =>
        new(offset, $"a match of {length} bytes, {distance} back, is impossible");
}
