// What ext4 cannot express is refused before a byte is written, with the path of the file.
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4RefusalTests
{
    private static readonly Dictionary<string, Func<FileNode>> Files = new()
    {
        ["late"] = () => Dated(new(1L << 34)),
        ["early"] = () => Dated(new(int.MinValue - 1L)),
        ["fine"] = () => Dated(new(0, 1_000_000_000)),
        ["mode"] = () => Ext4Samples.File([], FileMetadata.File with { Permissions = 0x1000 }),
        ["major"] = () => new SpecialNode(FileMetadata.File, SpecialKind.BlockDevice, 4096, 0),
        ["minor"] = () => new SpecialNode(FileMetadata.File, SpecialKind.CharacterDevice, 0, 1 << 20),
        ["target"] = () => new SymbolicLinkNode(FileMetadata.Link, new string('t', 4096)),
        ["no target"] = () => new SymbolicLinkNode(FileMetadata.Link, ""),
        ["nul"] = () => new SymbolicLinkNode(FileMetadata.Link, "a\0b"),
        ["space"] = () => WithAttribute("os2.attribute", 1),
        ["attribute"] = () => WithAttribute($"user.{new string('a', 256)}", 1),
        ["value"] = () => WithAttribute("user.large", 4090),
        ["lone\uD800"] = () => Ext4Samples.File([]),
        [new string('n', 256)] = () => Ext4Samples.File([]),
    };

    public static TheoryData<string> Names => [.. Files.Keys.Select(name => name.Replace('\uD800', '?'))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_cannot_be_expressed_is_named(string name)
    {
        string key = name.Replace('?', '\uD800');
        var root = new DirectoryNode();
        root.SetPath($"in a folder/{key}", Files[key]());
        var refusal = Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, Ext4Samples.Writable, null));
        Assert.Equal($"in a folder/{key}", refusal.Path);
        Assert.StartsWith("cannot ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_blocks_or_inodes_than_have_numbers_are_refused()
    {
        var root = new DirectoryNode();
        Assert.Throws<ArgumentException>(() => Ext4Writer.Plan(root, Ext4Samples.SystemBoot, 17L << 40));
        Assert.Throws<ArgumentException>(() => Ext4Writer.Plan(root, Ext4Samples.Writable, long.MaxValue));
        Ext4Options many = Ext4Samples.Writable with { BytesPerInode = 4096 };
        Assert.Throws<ArgumentException>(() => Ext4Writer.Plan(root, many, 20L << 40));
        Assert.Equal(20L << 40, Ext4Writer.Plan(root, Ext4Samples.Writable, 20L << 40).SizeBytes);
    }

    [Fact]
    public void Small_inodes_say_nothing_after_2038()
    {
        var root = new DirectoryNode();
        root.Set("late", Dated(new(1L << 31)));
        Ext4Options small = Ext4Samples.Writable with
        {
            InodeSize = 128,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, "^extra_isize"),
        };
        var refusal = Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, small, null));
        Assert.StartsWith("cannot date \"late\": 2147483648 s after 1970", refusal.Message, StringComparison.Ordinal);
        var late = new DirectoryNode(FileMetadata.Directory with { ModificationTime = new(1L << 31) });
        refusal = Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(late, small, null));
        Assert.StartsWith("cannot date the root folder: ", refusal.Message, StringComparison.Ordinal);
        root.Set("late", Dated(new((1L << 31) - 1)));
        using var folder = new TempFolder();
        Ext4Samples.MustBeClean(Ext4Samples.Make(folder, root, small));
    }

    [Fact]
    public void A_folder_has_one_place_and_lost_and_found_is_a_folder()
    {
        var root = new DirectoryNode();
        var twice = new DirectoryNode();
        root.Set("one", twice);
        root.Set("two", twice);
        Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, Ext4Samples.Writable, null));
        root.Remove("two");
        root.Set("lost+found", Ext4Samples.File([]));
        Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, Ext4Samples.Writable, null));
    }

    [Fact]
    public void A_content_that_has_become_shorter_is_named()
    {
        var root = new DirectoryNode();
        root.SetPath("a/b", new RegularFileNode(FileMetadata.File, new(5000, () => new MemoryStream(new byte[4999]))));
        Ext4Plan plan = Ext4Writer.Plan(root, Ext4Samples.Writable, null);
        var fault = Assert.Throws<Binary.MalformedDataException>(() => Ext4Writer.Write(plan, new MemoryStream(), 0));
        Assert.Contains("\"a/b\"", fault.Message, StringComparison.Ordinal);
    }

    private static RegularFileNode Dated(FileTime time) =>
        Ext4Samples.File([], FileMetadata.File with { ModificationTime = time });

    private static RegularFileNode WithAttribute(string name, int length) => Ext4Samples.File([], FileMetadata.File with
    {
        ExtendedAttributes = Ext4Samples.Attributes((name, length)),
    });
}
