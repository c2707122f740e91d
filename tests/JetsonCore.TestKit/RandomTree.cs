// Seeded random file trees: names in several scripts, lengths around block borders, every kind of node, hard links.
using JetsonCore.Formats.Trees;

namespace JetsonCore.TestKit;

public sealed class RandomTree(SeededRandom random)
{
    private static readonly string[] Syllables = ["a", "b-", "Z", "ß", "ελ", "日本", "🐟", " ", "x.y", "_"];
    private static readonly int[] Lengths = [0, 1, 3, 4, 5, 511, 512, 513, 4095, 4096, 4097, 70000];

    private readonly List<FileNode> _files = [];

    /// <summary>Whether device nodes, pipes and sockets may appear.</summary>
    public bool WithSpecialNodes { get; init; } = true;

    /// <summary>Whether one file may have several names.</summary>
    public bool WithHardLinks { get; init; } = true;

    /// <summary>The largest owner and group.</summary>
    public int HighestId { get; init; } = 100_000;

    /// <summary>A tree of up to <paramref name="nodeCount"/> nodes.</summary>
    public DirectoryNode Make(int nodeCount)
    {
        var root = new DirectoryNode();
        List<DirectoryNode> folders = [root];
        for (int count = random.Next(nodeCount + 1); count > 0; count--)
        {
            DirectoryNode parent = random.Pick(folders);
            string name = Name();
            if (parent.Children.ContainsKey(name))
                continue;
            FileNode node = Node();
            parent.Set(name, node);
            if (node is DirectoryNode folder)
                folders.Add(folder);
        }
        return root;
    }

    private string Name()
    {
        string name = "";
        for (int count = 1 + random.Next(8); count > 0; count--)
            name += random.Pick(Syllables);
        return name;
    }

    private FileNode Node()
    {
        if (WithHardLinks && _files.Count > 0 && random.Chance(8))
            return random.Pick(_files);
        switch (random.Next(WithSpecialNodes ? 8 : 6))
        {
            case 0 or 1:
                return new DirectoryNode(Metadata());
            case 2:
                return new SymbolicLinkNode(Metadata() with { Permissions = 0x1FF }, Name() + "/" + Name());
            case < 6:
                _files.Add(new RegularFileNode(Metadata(), FileContent.Of(random.Bytes(random.Pick(Lengths)))));
                return _files[^1];
            default:
                var kind = (SpecialKind)random.Next(4);
                bool isDevice = kind is SpecialKind.BlockDevice or SpecialKind.CharacterDevice;
                return isDevice
                    ? new SpecialNode(Metadata(), kind, (uint)random.Next(4096), (uint)random.Next(1 << 20))
                    : new SpecialNode(Metadata(), kind);
        }
    }

    /// <summary>Only root can give a judge's files every mode, and read back what its owner may not.</summary>
    private static ushort Permissions(int any) =>
        (ushort)(Environment.IsPrivilegedProcess ? any : (any & 0x1ED) | 0x1C0);      // 0755, 0700

    private FileMetadata Metadata() => new()
    {
        Permissions = Permissions(random.Next(0x1000)),
        UserId = (uint)random.Next(HighestId + 1),
        GroupId = (uint)random.Next(HighestId + 1),
        ModificationTime = new(random.Next(int.MaxValue)),
    };
}
