// Counts what a tree takes against the caller's limits, so that a small hostile file cannot ask for large amounts.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class ReadBudget(ReadLimits limits)
{
    private long _metadataBytes;
    private long _contentBytes;
    private int _entries;

    public int DepthMost => limits.Depth;

    /// <exception cref="MalformedDataException">More than the limit has been read.</exception>
    public void TakeMetadata(long offset, long bytes)
    {
        if (bytes > limits.MetadataBytes - _metadataBytes)
            throw new MalformedDataException(offset, $"needs more than {limits.MetadataBytes} bytes of metadata");
        _metadataBytes += bytes;
    }

    /// <exception cref="MalformedDataException">The files are larger than the limit.</exception>
    public void TakeContent(long offset, ulong bytes)
    {
        if (bytes > (ulong)(limits.ContentBytes - _contentBytes))
            throw new MalformedDataException(offset, $"holds more than {limits.ContentBytes} bytes of content");
        _contentBytes += (long)bytes;
    }

    /// <exception cref="MalformedDataException">There are more than the limit.</exception>
    public void TakeEntry(long offset)
    {
        if (_entries++ >= limits.Entries)
            throw new MalformedDataException(offset, $"holds more than {limits.Entries} entries");
    }
}
