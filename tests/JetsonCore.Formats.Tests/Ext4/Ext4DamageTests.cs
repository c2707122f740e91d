// Damaged images: the reader refuses them or reads something, in bounded time and memory. Damage goes where bytes are
// that mean something, since most of an image is zeros; checksums are off in most images, since they would find it all.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4DamageTests
{
    private const int SpotBytes = 64;

    private static readonly ReadLimits Limits =
        new() { Entries = 10_000, ContentBytes = 64 << 20, MetadataBytes = 16 << 20, Depth = 64 };

    [Theory]
    [InlineData("ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,extra_isize", 50)]
    [InlineData("ext_attr,dir_index,filetype,extent,64bit,metadata_csum,sparse_super,large_file,extra_isize", 90)]
    [InlineData("ext_attr,dir_index,filetype,sparse_super,large_file", 50)]
    public void Damage_to_our_images_does_no_harm(string features, int refusedPercentMax)
    {
        using var folder = new TempFolder();
        Ext4Options options = Ext4Samples.Writable with
        {
            BlockSize = 1024,
            Features = Ext4FeatureNames.Change(Ext4Features.None, features),
            MarginBytes = 0,
            ReservedPercent = 0,
        };
        Damage(Ext4Samples.Make(folder, Tree(), options), 600, 25_000, refusedPercentMax);
    }

    [Theory]
    [InlineData("-t ext4 -b 1024 -I 512 -O inline_data,^metadata_csum,^has_journal,^resize_inode")]
    [InlineData("-t ext4 -b 1024 -O meta_bg,bigalloc,^metadata_csum,^has_journal,^resize_inode -C 4096")]
    public void Damage_to_images_of_mke2fs_does_no_harm(string arguments)
    {
        using var folder = new TempFolder();
        string image = folder.File("image"), host = folder.File("host");
        Directory.CreateDirectory(host);
        for (int index = 0; index < 60; index++)
            folder.Write($"host/{index}/n{new string('n', index)}", new SeededRandom((ulong)index).Bytes(index * 13));
        Oracle.Run("mke2fs", [.. $"-q -F -N 256 {arguments} -d {host} {image} 2M".Split(' ')]).MustSucceed();
        Damage(image, 400, 15_000, refusedPercentMax: 60);
    }

    [Fact]
    public void An_inode_table_that_leads_nowhere_is_refused()
    {
        using var folder = new TempFolder();
        byte[] image = File.ReadAllBytes(Ext4Samples.Make(folder, Tree(), Ext4Samples.SystemBoot));
        image.AsSpan(4096 + 8, 4).Fill(0xFF);           // the table of group 0
        var fault = Assert.Throws<MalformedDataException>(() => ReadAll(image, new byte[4096]));
        Assert.Contains("4294967295", fault.Message, StringComparison.Ordinal);
    }

    private static DirectoryNode Tree()
    {
        DirectoryNode root = Ext4Samples.EveryKind();
        for (int index = 0; index < 60; index++)
            root.SetPath($"many/{new string('n', 40)}{index}", Ext4Samples.File([(byte)index]));
        var sparse = new byte[60_000];
        for (int at = 0; at < sparse.Length; at += 5000)
            sparse[at] = 1;
        root.Set("sparse", new RegularFileNode(FileMetadata.File, new(sparse.Length, () => new MemoryStream(sparse),
            () => Enumerable.Range(0, 12).Select(index => new ContentRange(index * 5000, 1)))));
        return root;
    }

    private static void Damage(string image, int roundsInCheck, int roundsInSoak, int refusedPercentMax)
    {
        byte[] whole = File.ReadAllBytes(image), buffer = new byte[1 << 16];
        int[] spots = [.. Enumerable.Range(0, whole.Length / SpotBytes)
            .Where(spot => whole.AsSpan(spot * SpotBytes, SpotBytes).ContainsAnyExcept((byte)0))];
        int rounds = Soak.Rounds(roundsInCheck, roundsInSoak);
        ReadAll(whole, buffer);
        int refused = DamageTrial.Run(rounds, round =>
        {
            var random = new SeededRandom((ulong)round);
            ReadAll(random.Chance(10) ? Mutations.Mutate(whole, random) : MutateSpots(whole, spots, random), buffer);
        });
        Assert.InRange(refused * 100 / rounds, 5, refusedPercentMax);
    }

    /// <summary>Changes a few places that hold something; the first (superblock, descriptors) most often.</summary>
    private static byte[] MutateSpots(byte[] whole, int[] spots, SeededRandom random)
    {
        byte[] copy = [.. whole];
        for (int count = 1 + random.Next(4); count > 0; count--)
        {
            int bound = random.Chance(4) ? Math.Min(spots.Length, 40) : spots.Length;
            Span<byte> spot = copy.AsSpan(spots[random.Next(bound)] * SpotBytes, SpotBytes);
            byte[] mutated = Mutations.Mutate(spot.ToArray(), random);
            mutated.AsSpan(0, Math.Min(SpotBytes, mutated.Length)).CopyTo(spot);
        }
        return copy;
    }

    private static void ReadAll(byte[] image, byte[] buffer)
    {
        var reader = Ext4Reader.Open(new MemoryStream(image));
        foreach ((_, FileNode node) in reader.ReadTree(Limits).Walk())
        {
            if (node is not RegularFileNode file)
                continue;
            try
            {
                Assert.True(file.Content.DataRanges().Sum(range => range.Length) <= file.Content.Length);
                using Stream content = file.Content.Open();
                while (content.Read(buffer) > 0)
                {
                }
            }
            catch (MalformedDataException)
            {
                // one broken file does not keep the others from being read
            }
        }
    }
}
