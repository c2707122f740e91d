// Compares two streams byte by byte.
namespace JetsonCore.Verify;

internal static class StreamComparison
{
    /// <summary>The first byte that differs (or that one stream lacks), or null.</summary>
    /// <param name="left">One stream, from its position on.</param>
    /// <param name="right">The other.</param>
    /// <param name="buffers">Two buffers of one length.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static long? FirstDifference(
        Stream left, Stream right, (byte[] Left, byte[] Right) buffers, CancellationToken cancellation)
    {
        for (long offset = 0; ; offset += buffers.Left.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            int leftLength = left.ReadAtLeast(buffers.Left, buffers.Left.Length, throwOnEndOfStream: false);
            int rightLength = right.ReadAtLeast(buffers.Right, buffers.Right.Length, throwOnEndOfStream: false);
            Span<byte> leftBytes = buffers.Left.AsSpan(0, leftLength);
            int same = leftBytes.CommonPrefixLength(buffers.Right.AsSpan(0, rightLength));
            if (same < Math.Max(leftLength, rightLength))
                return offset + same;
            if (leftLength < buffers.Left.Length)
                return null;
        }
    }
}
