// A file tree as text, one line a node: what round trips compare and what a failing test shows.
//
//   d 755 0:0 1500000000 bin
//   f 644 0:0 1500000000 bin/sh 12 3a6eb079 #2      length, digest, and a number where a node has several names
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.TestKit;

public static class TreeText
{
    /// <summary>Everything below the root; times in whole seconds.</summary>
    public static string Of(DirectoryNode root)
    {
        var text = new StringBuilder();
        var nodes = root.Walk().ToList();
        var names = nodes.GroupBy(entry => entry.Node, ReferenceEqualityComparer.Instance)
            .Where(group => group.Count() > 1)
            .Select((group, index) => (group.Key, index))
            .ToDictionary(pair => pair.Key!, pair => $" #{pair.index}", ReferenceEqualityComparer.Instance);
        foreach ((string path, FileNode node) in nodes)
        {
            FileMetadata metadata = node.Metadata;
            string permissions = Convert.ToString(metadata.Permissions, 8);
            text.Append(CultureInfo.InvariantCulture,
                $"{Kind(node)} {permissions} {metadata.UserId}:{metadata.GroupId} {metadata.ModificationTime.UnixSeconds} {path}");
            text.Append(Detail(node)).Append(names.GetValueOrDefault(node)).Append('\n');
        }
        return text.ToString();
    }

    private static char Kind(FileNode node) => node switch
    {
        DirectoryNode => 'd',
        RegularFileNode => 'f',
        SymbolicLinkNode => 'l',
        SpecialNode special => "cbps"[(int)special.Kind],
        _ => '?',
    };

    private static string Detail(FileNode node)
    {
        switch (node)
        {
            case RegularFileNode file:
                using (Stream content = file.Content.Open())
                    return $" {file.Content.Length} {Convert.ToHexString(SHA256.HashData(content).AsSpan(0, 4))}";
            case SymbolicLinkNode link:
                return $" -> {link.Target}";
            case SpecialNode special:
                return $" {special.DeviceMajor},{special.DeviceMinor}";
            default:
                return "";
        }
    }
}
