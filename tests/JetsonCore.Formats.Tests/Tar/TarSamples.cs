// Seeded trees with all that tar can say, and trees as text to compare them.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Tar;

internal static class TarSamples
{
    private static readonly string[] Stems =
    [
        "README", "kernel.img", "with space", "Größe", "数据", "данные", "ありがとう", "עברית", "🙂", "a\\b", "new\nline",
        "-rf", "~", new('x', 90), new('y', 120), new('z', 250), "bytes\uDCFF\uDC80",
    ];

    public static DirectoryNode Tree(SeededRandom random, bool withAttributes = true)
    {
        var root = new DirectoryNode();
        var directories = new List<DirectoryNode> { root };
        var files = new List<RegularFileNode>();
        for (int count = random.Next(24); count > 0; count--)
        {
            DirectoryNode parent = random.Pick(directories);
            string name = random.Pick(Stems) + random.Next(50).ToString(CultureInfo.InvariantCulture);
            if (parent.Children.ContainsKey(name))
                continue;
            FileNode node = Node(random, withAttributes, files);
            parent.Set(name, node);
            if (node is DirectoryNode directory)
                directories.Add(directory);
            if (node is RegularFileNode file)
                files.Add(file);
        }
        return root;
    }

    /// <summary>One line for each node, hard links by the path of the first name.</summary>
    public static string Text(DirectoryNode tree)
    {
        var seen = new Dictionary<FileNode, string>(ReferenceEqualityComparer.Instance);
        var text = new StringBuilder();
        foreach ((string path, FileNode node) in tree.Walk())
        {
            FileMetadata metadata = node.Metadata;
            text.Append(CultureInfo.InvariantCulture, $"{path} {Convert.ToString(metadata.Permissions, 8)} {metadata.UserId}:")
                .Append(CultureInfo.InvariantCulture, $"{metadata.GroupId} {metadata.ModificationTime} ")
                .AppendJoin(' ', metadata.ExtendedAttributes.Select(a => a.Key + Convert.ToHexString(a.Value.AsSpan())))
                .Append(seen.TryGetValue(node, out string? twin) ? $"link to {twin}" : Kind(node)).Append('\n');
            seen.TryAdd(node, path);
        }
        return text.ToString();
    }

    private static string Kind(FileNode node) => node switch
    {
        RegularFileNode file => $"file {file.Content.Length} {Digest(file.Content)}",
        SymbolicLinkNode link => $"-> {link.Target}",
        SpecialNode special => $"{special.Kind} {special.DeviceMajor},{special.DeviceMinor}",
        _ => "directory",
    };

    private static FileNode Node(SeededRandom random, bool withAttributes, List<RegularFileNode> files)
    {
        FileMetadata metadata = Metadata(random, withAttributes);
        switch (random.Next(10))
        {
            case 0 or 1:
                return new DirectoryNode(metadata);
            case 2:
                return new SymbolicLinkNode(metadata with { Permissions = 0x1FF }, random.Pick(["target", "../x", "/abs/ü", new('t', 150)]));
            case 3:
                return new SpecialNode(metadata, SpecialKind.CharacterDevice, 4095, 1048575);
            case 4:
                return new SpecialNode(metadata, random.Chance(2) ? SpecialKind.BlockDevice : SpecialKind.Fifo);
            case 5 when files.Count > 0:
                return random.Pick(files);
            default:
                return new RegularFileNode(metadata, FileContent.Of(random.Bytes(random.Pick([0, 1, 511, 512, 513, 3000]))));
        }
    }

    private static FileMetadata Metadata(SeededRandom random, bool withAttributes)
    {
        var metadata = new FileMetadata
        {
            Permissions = (ushort)random.Next(4096),
            UserId = random.Pick<uint>([0, 1000, 2097151, 2097152, uint.MaxValue]),
            GroupId = random.Pick<uint>([0, 1000, 2097152]),
            ModificationTime = random.Next(4) switch
            {
                0 => new(1_700_000_000, 123_456_789),
                1 => new(-5, 250_000_000),
                2 => new(1L << 33),
                _ => new(random.Next(2_000_000_000)),
            },
        };
        return withAttributes && random.Chance(4)
            ? metadata with
            {
                ExtendedAttributes = metadata.ExtendedAttributes.SetItem("security.capability",
                    ImmutableArray.Create<byte>(1, 0, 0, 2, 0xFF, 0x0A, 0x3D, 0)).SetItem("user.ü", [65]),
            }
            : metadata;
    }

    private static string Digest(FileContent content)
    {
        using Stream stream = content.Open();
        return Convert.ToHexString(SHA256.HashData(stream))[..16];
    }
}
