// Said before a byte is written: the tree needs more than the size that was asked for.
namespace JetsonCore.Formats.Ext4;

/// <summary>A tree has more bytes or more files than a file system of the given size can take.</summary>
/// <param name="message">What does not fit, with both numbers.</param>
public sealed class ContentDoesNotFitException(string message) : Exception(message)
{
    /// <summary>
    /// Bytes that the content needs, blocks of metadata of its own included; 0 if bytes are not the trouble.
    /// </summary>
    public long NeededBytes { get; init; }

    /// <summary>Bytes that the file system has for content.</summary>
    public long AvailableBytes { get; init; }

    /// <summary>Inodes that the content needs, the reserved ones included; 0 if inodes are not the trouble.</summary>
    public long NeededInodes { get; init; }

    /// <summary>Inodes that the file system has.</summary>
    public long AvailableInodes { get; init; }
}
