// The writer before its judges: e2fsck, dumpe2fs, debugfs, resize2fs.
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4WriterTests
{
    [Fact]
    public void E2fsck_finds_both_profiles_clean()
    {
        using var folder = new TempFolder();
        Ext4Samples.MustBeClean(Ext4Samples.Make(folder, Ext4Samples.EveryKind(), Ext4Samples.SystemBoot, 256 << 20));
        Ext4Samples.MustBeClean(Ext4Samples.Make(folder, Ext4Samples.EveryKind(), Ext4Samples.Writable));
    }

    [Theory]
    [InlineData(1024, "")]
    [InlineData(2048, "")]
    [InlineData(4096, "^metadata_csum")]
    [InlineData(1024, "^metadata_csum,uninit_bg")]
    [InlineData(4096, "^64bit,^flex_bg,^resize_inode")]
    [InlineData(2048, "^has_journal,^filetype,^dir_index")]
    [InlineData(1024, "^flex_bg,^metadata_csum,^resize_inode,^sparse_super")]
    [InlineData(1024, "none,ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file")]
    [InlineData(4096, "none,has_journal,ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file")]
    public void E2fsck_finds_every_choice_of_features_clean(int blockSize, string changes)
    {
        using var folder = new TempFolder();
        Ext4Options options = Ext4Samples.Writable with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, changes),
        };
        DirectoryNode root = Ext4Samples.EveryKind();
        for (int index = 0; index < 3000; index++)
            root.SetPath($"many/file number {index}", Ext4Samples.File([(byte)(index & 0xFF)]));
        root.Set("large", Ext4Samples.File(new SeededRandom(9).Bytes(9_000_000)));
        string expected = Ext4Samples.Text(root);
        foreach (long? size in new long?[] { null, 700 << 20 })
        {
            string image = Ext4Samples.Make(folder, root, options, size);
            Ext4Samples.MustBeClean(image);
            Assert.Equal(expected, Ext4Samples.Read(image));
        }
    }

    [Theory]
    [InlineData("system-boot", 4096)]
    [InlineData("system-boot", 1024)]
    [InlineData("writable", 4096)]
    [InlineData("writable", 2048)]
    public void Debugfs_reads_what_was_put_in(string profile, int blockSize)
    {
        using var folder = new TempFolder();
        DirectoryNode root = Ext4Samples.EveryKind();
        const string list = "0200000001000700FFFFFFFF02000600E803000004000500FFFFFFFF10000700FFFFFFFF20000500FFFFFFFF";
        root.Set("list", Ext4Samples.File([7], FileMetadata.File with
        {
            ExtendedAttributes = Ext4Samples.Attributes(("user.inline", 9))
                .Add("system.posix_acl_access", [.. Convert.FromHexString(list)]),
        }));
        Ext4Options options = profile == "writable" ? Ext4Samples.Writable : Ext4Samples.SystemBoot;
        string image = Ext4Samples.Make(folder, root, options with { BlockSize = blockSize });
        Ext4Samples.MustBeClean(image);
        var judge = new DebugfsJudge(folder);
        judge.Add(image, root);
        (_, string expected, string actual) = judge.Ask().Single();
        // where an entry has no id, Linux shows all ones, debugfs zeros
        Assert.Equal(expected.Replace(list, list.Replace("FFFFFFFF", "00000000", StringComparison.Ordinal),
            StringComparison.Ordinal), actual);
        Assert.Contains("File ACL: 0\n", Stat("caps"), StringComparison.Ordinal);          // in the inode
        Assert.DoesNotContain("File ACL: 0\n", Stat("attributes"), StringComparison.Ordinal);

        string Stat(string path) => Oracle.Run("debugfs", "-R", $"stat {path}", image).MustSucceed();
    }

    [Fact]
    public void The_size_left_open_is_the_smallest_with_the_margin_and_is_explained()
    {
        const long Mebi = 1 << 20;
        DirectoryNode root = Ext4Samples.EveryKind();
        root.Set("large", Ext4Samples.File(new byte[30_000_000]));
        Ext4Options options = Ext4Samples.Writable with { MarginBytes = 20 * Mebi };
        Ext4Plan plan = Ext4Writer.Plan(root, options, sizeBytes: null);
        Assert.Equal(0, plan.SizeBytes % Mebi);
        Assert.True(plan.FreeBytes >= plan.ReservedBytes + options.MarginBytes, plan.Explanation);
        Ext4Plan smaller = Ext4Writer.Plan(root, options, plan.SizeBytes - Mebi);
        Assert.True(smaller.FreeBytes < smaller.ReservedBytes + options.MarginBytes, smaller.Explanation);
        Assert.Equal(plan.SizeBytes, plan.ContentBytes + plan.MetadataBytes + plan.JournalBytes + plan.FreeBytes);
        Assert.Contains("margin 20971520; in whole MiB", plan.Explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("margin", smaller.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        DirectoryNode root = Ext4Samples.EveryKind();
        root.Set("large", Ext4Samples.File(new byte[30_000_000]));
        var bytes = Assert.Throws<ContentDoesNotFitException>(
            () => Ext4Writer.Plan(root, Ext4Samples.Writable, 24 << 20));
        Assert.True(bytes.NeededBytes > bytes.AvailableBytes && bytes.AvailableBytes > 0, bytes.Message);
        var inodes = Assert.Throws<ContentDoesNotFitException>(
            () => Ext4Writer.Plan(root, Ext4Samples.Writable with { InodeCount = 16 }, 64 << 20));
        Assert.True(inodes.NeededInodes > inodes.AvailableInodes, inodes.Message);
    }
}
