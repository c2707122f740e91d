// Where a content comes from that lies in a file of the host.
namespace JetsonCore.Files;

/// <summary>A whole file, as it was when it was looked at.</summary>
/// <param name="Path">The file.</param>
/// <param name="Status">What the system said of it.</param>
internal sealed record HostOrigin(string Path, FileStatus Status);
