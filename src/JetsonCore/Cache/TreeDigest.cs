// The digest of a file tree: everything that a writer can put into an image of it, and nothing else. A line for each
// node, in the order of the walk: kind, permissions, owner, time, path, and by the kind
//
//   f  its content's SHA-256, or for a further name of a file the path of the first     l  the target     s  the device
//
// then a line for each extended attribute. Texts are JSON strings.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cache;

/// <summary>Digests of trees.</summary>
internal static class TreeDigest
{
    /// <summary>The SHA-256 of a tree, hexadecimal.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="digests">Take those of its files.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Of(DirectoryNode root, FileDigests digests, CancellationToken cancellation)
    {
        RegularFileNode[] files =
        [
            .. root.Walk().Select(entry => entry.Node).OfType<RegularFileNode>().Distinct(),
        ];
        // What lies in one image may share its stream.
        byte[] Take(RegularFileNode file) => digests.Of(HashAlgorithmName.SHA256, file.Content, cancellation);
        byte[][] contents = files.All(file => file.Content.IsIndependent)
            ? InParallel.Select(files, Take)
            : [.. files.Select(Take)];
        var known = new Dictionary<RegularFileNode, byte[]>(ReferenceEqualityComparer.Instance);
        for (int index = 0; index < files.Length; index++)
            known[files[index]] = contents[index];
        var first = new Dictionary<FileNode, string>(ReferenceEqualityComparer.Instance);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, FileNode node) in root.Walk().Prepend(("", root)))
        {
            string content = node switch
            {
                DirectoryNode => "d",
                _ when !first.TryAdd(node, path) => $"= {Quoted(first[node])}",
                RegularFileNode file => $"f {Convert.ToHexStringLower(known[file])}",
                SymbolicLinkNode link => $"l {Quoted(link.Target)}",
                SpecialNode special => string.Create(CultureInfo.InvariantCulture,
                    $"s {special.Kind} {special.DeviceMajor} {special.DeviceMinor}"),
                _ => throw new InvalidOperationException("an unknown kind of node"),
            };
            hash.AppendData(Encoding.UTF8.GetBytes($"{Quoted(path)} {content} {Of(node.Metadata)}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Of(FileMetadata metadata)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{metadata.Permissions} {metadata.UserId} {metadata.GroupId} ").Append(CultureInfo.InvariantCulture,
            $"{metadata.ModificationTime.UnixSeconds}.{metadata.ModificationTime.Nanoseconds}");
        foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
            text.Append(CultureInfo.InvariantCulture, $"\n {Quoted(name)} {Convert.ToHexStringLower(value.AsSpan())}");
        return text.ToString();
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
