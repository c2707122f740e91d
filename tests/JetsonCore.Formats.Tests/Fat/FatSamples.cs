// Seeded trees that FAT can express, and trees as text to compare them.
using System.Globalization;
using System.Security.Cryptography;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Fat;

internal static class FatSamples
{
    private static readonly string[] Stems =
    [
        "README", "readme", "kernel", "long name with spaces", "Größe", "数据", "данные", "Ελλάδα", "ありがとう", "संस्कृत",
        "עברית", "العربية", "🙂smile", "a+b", "[x];y,z=1", "..dots..in", " lead", "V", "x.tar.gz", "ABCDEFGH",
        "ABCDEFGHI", "e\u0301combining", "ß", "CON", new('w', 200),
    ];

    private static readonly string[] Extensions = ["", ".txt", ".TXT", ".DTB", ".jpeg", ".x y", ".конф"];

    public static DirectoryNode Tree(SeededRandom random, int entriesMax = 24)
    {
        var root = new DirectoryNode();
        var directories = new List<DirectoryNode> { root };
        for (int count = random.Next(entriesMax); count > 0; count--)
        {
            DirectoryNode parent = random.Pick(directories);
            string name = random.Pick(Stems) + (random.Chance(2) ? random.Next(40).ToString(CultureInfo.InvariantCulture) : "")
                + random.Pick(Extensions);
            if (parent.Children.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            var time = new FileTime(315532800 + (2L * random.Next(1_000_000_000)));
            bool isReadOnly = random.Chance(8);
            if (random.Chance(4))
            {
                var directory = new DirectoryNode(new()
                {
                    Permissions = (ushort)(isReadOnly ? 0x16D : 0x1ED),
                    ModificationTime = time,
                });
                directories.Add(directory);
                parent.Set(name, directory);
                continue;
            }
            var metadata = new FileMetadata { Permissions = (ushort)(isReadOnly ? 0x124 : 0x1A4), ModificationTime = time };
            parent.Set(name, new RegularFileNode(metadata, FileContent.Of(random.Bytes(Size(random)))));
        }
        return root;
    }

    /// <summary>One line for each file: path, kind, mode, time, size, digest.</summary>
    public static string Text(DirectoryNode tree) => string.Join('\n', tree.Walk().Select(item => item.Node switch
    {
        RegularFileNode file => $"{item.Path} file {Metadata(file)} {file.Content.Length} {Digest(file.Content)}",
        _ => $"{item.Path} dir {Metadata(item.Node)}",
    }));

    private static int Size(SeededRandom random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Pick([1, 511, 512, 513, 1023, 1024, 2048, 4095, 4096, 4097]),
        2 => random.Next(100),
        _ => random.Next(9000),
    };

    private static string Metadata(FileNode node) =>
        $"{Convert.ToString(node.Metadata.Permissions, 8)} {node.Metadata.ModificationTime.UnixSeconds}";

    private static string Digest(FileContent content)
    {
        using Stream stream = content.Open();
        return Convert.ToHexString(SHA256.HashData(stream))[..16];
    }
}
