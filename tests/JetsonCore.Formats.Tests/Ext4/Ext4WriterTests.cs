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
}
