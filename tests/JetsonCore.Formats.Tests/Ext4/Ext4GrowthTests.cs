// resize2fs before and after: what the device does on its first boot.
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4GrowthTests
{
    [Theory]
    [InlineData(4096, "")]
    [InlineData(4096, "^64bit,^metadata_csum")]
    [InlineData(1024, "")]
    public void Resize2fs_grows_to_14_and_to_64_GiB(int blockSize, string changes)
    {
        using var folder = new TempFolder();
        Ext4Options options = Ext4Samples.Writable with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, changes),
        };
        DirectoryNode root = Ext4Samples.EveryKind();
        string image = Ext4Samples.Make(folder, root, options, 300 << 20);
        foreach (long gibibytes in (long[])[14, 64])
        {
            using (FileStream file = File.OpenWrite(image))
                file.SetLength(gibibytes << 30);
            Oracle.Run("resize2fs", image).MustSucceed();
            Ext4Samples.MustBeClean(image);
        }
        Assert.Equal(Ext4Samples.Text(root), Ext4Samples.Read(image));
    }

    [Fact]
    public void Resize2fs_shrinks_as_well()
    {
        using var folder = new TempFolder();
        string image = Ext4Samples.Make(folder, Ext4Samples.EveryKind(), Ext4Samples.Writable, 900 << 20);
        Oracle.Run("resize2fs", "-M", "-f", image).MustSucceed();
        Ext4Samples.MustBeClean(image);
    }

    [Theory]
    [InlineData(300L << 20, 64L << 30)]
    [InlineData(16L << 20, 64L << 30)]
    public void Blocks_are_kept_for_the_descriptors_of_the_largest_size(long sizeBytes, long grownBytes)
    {
        Ext4Options options = Ext4Samples.Writable with { MaximumGrowthBytes = grownBytes };
        Ext4Plan plan = Ext4Writer.Plan(new DirectoryNode(), options, sizeBytes);
        long descriptors = (plan.Geometry.DescriptorBlocks + plan.Geometry.ReservedDescriptorBlocks) * 64L;
        Assert.Equal(grownBytes / (32768L * 4096), descriptors);
    }
}
