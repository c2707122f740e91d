// Digests of bytes that are too many for memory. Holes are not read: what they stand for is known.
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Trees;

/// <summary>Digests of streams and contents.</summary>
public static class ContentDigest
{
    private const int BufferBytes = 256 << 10;

    private static readonly byte[] Zeros = new byte[64 << 10];

    /// <summary>The SHA-256 of a content.</summary>
    /// <param name="content">The bytes; its holes count as zeros.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="MalformedDataException">The content ends before its length.</exception>
    public static byte[] Sha256(FileContent content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Stream bytes = content.Open();
        long at = 0;
        foreach (ContentRange range in content.DataRanges())
        {
            AppendZeros(hash, range.Start - at, cancellation);
            if (range.Start > at)
                bytes.Position = range.Start;
            long read = Append(hash, bytes, range.Length, cancellation);
            at = range.Start + read;
            if (read < range.Length)
                throw new MalformedDataException(at, $"content ends after {at} of {content.Length} bytes");
        }
        AppendZeros(hash, content.Length - at, cancellation);
        return hash.GetHashAndReset();
    }

    /// <summary>The digest of a stream, from its position to its end.</summary>
    /// <param name="algorithm">The digest.</param>
    /// <param name="bytes">The stream.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static byte[] Of(HashAlgorithmName algorithm, Stream bytes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var hash = IncrementalHash.CreateHash(algorithm);
        Append(hash, bytes, long.MaxValue, cancellation);
        return hash.GetHashAndReset();
    }

    /// <summary>Takes so many bytes, or all that there are; says how many.</summary>
    private static long Append(IncrementalHash hash, Stream bytes, long length, CancellationToken cancellation)
    {
        // Not the class library's own way, which reads a page at a time.
        var buffer = new byte[(int)Math.Min(BufferBytes, length)];
        long done = 0;
        while (done < length
            && bytes.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done))) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            done += read;
        }
        return done;
    }

    private static void AppendZeros(IncrementalHash hash, long length, CancellationToken cancellation)
    {
        for (long left = length; left > 0; left -= Zeros.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Zeros, 0, (int)Math.Min(Zeros.Length, left));
        }
    }
}
