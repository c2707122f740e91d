// The reader on images that mke2fs and debugfs made, with every feature that they know and we read.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4ReaderTests(Ext4HostFolder hostFolder) : IClassFixture<Ext4HostFolder>
{
    [Theory]
    [InlineData("-t ext2 -b 1024")]
    [InlineData("-t ext2 -b 4096 -r 0")]
    [InlineData("-t ext2 -b 2048 -O ^dir_index,^sparse_super,^resize_inode")]
    [InlineData("-t ext3 -b 1024")]
    [InlineData("-t ext3 -b 4096 -I 128")]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 2048 -I 512")]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext4 -b 1024 -O ^extent,^64bit")]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,uninit_bg")]
    [InlineData("-t ext4 -b 4096 -O inline_data")]
    [InlineData("-t ext4 -b 1024 -O inline_data,^metadata_csum -I 1024")]
    [InlineData("-t ext4 -b 1024 -O meta_bg,^resize_inode")]
    [InlineData("-t ext4 -b 1024 -O meta_bg,^resize_inode,^sparse_super,^64bit")]
    [InlineData("-t ext4 -b 4096 -O bigalloc -C 16384")]
    [InlineData("-t ext4 -b 1024 -O bigalloc,^resize_inode -C 4096")]
    [InlineData("-t ext4 -b 1024 -O bigalloc,meta_bg,^resize_inode -C 8192")]
    [InlineData("-t ext4 -b 4096 -O project,verity,stable_inodes,quota -I 256")]
    [InlineData("-t ext4 -b 4096 -O metadata_csum_seed,large_dir,casefold,encrypt,quota,orphan_file,ea_inode")]
    [InlineData("-t ext4 -b 1024 -O sparse_super2,^flex_bg,^dir_nlink,mmp")]
    public void What_mke2fs_puts_in_comes_out(string arguments)
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, $"{arguments} -d {hostFolder.Path}");

        using FileStream stream = File.OpenRead(image);
        DirectoryNode actual = Ext4Reader.Open(stream).ReadTree(ReadLimits.Default);

        Assert.NotNull(actual.Find("lost+found"));
        Assert.Equal(hostFolder.Text, Ext4HostFolder.PlainText(actual));
        var sparse = (RegularFileNode)actual.Find("sparse")!;
        Assert.True(sparse.Content.DataRanges().Sum(range => range.Length) < sparse.Content.Length / 4);
    }

    [Fact]
    public void Whatever_features_are_combined_the_content_comes_out()
    {
        var random = new SeededRandom(31);
        for (int round = Soak.Rounds(check: 10, soak: 200); round > 0; round--)
            What_mke2fs_puts_in_comes_out(RandomArguments(random));
    }

    [Theory]
    [InlineData("-t ext2 -b 1024 -I 256")]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext4 -b 4096 -I 1024 -O inline_data,ea_inode")]
    public void What_debugfs_sets_comes_out(string arguments)
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, arguments);
        folder.Write("hello", "hello\n");
        folder.Write("value", new SeededRandom(5).Bytes(600));
        Debugfs(folder, image, $"""
            write {folder.File("hello")} file
            mknod char c 1 3
            mknod block b 8 17
            mknod fifo p
            symlink fast target
            symlink slow {new string('x', 200)}
            ea_set file user.short abc
            ea_set -f {folder.File("value")} file trusted.long
            sif file uid 70000
            sif file gid 4000000000
            sif file mode 0104755
            sif file mtime @5000000000
            """);

        using FileStream stream = File.OpenRead(image);
        DirectoryNode tree = Ext4Reader.Open(stream).ReadTree(ReadLimits.Default);

        var file = (RegularFileNode)tree.Find("file")!;
        Assert.Equal("hello\n"u8.ToArray(), file.Content.ReadAll(100));
        Assert.Equal(70_000u, file.Metadata.UserId);
        Assert.Equal(4_000_000_000u, file.Metadata.GroupId);
        Assert.Equal(0x9ED, file.Metadata.Permissions);
        Assert.Equal("abc"u8.ToArray(), file.Metadata.ExtendedAttributes["user.short"]);
        Assert.Equal(new SeededRandom(5).Bytes(600), file.Metadata.ExtendedAttributes["trusted.long"]);
        Assert.Equal((1u, 3u), Numbers(tree.Find("char")));
        Assert.Equal((8u, 17u), Numbers(tree.Find("block")));
        Assert.Equal(SpecialKind.Fifo, Assert.IsType<SpecialNode>(tree.Find("fifo")).Kind);
        Assert.Equal("target", Assert.IsType<SymbolicLinkNode>(tree.Find("fast")).Target);
        Assert.Equal(new string('x', 200), Assert.IsType<SymbolicLinkNode>(tree.Find("slow")).Target);
    }

    [Fact]
    public void Facts_of_the_superblock_are_those_of_mke2fs()
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, "-t ext4 -b 4096 -L label-of-16-byte -U 01234567-89ab-cdef-0123-456789abcdef -N 5000");
        using FileStream stream = File.OpenRead(image);
        var reader = Ext4Reader.Open(stream);
        Assert.Equal("label-of-16-byte", reader.Label);
        Assert.Equal(new Guid("01234567-89ab-cdef-0123-456789abcdef"), reader.Uuid);
        Assert.Equal((4096, 128L << 20), (reader.BlockSize, reader.SizeBytes));
        Assert.True(reader.IsClean);
        Assert.False(reader.NeedsRecovery);
        Assert.Equal(
            Oracle.Run("dumpe2fs", "-h", image).MustSucceed().Split('\n')
                .Single(line => line.StartsWith("Filesystem features:", StringComparison.Ordinal)).Split(':')[1].Trim(),
            Ext4FeatureNames.Describe(reader.Features));
    }

    [Fact]
    public void A_journal_to_be_played_back_is_reported()
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, "-t ext4");
        Debugfs(folder, image, "feature needs_recovery");
        using FileStream stream = File.OpenRead(image);
        var reader = Ext4Reader.Open(stream);
        Assert.True(reader.NeedsRecovery);
        Assert.False(reader.IsClean);
        Assert.Single(reader.ReadTree(ReadLimits.Default).Children);
    }

    [Fact]
    public void Extent_trees_of_three_levels_are_read()
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        using (FileStream file = File.Create(folder.File("scattered")))
        {
            for (int block = 0; block < 3000; block++)
            {
                file.Position = 8192L * block;
                file.Write([(byte)(block & 0xFF), (byte)(block >> 8)]);
            }
        }
        MakeImage(image, "-t ext4 -b 1024");
        Debugfs(folder, image, $"write {folder.File("scattered")} scattered");
        using FileStream stream = File.OpenRead(image);
        var scattered = (RegularFileNode)Ext4Reader.Open(stream).ReadTree(ReadLimits.Default).Find("scattered")!;
        byte[] expected = File.ReadAllBytes(folder.File("scattered"));
        Assert.Equal(expected, scattered.Content.ReadAll(1 << 26));
        Assert.True(scattered.Content.DataRanges().Count() > 1000);
    }

    [Theory]
    [InlineData("-t ext4 -b 1024 -O bigalloc -C 16384")]
    [InlineData("-t ext4 -b 4096 -O bigalloc -C 65536")]
    [InlineData("-t ext4 -b 4096 -O ea_inode")]
    [InlineData("-t ext2 -b 1024 -I 128")]
    public void A_fast_link_may_have_a_block_of_attributes(string arguments)
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, arguments);
        string value = new('y', 500);
        Debugfs(folder, image, $"symlink fast target\nea_set fast trusted.x {value}");
        using FileStream stream = File.OpenRead(image);
        var link = (SymbolicLinkNode)Ext4Reader.Open(stream).ReadTree(ReadLimits.Default).Find("fast")!;
        Assert.Equal("target", link.Target);
        Assert.Equal(Encoding.ASCII.GetBytes(value), link.Metadata.ExtendedAttributes["trusted.x"]);
    }

    [Fact]
    public void Inline_data_of_a_file_that_was_made_longer_is_followed_by_zeros()
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, "-t ext4 -b 1024 -O inline_data");
        Debugfs(folder, image, $"write {folder.Write("short", "short")} file\nsif file size 5000000000");
        using FileStream stream = File.OpenRead(image);
        var file = (RegularFileNode)Ext4Reader.Open(stream).ReadTree(ReadLimits.Default).Find("file")!;
        Assert.Equal(5_000_000_000, file.Content.Length);
        Assert.True(file.Content.DataRanges().Sum(range => range.Length) < 1024);
        using Stream content = file.Content.Open();
        Assert.Equal([.. "short"u8, 0, 0], content.ReadBytesAt(0, 7));
        Assert.Equal(new byte[10], content.ReadBytesAt(4_999_999_990, 10));
    }

    /// <summary>fs-verity keeps the place of its descriptor in attribute "v" of kind 11.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(9)]
    [InlineData(200)]
    public void Attributes_of_unknown_kinds_are_passed_over(byte kind)
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, "-t ext4 -b 1024 -O ^metadata_csum,verity");
        string content = folder.Write("content", new byte[3000]);
        Debugfs(folder, image, $"write {content} file\nea_set file user.vvvvv abc\nea_set file user.w known\nsif file flags 0x180000");
        byte[] bytes = File.ReadAllBytes(image);
        int name = bytes.AsSpan().IndexOf("vvvvv"u8);
        Assert.Equal(1, bytes[name - 15]);
        bytes[name - 15] = kind;
        DirectoryNode root = Ext4Reader.Open(new MemoryStream(bytes)).ReadTree(ReadLimits.Default);
        Assert.Equal(["user.w"], root.Find("file")!.Metadata.ExtendedAttributes.Keys);
        Assert.Equal(new byte[3000], ((RegularFileNode)root.Find("file")!).Content.ReadAll(4000));
    }

    [Fact]
    public void Extent_trees_may_be_deeper_than_those_of_Linux()
    {
        using var folder = new TempFolder();
        string image = folder.File("image");
        MakeImage(image, "-t ext4 -b 1024 -O ^metadata_csum");
        Debugfs(folder, image, $"write {folder.Write("content", new SeededRandom(9).Bytes(3000))} file");
        byte[] bytes = File.ReadAllBytes(image);
        Deepen(image, bytes, levels: 9);
        var file = (RegularFileNode)Ext4Reader.Open(new MemoryStream(bytes)).ReadTree(ReadLimits.Default).Find("file")!;
        Assert.Equal(new SeededRandom(9).Bytes(3000), file.Content.ReadAll(4000));
    }

    [Fact]
    public void More_folders_than_256_MiB_have_blocks_are_read()
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        for (int index = 0; index < 66_000; index++)
            root.SetPath($"{index % 2}/{index}", new DirectoryNode());
        using FileStream stream = File.OpenRead(Ext4Samples.Make(folder, root, Ext4Samples.Writable));
        Assert.Equal(66_003, Ext4Reader.Open(stream).ReadTree(ReadLimits.Default).Walk().Count());
    }

    [Fact]
    public void Limits_are_kept()
    {
        using var folder = new TempFolder();
        string image = Ext4Samples.Make(folder, Ext4Samples.EveryKind(), Ext4Samples.Writable);
        using FileStream stream = File.OpenRead(image);
        var reader = Ext4Reader.Open(stream);
        foreach (ReadLimits limits in new ReadLimits[]
        {
            new() { Entries = 10 }, new() { Depth = 2 },
            new() { ContentBytes = 100_000 }, new() { MetadataBytes = 500 },
        })
            Assert.Throws<MalformedDataException>(() => reader.ReadTree(limits));
    }

    /// <summary>Moves the root of a file's extents, level by level, into free blocks of the image.</summary>
    private static void Deepen(string image, byte[] bytes, int levels)
    {
        string place = Oracle.Run("debugfs", "-R", "imap file", image).MustSucceed();
        int[] numbers = [.. Regex.Matches(place, "(?:block |offset 0x)([0-9a-f]+)").Select((match, index) =>
            int.Parse(match.Groups[1].Value, index == 0 ? NumberStyles.None : NumberStyles.HexNumber,
                CultureInfo.InvariantCulture))];
        Span<byte> map = bytes.AsSpan(numbers[0] * 1024 + numbers[1] + 0x28, 60);
        for (int depth = 1; depth <= levels; depth++)
        {
            int free = 100_000 + depth;
            map.CopyTo(bytes.AsSpan(free * 1024));
            bytes[free * 1024 + 4] = 84;
            map.Clear();
            ((ReadOnlySpan<byte>)[0x0A, 0xF3, 1, 0, 4, 0, (byte)depth, 0]).CopyTo(map);
            BinaryPrimitives.WriteInt32LittleEndian(map[16..], free);
        }
    }

    private static string RandomArguments(SeededRandom random)
    {
        string[] free =
        [
            "has_journal", "dir_index", "filetype", "extent", "flex_bg", "metadata_csum", "huge_file", "dir_nlink",
            "extra_isize", "ea_inode", "large_dir", "sparse_super2", "project", "uninit_bg",
        ];
        var changes = free.Select(feature => random.Chance(3) ? "^" + feature : feature).ToList();
        bool hasExtents = changes.Contains("extent"), hasChecksums = changes.Contains("metadata_csum");
        changes.Add(hasExtents && random.Chance(2) ? "64bit" : "^64bit");
        changes.Add(random.Chance(2) ? "meta_bg,^resize_inode" : "^meta_bg,resize_inode");
        changes.Add(hasChecksums && random.Chance(2) ? "metadata_csum_seed" : "^metadata_csum_seed");
        changes.Add(changes.Contains("has_journal") && random.Chance(3) ? "orphan_file" : "^orphan_file");
        changes.Add(hasExtents && random.Chance(4) ? "bigalloc" : "^bigalloc");
        bool isInline = random.Chance(3);
        changes.Add(isInline ? "inline_data" : "^inline_data");
        bool needsRoom = isInline || changes.Contains("extra_isize") || changes.Contains("project");
        int inodeSize = needsRoom ? 256 << random.Next(2) : 128 << random.Next(3);
        return $"-t ext4 -b {1024 << random.Next(3)} -I {inodeSize} -O {string.Join(',', changes)}";
    }

    private static (uint, uint) Numbers(FileNode? node) =>
        node is SpecialNode special ? (special.DeviceMajor, special.DeviceMinor) : default;

    private static void MakeImage(string image, string arguments) => Oracle.Run("mke2fs",
        [.. $"-q -F -E no_copy_xattrs {arguments}".Split(' '), image, "128M"]).MustSucceed();

    private static void Debugfs(TempFolder folder, string image, string commands) =>
        Oracle.Run("debugfs", "-w", "-f", folder.Write("commands", commands), image).MustSucceed();
}
