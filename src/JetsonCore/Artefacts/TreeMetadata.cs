// Makes a tree say what its maker wants instead of what the host or an archive said of it.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>Changes and sums up the metadata of trees.</summary>
public static class TreeMetadata
{
    /// <summary>Gives everything in a tree to root, or one time, or both.</summary>
    public static void Override(DirectoryNode root, bool ownedByRoot, FileTime? modificationTime)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (FileNode node in root.Walk().Select(entry => entry.Node).Append(root))
        {
            FileMetadata metadata = node.Metadata;
            node.Metadata = metadata with
            {
                UserId = ownedByRoot ? 0 : metadata.UserId,
                GroupId = ownedByRoot ? 0 : metadata.GroupId,
                ModificationTime = modificationTime ?? metadata.ModificationTime,
            };
        }
    }

    /// <summary>A digest over paths, lengths and metadata: what ids are derived from. Contents are not read.</summary>
    public static byte[] Digest(DirectoryNode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, FileNode node) in root.Walk().Prepend(("", root)))
        {
            FileMetadata metadata = node.Metadata;
            long length = node is RegularFileNode file ? file.Content.Length : 0;
            hash.AppendData(NodeName.Encode(path));
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"\0{node.GetType().Name} {metadata.Permissions} {metadata.UserId} {metadata.GroupId} "
                + $"{metadata.ModificationTime.UnixSeconds} {metadata.ModificationTime.Nanoseconds} {length}\n")));
        }
        return hash.GetHashAndReset();
    }
}
