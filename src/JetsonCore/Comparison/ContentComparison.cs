// Whether two contents are the same bytes, and where they part: holes of both are passed over.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

internal static class ContentComparison
{
    private const int BufferLength = 1 << 20;

    /// <summary>The first byte that differs, or where the shorter ends; null where they are equal.</summary>
    public static long? FirstDifference(FileContent before, FileContent after, CancellationToken cancellation)
    {
        long shared = Math.Min(before.Length, after.Length);
        if (shared > 0)
        {
            using Stream first = before.Open(), second = after.Open();
            byte[] left = new byte[BufferLength], right = new byte[BufferLength];
            foreach (ContentRange range in Union(before.DataRanges(), after.DataRanges()))
            {
                for (long at = range.Start; at < Math.Min(range.Start + range.Length, shared);)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int length = (int)Math.Min(BufferLength, Math.Min(range.Start + range.Length, shared) - at);
                    Read(first, at, left.AsSpan(0, length));
                    Read(second, at, right.AsSpan(0, length));
                    int same = left.AsSpan(0, length).CommonPrefixLength(right.AsSpan(0, length));
                    if (same < length)
                        return at + same;
                    at += length;
                }
            }
        }
        return before.Length == after.Length ? null : shared;
    }

    private static void Read(Stream stream, long at, Span<byte> into)
    {
        if (stream.Position != at)
            stream.Position = at;
        int read = stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        into[read..].Clear();
    }

    /// <summary>What is in one of two lists of runs, ascending and apart.</summary>
    private static IEnumerable<ContentRange> Union(IEnumerable<ContentRange> one, IEnumerable<ContentRange> other)
    {
        using IEnumerator<ContentRange> left = one.GetEnumerator(), right = other.GetEnumerator();
        bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
        (long start, long end) = (0, 0);
        while (hasLeft || hasRight)
        {
            bool takesLeft = hasLeft && (!hasRight || left.Current.Start <= right.Current.Start);
            ContentRange next = takesLeft ? left.Current : right.Current;
            (hasLeft, hasRight) = takesLeft ? (left.MoveNext(), hasRight) : (hasLeft, right.MoveNext());
            if (next.Start <= end && end > start)
            {
                end = Math.Max(end, next.Start + next.Length);
                continue;
            }
            if (end > start)
                yield return new(start, end - start);
            (start, end) = (next.Start, next.Start + next.Length);
        }
        if (end > start)
            yield return new(start, end - start);
    }
}
