// Said before a byte is written: the tree needs more room than the size that was asked for.
namespace JetsonCore.Formats.Trees;

/// <summary>A tree has more bytes or files than a file system of the given size can take.</summary>
/// <param name="message">What does not fit, with both numbers.</param>
public sealed class ContentDoesNotFitException(string message) : Exception(message)
{
    /// <summary>Bytes that the content needs, with the format's own; 0 if bytes are not the trouble.</summary>
    public long NeededBytes { get; init; }

    /// <summary>Bytes that the file system has for it.</summary>
    public long AvailableBytes { get; init; }

    /// <summary>Inodes that the content needs, with the format's own; 0 if inodes are not the trouble.</summary>
    public long NeededInodes { get; init; }

    /// <summary>Inodes that the file system has.</summary>
    public long AvailableInodes { get; init; }
}
