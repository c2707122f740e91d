// What readers and writers say of a file that they take all the same, but not as it is.
namespace JetsonCore.Formats.Trees;

/// <summary>Takes what is to be said of a file.</summary>
/// <param name="path">Which: a path within the tree.</param>
/// <param name="message">"left out: why", "changed: why".</param>
public delegate void TreeRemark(string path, string message);
