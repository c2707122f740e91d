// Trees and options that the ext4 tests share.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Ext4;

internal static class Ext4Samples
{
    public static readonly FileTime Time = new(1_573_659_600);

    private static readonly Guid Uuid = new("d190a50a-dc7d-4437-8cc4-af5090e0af0d");
    private static readonly Guid HashSeed = new("f7624b45-b1bc-4f16-9112-32bc20dec47c");

    public static Ext4Options SystemBoot => Ext4Options.SystemBoot("system-boot", Uuid, HashSeed, Time);

    public static Ext4Options Writable => Ext4Options.Writable("writable", Uuid, HashSeed, Time);

    /// <summary>Something of every kind, at the borders of what fits where.</summary>
    public static DirectoryNode EveryKind()
    {
        var root = new DirectoryNode();
        root.SetPath("a/b/c/deep.txt", File("deep"u8.ToArray()));
        root.Set("empty", File([]));
        root.Set("block-and-one", File(new SeededRandom(1).Bytes(4097)));
        root.Set("hundred-kb", File(new SeededRandom(2).Bytes(100_000)));
        root.Set("fast", new SymbolicLinkNode(FileMetadata.Link, new string('f', 59)));
        root.Set("slow", new SymbolicLinkNode(FileMetadata.Link, new string('s', 60)));
        root.Set("null", new SpecialNode(FileMetadata.File, SpecialKind.CharacterDevice, 1, 3));
        root.Set("nvme", new SpecialNode(FileMetadata.File, SpecialKind.BlockDevice, 259, 70000));
        root.Set("fifo", new SpecialNode(FileMetadata.File, SpecialKind.Fifo));
        root.Set("socket", new SpecialNode(FileMetadata.File, SpecialKind.Socket));
        var linked = File("twice"u8.ToArray());
        root.Set("one", linked);
        root.SetPath("a/two", linked);
        root.Set("owner", File([1], new() { UserId = 70_000, GroupId = 4_000_000_000, Permissions = 0xFFF }));
        root.Set("late", File([2], FileMetadata.File with { ModificationTime = new(5_000_000_000, 123_456_789) }));
        root.Set("early", File([3], FileMetadata.File with { ModificationTime = new(-1_000_000_000, 1) }));
        root.Set("caps", File([4], FileMetadata.File with
        {
            ExtendedAttributes = Attributes(("security.capability", 20)),
        }));
        root.Set("attributes", File([5], FileMetadata.File with
        {
            ExtendedAttributes = Attributes(
                ("user.big", 700), ("user.small", 3), ("trusted.none", 0), ("security.x", 33)),
        }));
        root.Set("ünïcødé \uDCFF", File([6]));
        return root;
    }

    public static RegularFileNode File(byte[] content, FileMetadata? metadata = null) =>
        new(metadata ?? FileMetadata.File with { ModificationTime = Time }, FileContent.Of(content));

    public static ImmutableSortedDictionary<string, ImmutableArray<byte>> Attributes(
        params (string Name, int Length)[] attributes) =>
        attributes.ToImmutableSortedDictionary(
            attribute => attribute.Name,
            attribute => ImmutableArray.Create(new SeededRandom((ulong)attribute.Length).Bytes(attribute.Length)),
            StringComparer.Ordinal);

    /// <summary>Writes an image file and returns its path.</summary>
    public static string Make(TempFolder folder, DirectoryNode root, Ext4Options options, long? sizeBytes = null)
    {
        string path = folder.File("image");
        using FileStream stream = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        Ext4Writer.Write(Ext4Writer.Plan(root, options, sizeBytes), stream, 0);
        return path;
    }

    /// <summary>A tree as text, with nanoseconds and attributes; without the lost+found that every image has.</summary>
    public static string Text(DirectoryNode root)
    {
        root.Remove("lost+found");
        var text = new StringBuilder(TreeText.Of(root));
        foreach ((string path, FileNode node) in root.Walk().Prepend(("", root)))
        {
            FileMetadata metadata = node.Metadata;
            text.Append(CultureInfo.InvariantCulture, $"{path} {metadata.Permissions} {metadata.ModificationTime}");
            foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
                text.Append(CultureInfo.InvariantCulture, $" {name}={Convert.ToHexString(value.AsSpan())}");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>What an image file holds, as text.</summary>
    public static string Read(string image)
    {
        using FileStream stream = System.IO.File.OpenRead(image);
        return Text(Ext4Reader.Open(stream).ReadTree(ReadLimits.Default));
    }

    /// <summary>Fails unless e2fsck finds nothing to do.</summary>
    public static void MustBeClean(string image)
    {
        OracleResult result = Oracle.Run("e2fsck", "-fn", image);
        Xunit.Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
