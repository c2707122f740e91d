// Said while planning: something in the tree that ext4, with the chosen features, has no way to express.
namespace JetsonCore.Formats.Ext4;

/// <summary>
/// A file of the tree cannot be expressed in the file system: its name, time, size, links or attributes.
/// </summary>
/// <param name="path">Which file: a path within the tree, "" for the tree itself.</param>
/// <param name="message">"cannot …: why", with both numbers.</param>
public sealed class UnstorableContentException(string path, string message) : Exception(message)
{
    /// <summary>Which file: a path within the tree, "" for the tree itself.</summary>
    public string Path { get; } = path;
}
