// Counts what a reader of foreign bytes has produced against the caller's limits.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>What may still be read.</summary>
/// <param name="limits">The caller's.</param>
internal sealed class ReadBudget(ReadLimits limits)
{
    private int _entries;
    private long _contentBytes, _metadataBytes, _directoryBlocks;

    /// <summary>Counts a name.</summary>
    /// <exception cref="MalformedDataException">One too many.</exception>
    public void AddEntry(int nameLength)
    {
        AddMetadata(nameLength);
        if (++_entries > limits.Entries)
            throw new MalformedDataException(0, $"there are more than {limits.Entries} files");
    }

    /// <summary>Counts a file's size.</summary>
    /// <exception cref="MalformedDataException">Too much in all.</exception>
    public void AddContent(long bytes)
    {
        if (bytes > limits.ContentBytes - _contentBytes)
            throw new MalformedDataException(0, $"files have more than {limits.ContentBytes} bytes in all");
        _contentBytes += bytes;
    }

    /// <summary>Counts a block of a directory.</summary>
    /// <exception cref="MalformedDataException">There are more than blocks.</exception>
    public void AddDirectoryBlock(long blocksMax)
    {
        if (++_directoryBlocks > blocksMax)
            throw new MalformedDataException(0, $"directories have more than the {blocksMax} blocks that there are");
    }

    /// <summary>Counts bytes of names and attributes.</summary>
    /// <exception cref="MalformedDataException">Too much in all.</exception>
    public void AddMetadata(long bytes)
    {
        if (bytes > limits.MetadataBytes - _metadataBytes)
            throw new MalformedDataException(0,
                $"names and attributes have more than {limits.MetadataBytes} bytes in all");
        _metadataBytes += bytes;
    }

    /// <summary>Checks how deep directories lie in one another.</summary>
    /// <exception cref="MalformedDataException">Too deep.</exception>
    public void CheckDepth(int depth)
    {
        if (depth > limits.Depth)
            throw new MalformedDataException(0, $"directories are more than {limits.Depth} deep");
    }
}
