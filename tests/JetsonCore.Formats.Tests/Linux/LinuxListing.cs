// A tree as the script's "describe" prints what it finds below a mount point, sorted; without lost+found.
//
//   ./path|kind|permissions|owner:group|size|time|links|major:minor     a link: './path' -> 'target'
//   DIGEST  ./path                                                         of regular files up to 20 MB
using System.Security.Cryptography;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tests.Linux;

internal static class LinuxListing
{
    /// <summary>Prints what lies below a folder, /mnt if none is named.</summary>
    public const string Describe = """
        describe() {
          cd ${1:-/mnt}
          find . -type d -exec stat -c '%N|%F|%a|%u:%g|0|%Y|%h|0:0' {} + | grep -v lost+found
          find . ! -type d -exec stat -c '%N|%F|%a|%u:%g|%s|%Y|%h|%t:%T' {} +
          find . -type f -size -20000k -exec sha256sum {} +
          cd /
        }

        """;

    private const int DigestedLengthMax = 20_000 << 10;

    /// <summary>The lines that the script printed.</summary>
    public static string Sort(string printed) =>
        string.Join('\n', printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    /// <summary>The lines that it should print.</summary>
    /// <param name="root">What was put in.</param>
    /// <param name="ownFolders">Folders in the root that the file system adds.</param>
    public static string Of(DirectoryNode root, int ownFolders)
    {
        var walk = root.Walk().Select(step => ("./" + step.Path, step.Node)).Prepend((".", root)).ToList();
        var links = walk.GroupBy(step => step.Item2, ReferenceEqualityComparer.Instance)
            .ToDictionary(group => group.Key!, group => group.Count(), ReferenceEqualityComparer.Instance);
        var lines = new List<string>();
        foreach ((string path, FileNode node) in walk)
        {
            FileMetadata metadata = node.Metadata;
            int linkCount = node is DirectoryNode folder
                ? 2 + folder.Children.Values.Count(child => child is DirectoryNode) + (node == root ? ownFolders : 0)
                : links[node];
            (string kind, long length, string device) = Facts(node);
            lines.Add((node is SymbolicLinkNode link ? $"'{path}' -> '{link.Target}'" : path) + $"|{kind}|"
                + $"{Convert.ToString(metadata.Permissions, 8)}|{metadata.UserId}:{metadata.GroupId}|{length}|"
                + $"{metadata.ModificationTime.UnixSeconds}|{linkCount}|{device}");
            if (node is RegularFileNode { Content.Length: < DigestedLengthMax } file)
                lines.Add($"{Digest(file.Content)}  {path}");
        }
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static (string Kind, long Length, string Device) Facts(FileNode node) => node switch
    {
        DirectoryNode => ("directory", 0, "0:0"),
        RegularFileNode { Content.Length: 0 } => ("regular empty file", 0, "0:0"),
        RegularFileNode file => ("regular file", file.Content.Length, "0:0"),
        SymbolicLinkNode link => ("symbolic link", NodeName.Encode(link.Target).Length, "0:0"),
        SpecialNode special => (special.Kind switch
        {
            SpecialKind.BlockDevice => "block special file",
            SpecialKind.CharacterDevice => "character special file",
            SpecialKind.Fifo => "fifo",
            _ => "socket",
        }, 0, $"{special.DeviceMajor:x}:{special.DeviceMinor:x}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Digest(FileContent content)
    {
        using Stream stream = content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
