// What dumpe2fs says of our file systems is what it says of those that mke2fs makes with the same features and size;
// and what is asked for (label, UUID, hash seed, reserved blocks, inodes, journal) is what it shows.
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4SuperblockTests
{
    /// <summary>These depend on what the file systems hold and on where mke2fs leaves gaps.</summary>
    private static readonly string[] ContentFields =
    [
        "Free blocks", "Free inodes", "Lifetime writes", "Checksum", "Overhead clusters", "Journal backup",
        "Journal checksum",
    ];

    [Theory]
    [InlineData("system-boot", 4096, 64)]
    [InlineData("system-boot", 4096, 256)]
    [InlineData("system-boot", 1024, 100)]
    [InlineData("writable", 4096, 300)]
    [InlineData("writable", 4096, 1500)]
    [InlineData("writable", 4096, 14_000)]
    [InlineData("writable", 2048, 5000)]
    [InlineData("writable", 1024, 700)]
    public void Dumpe2fs_shows_what_it_shows_of_mke2fs(string profile, int blockSize, int mebibytes)
    {
        using var folder = new TempFolder();
        Ext4Options options =
            (profile == "writable" ? Ext4Samples.Writable : Ext4Samples.SystemBoot) with { BlockSize = blockSize };
        string ours = Ext4Samples.Make(folder, new DirectoryNode(), options, (long)mebibytes << 20);
        string theirs = folder.File("theirs");
        string features = Ext4FeatureNames.Describe(options.Features).Replace(' ', ',');
        Oracle.Run(new OracleCall("mke2fs")
        {
            Arguments =
            [
                "-q", "-F", "-b", $"{blockSize}", "-I", "256", "-i", "16384", "-O", $"none,{features}",
                "-L", options.Label, "-U", $"{options.Uuid}", "-E", $"hash_seed={options.HashSeed},lazy_itable_init=0,lazy_journal_init=0",
                theirs, $"{mebibytes}M",
            ],
            Environment = new Dictionary<string, string>
            {
                ["E2FSPROGS_FAKE_TIME"] = $"{Ext4Samples.Time.UnixSeconds}",
            },
        }).MustSucceed();
        Assert.Equal(Header(theirs), Header(ours));
    }

    [Fact]
    public void What_is_asked_for_is_what_dumpe2fs_shows()
    {
        using var folder = new TempFolder();
        Ext4Options options = Ext4Samples.Writable with
        {
            Label = "sixteen bytes ü",
            ReservedPercent = 7,
            InodeCount = 3000,
            InodeSize = 512,
            JournalBlocks = 2000,
        };
        string header = Header(Ext4Samples.Make(folder, Ext4Samples.EveryKind(), options, 100 << 20));
        foreach (string line in new[]
        {
            "Filesystem volume name:   sixteen bytes ü", $"Filesystem UUID:          {options.Uuid}",
            $"Directory Hash Seed:      {options.HashSeed}", "Block count:              25600",
            "Reserved block count:     1792", "Inode size:\t          512", "Inode count:              3000",
            "Total journal blocks:     2000", "Filesystem state:         clean",
        })
            Assert.Contains(line, header.Split('\n'));
    }

    [Fact]
    public void The_same_tree_and_options_give_the_same_bytes_wherever_they_are_written()
    {
        using var folder = new TempFolder();
        byte[] first = File.ReadAllBytes(Ext4Samples.Make(folder, Ext4Samples.EveryKind(), Ext4Samples.Writable));
        var within = new MemoryStream();
        Ext4Plan plan = Ext4Writer.Plan(Ext4Samples.EveryKind(), Ext4Samples.Writable, null);
        Ext4Writer.Write(plan, within, targetOffset: 34 * 512);
        Assert.True(first.AsSpan().SequenceEqual(within.ToArray().AsSpan(34 * 512)));
    }

    private static string Header(string image) => string.Join('\n',
        Oracle.Run("dumpe2fs", "-h", image).MustSucceed().Split('\n')
            .Where(line => !ContentFields.Any(field => line.StartsWith(field, StringComparison.Ordinal))));
}
