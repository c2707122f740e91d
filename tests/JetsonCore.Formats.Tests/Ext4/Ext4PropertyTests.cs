// Seeded random trees with seeded options: written, checked by e2fsck, read back by us and by debugfs.
using System.Collections.Immutable;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4PropertyTests
{
    private const int TreesPerJudge = 25;

    private static readonly string[] FeatureChanges =
    [
        "", "^has_journal", "^metadata_csum,^64bit,^has_journal", "^metadata_csum,uninit_bg,^flex_bg,^has_journal",
        "^resize_inode,^sparse_super,^dir_index,^has_journal", "^has_journal,^filetype,^extra_isize",
        "none,ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file",
        "none,ext_attr,has_journal,dir_index,filetype,sparse_super,large_file",
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_trees_come_back_from_us_and_from_debugfs(int part)
    {
        int trees = Soak.Rounds(check: 125, soak: 2500);
        for (int first = 0; first < trees; first += TreesPerJudge)
        {
            using var folder = new TempFolder();
            var judge = new DebugfsJudge(folder);
            for (int index = first; index < first + TreesPerJudge; index++)
                WriteAndReadBack(folder, (ulong)(part * 1_000_000 + index), judge);
            foreach ((string image, string expected, string actual) in judge.Ask())
                Assert.True(expected == actual, $"{image}:\n{Difference(expected, actual)}");
        }
    }

    private static string Difference(string expected, string actual)
    {
        string[] wanted = expected.Split('\n'), found = actual.Split('\n');
        return string.Join('\n', wanted.Except(found).Select(line => $"- {line}"))
            + '\n' + string.Join('\n', found.Except(wanted).Select(line => $"+ {line}"));
    }

    private static void WriteAndReadBack(TempFolder folder, ulong seed, DebugfsJudge judge)
    {
        var random = new SeededRandom(seed);
        Ext4Options options = RandomOptions(random);
        DirectoryNode root = Tree(random, options);
        string image = folder.File($"seed-{seed}");
        using (FileStream stream = new(image, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            Ext4Writer.Write(Ext4Writer.Plan(root, options, null), stream, 0);
        try
        {
            Ext4Samples.MustBeClean(image);
            Assert.Equal(Ext4Samples.Text(root), Ext4Samples.Read(image));
        }
        catch (Exception exception)
        {
            throw new Xunit.Sdk.XunitException($"seed {seed}, {options}: {exception.Message}");
        }
        judge.Add(image, root);
    }

    private static Ext4Options RandomOptions(SeededRandom random)
    {
        Ext4Features features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, random.Pick(FeatureChanges));
        bool isLarge = features.HasFlag(Ext4Features.ExtraIsize) || random.Chance(2);
        return Ext4Samples.Writable with
        {
            BlockSize = 1024 << random.Next(3),
            Features = features,
            InodeSize = isLarge ? 256 << random.Next(3) : 128,
            ReservedPercent = random.Next(11),
            MarginBytes = random.Next(3) << 19,
            BytesPerInode = 4096 << random.Next(3),
            JournalBlocks = features.HasFlag(Ext4Features.HasJournal) ? 1024 : null,
            DetectZeroBlocks = random.Chance(3),
            KeepZeros = path => path.Length % 5 == 0,
        };
    }

    /// <summary>A random tree with what ext4 has beyond the others: holes, fine and far times, attributes.</summary>
    private static DirectoryNode Tree(SeededRandom random, Ext4Options options)
    {
        DirectoryNode root = new RandomTree(random) { HighestId = int.MaxValue - 1 }.Make(nodeCount: 24);
        if (random.Chance(4))
            AddManyNames(root, random);
        for (int count = random.Next(4); count > 0; count--)
            root.Set($"sparse {count}", new RegularFileNode(FileMetadata.File, SparseContent(random)));
        if (random.Chance(5))
            root.Set("lost+found", new DirectoryNode(FileMetadata.Directory));
        foreach ((_, FileNode node) in root.Walk().Prepend(("", root)))
            node.Metadata = Enrich(node, random, options);
        return root;
    }

    private static void AddManyNames(DirectoryNode root, SeededRandom random)
    {
        for (int count = random.Next(200); count > 0; count--)
            root.SetPath($"many/{new string('n', 1 + random.Next(250))}{count}", Ext4Samples.File([]));
    }

    private static FileContent SparseContent(SeededRandom random)
    {
        var bytes = new byte[1 + random.Next(400_000)];
        var ranges = new List<ContentRange>();
        for (int at = random.Next(30_000); at < bytes.Length; at += 1 + random.Next(30_000))
        {
            int length = Math.Min(1 + random.Next(6000), bytes.Length - at);
            random.Bytes(length).CopyTo(bytes, at);
            ranges.Add(new(at, length));
            at += length;
        }
        return new(bytes.Length, () => new MemoryStream(bytes), () => ranges);
    }

    private static FileMetadata Enrich(FileNode node, SeededRandom random, Ext4Options options)
    {
        var attributes = new List<(string, int)>();
        bool mayHaveUser = node is RegularFileNode or DirectoryNode;
        if (random.Chance(4))
            attributes.Add(("security.capability", 20));
        if (mayHaveUser && random.Chance(4))
            attributes.Add(($"user.{new string('a', 1 + random.Next(60))}", random.Next(300)));
        if (mayHaveUser && random.Chance(8))
            attributes.Add(("trusted.large", random.Next(options.BlockSize - 500)));
        bool hasRest = options.InodeSize > 128;
        return node.Metadata with
        {
            ExtendedAttributes = attributes.Count == 0
                ? ImmutableSortedDictionary<string, ImmutableArray<byte>>.Empty.WithComparers(StringComparer.Ordinal)
                : Ext4Samples.Attributes([.. attributes]),
            ModificationTime = !hasRest ? new(random.Next(int.MaxValue))
                : new((long)(random.NextUInt64() % (1UL << 34)) + int.MinValue, (uint)random.Next(1_000_000_000)),
        };
    }
}
