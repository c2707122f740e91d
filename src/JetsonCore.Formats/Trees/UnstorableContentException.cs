// Said before a byte is written: something in the tree that the format, or the features chosen, cannot express.
namespace JetsonCore.Formats.Trees;

/// <summary>A file of a tree cannot be expressed in the format: its name, kind, size, time or attributes.</summary>
/// <param name="path">Which file: a path within the tree, "" for the tree itself.</param>
/// <param name="message">"cannot …: why", with both numbers.</param>
public sealed class UnstorableContentException(string path, string message) : Exception(message)
{
    /// <summary>Which file: a path within the tree, "" for the tree itself.</summary>
    public string Path { get; } = path;
}
