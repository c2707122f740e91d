// Compares two trees: names, kinds, metadata, link targets, device numbers, hard links, and every byte of every file.
using System.Globalization;
using JetsonCore.Assertions;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Verify;

/// <summary>Finds the first difference between a tree that was planned and one that was read.</summary>
/// <param name="digests">The digests of contents that are known; what was written is hashed to see it has them.</param>
/// <param name="cancellation">Ends the work early.</param>
internal sealed class TreeComparison(
    IReadOnlyDictionary<FileContent, string> digests, CancellationToken cancellation)
{
    private const int BufferBytes = 1 << 18;

    private readonly byte[] _planned = new byte[BufferBytes], _actual = new byte[BufferBytes];
    private readonly Dictionary<FileNode, FileNode> _twins = new(ReferenceEqualityComparer.Instance);

    /// <summary>What differs first, or null.</summary>
    /// <param name="planned">The tree as planned.</param>
    /// <param name="actual">The tree as read.</param>
    /// <param name="onlyContents">Whether owners, permissions, times and hard links may differ.</param>
    public string? FirstDifference(DirectoryNode planned, DirectoryNode actual, bool onlyContents)
    {
        Dictionary<string, FileNode> left = actual.Walk().ToDictionary(entry => entry.Path, entry => entry.Node);
        foreach ((string path, FileNode node) in planned.Walk())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!left.Remove(path, out FileNode? found))
                return $"{NodeName.Quote(path)} is missing";
            string? difference = onlyContents ? CompareKinds(path, node, found)
                : CompareNodes(path, node, found) ?? CompareMetadata(node, found);
            if (difference is not null)
                return $"{NodeName.Quote(path)}: {difference}";
        }
        return left.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } extra
            ? $"\"{extra}\" is there and was not planned"
            : null;
    }

    private string? CompareNodes(string path, FileNode planned, FileNode actual)
    {
        if (_twins.TryGetValue(planned, out FileNode? twin))
            return ReferenceEquals(twin, actual) ? null : "is a copy, not a hard link";
        if (planned is not DirectoryNode)
            _twins.Add(planned, actual);
        return CompareKinds(path, planned, actual);
    }

    private string? CompareKinds(string path, FileNode planned, FileNode actual) => (planned, actual) switch
    {
        (DirectoryNode, DirectoryNode) => null,
        (RegularFileNode file, RegularFileNode found) => CompareContents(path, file.Content, found.Content),
        (SymbolicLinkNode link, SymbolicLinkNode found) => link.Target == found.Target
            ? null
            : $"points to \"{found.Target}\" instead of \"{link.Target}\"",
        (SpecialNode special, SpecialNode found) =>
            (special.Kind, special.DeviceMajor, special.DeviceMinor)
                == (found.Kind, found.DeviceMajor, found.DeviceMinor)
                ? null
                : "is another device",
        _ => "is a file of another kind",
    };

    private static string? CompareMetadata(FileNode planned, FileNode actual)
    {
        FileMetadata wanted = planned.Metadata, found = actual.Metadata;
        if (planned is not SymbolicLinkNode && wanted.Permissions != found.Permissions)
            return $"has the mode {Octal(found.Permissions)} instead of {Octal(wanted.Permissions)}";
        if ((wanted.UserId, wanted.GroupId) != (found.UserId, found.GroupId))
            return $"belongs to {found.UserId}:{found.GroupId} instead of {wanted.UserId}:{wanted.GroupId}";
        if (wanted.ModificationTime != found.ModificationTime)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"is dated {found.ModificationTime.UnixSeconds} instead of {wanted.ModificationTime.UnixSeconds}");
        }
        return null;
    }

    private string? CompareContents(string path, FileContent planned, FileContent actual)
    {
        if (planned.Length != actual.Length)
            return $"has {actual.Length} bytes instead of {planned.Length}";
        if (digests.TryGetValue(planned, out string? digest))
        {
            using Stream written = actual.Open();
            if (AssertionDigest.Of(written) == digest)
                return null;
        }
        using Stream left = planned.Open(), right = actual.Open();
        return StreamComparison.FirstDifference(left, right, (_planned, _actual), cancellation) is { } offset
            ? $"differs at byte {offset}"
            : digest is null ? null : throw InputChange.Of(path, "it does not hash to what it did at first");
    }

    private static string Octal(ushort permissions) => Convert.ToString(permissions, 8).PadLeft(4, '0');
}
