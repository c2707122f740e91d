// The copy at the heart of every LZ77 decoder: source and target may overlap, then the bytes repeat.
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
}
