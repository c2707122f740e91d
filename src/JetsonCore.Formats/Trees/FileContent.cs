// The bytes of a file that may lie anywhere: in memory, in a file of the host, inside another image.
namespace JetsonCore.Formats.Trees;

/// <summary>A run of bytes of a content.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Length">Length in bytes, above 0.</param>
public readonly record struct ContentRange(long Start, long Length);

/// <summary>Bytes of known length that can be opened any number of times.</summary>
/// <param name="length">Length in bytes.</param>
/// <param name="open">Opens a new stream over exactly these bytes; the caller closes it.</param>
/// <param name="dataRanges">
/// The runs outside of which there are only holes, ascending and apart; null: no holes.
/// </param>
public sealed class FileContent(long length, Func<Stream> open, Func<IEnumerable<ContentRange>>? dataRanges = null)
{
    /// <summary>No bytes.</summary>
    public static FileContent Empty { get; } = Of([]);

    /// <summary>Length in bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Whether it may be read while others are; contents of one image share its stream.</summary>
    public bool IsIndependent { get; init; }

    /// <summary>What the bytes are of, for who remembers digests of such; null where nobody said it.</summary>
    public object? Origin { get; init; }

    /// <summary>
    /// The runs that may hold something other than zeros, ascending and apart; the rest are holes, which cost nothing
    /// where a format knows holes.
    /// </summary>
    public IEnumerable<ContentRange> DataRanges() =>
        dataRanges is not null ? dataRanges() : Length > 0 ? [new(0, Length)] : [];

    /// <summary>The same runs widened to whole blocks (but for the end), joined where they touch.</summary>
    public IEnumerable<ContentRange> DataRanges(int blockSize)
    {
        ContentRange joined = default;
        foreach (ContentRange range in DataRanges())
        {
            long start = range.Start / blockSize * blockSize;
            long end = Math.Min(Length, Binary.Alignment.UnitsFor(range.Start + range.Length, blockSize) * blockSize);
            if (joined.Length > 0 && start <= joined.Start + joined.Length)
            {
                joined = joined with { Length = end - joined.Start };
                continue;
            }
            if (joined.Length > 0)
                yield return joined;
            joined = new(start, end - start);
        }
        if (joined.Length > 0)
            yield return joined;
    }

    /// <summary>The bytes of an array, which must not change afterwards.</summary>
    public static FileContent Of(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(bytes.Length, () => new MemoryStream(bytes, writable: false)) { IsIndependent = true };
    }

    /// <summary>Opens a new stream over exactly these bytes; the caller closes it.</summary>
    public Stream Open() => open();

    /// <summary>A part of these bytes; each opening opens the whole anew, so parts may be read side by side.</summary>
    /// <exception cref="Binary.MalformedDataException">The part does not lie within.</exception>
    public FileContent Slice(long start, long length)
    {
        if (start < 0 || length < 0 || start > Length || length > Length - start)
            throw new Binary.MalformedDataException(Math.Max(start, 0), $"needs {length} bytes at {start} of {Length}");
        if (length == 0)
            return Empty;
        return new(length, () => new Binary.StreamWindow(Open(), start, length, leaveOpen: false),
            dataRanges is null ? null : () => Clipped(start, start + length));
    }

    private IEnumerable<ContentRange> Clipped(long start, long end)
    {
        foreach (ContentRange range in DataRanges())
        {
            if (range.Start >= end)
                yield break;
            long first = Math.Max(range.Start, start), last = Math.Min(range.Start + range.Length, end);
            if (last > first)
                yield return new(first - start, last - first);
        }
    }

    /// <summary>All the bytes, for small files.</summary>
    /// <param name="maximumLength">The most bytes the caller is ready to hold.</param>
    /// <exception cref="Binary.MalformedDataException">There are more, or the stream ends early.</exception>
    public byte[] ReadAll(int maximumLength)
    {
        if (Length > maximumLength)
            throw new Binary.MalformedDataException(0, $"is {Length} bytes long, at most {maximumLength} are accepted");
        var bytes = new byte[Length];
        using Stream stream = Open();
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length
            ? bytes
            : throw new Binary.MalformedDataException(read, $"ends after {read} of {Length} bytes");
    }
}
