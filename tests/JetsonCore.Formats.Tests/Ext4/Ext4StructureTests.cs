// What is large, deep or many: extent trees of every depth, huge and sparse files, folders of 50 000 names.
using System.Globalization;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4StructureTests
{
    private const string BlockMaps = "none,ext_attr,resize_inode,dir_index,filetype,sparse_super,large_file";

    private static readonly Ext4Options NoJournal = Ext4Samples.Writable with
    {
        Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, "^has_journal"),
    };

    [Theory]
    [InlineData(4096, 300, 1)]
    [InlineData(4096, 2000, 2)]
    [InlineData(1024, 300, 1)]
    [InlineData(1024, 3000, 2)]
    [InlineData(1024, 29_000, 3)]
    public void Extent_trees_grow_as_deep_as_fragments_ask_for(int blockSize, int fragments, int depth)
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        byte[] bytes = Fragmented(blockSize, fragments);
        root.Set("f", new RegularFileNode(FileMetadata.File, new(bytes.Length, () => new MemoryStream(bytes),
            () => Enumerable.Range(0, fragments).Select(index => new ContentRange(index * 2L * blockSize, 1)))));
        string image = Ext4Samples.Make(folder, root, NoJournal with { BlockSize = blockSize });
        Ext4Samples.MustBeClean(image);
        Assert.Contains($" 0/ {depth} ", Debugfs(image, "ex /f"), StringComparison.Ordinal);
        Debugfs(image, $"dump /f {folder.File("copy")}");
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("copy"))));
        Assert.Equal(Ext4Samples.Text(root), Ext4Samples.Read(image));
    }

    [Theory]
    [InlineData(1024, "^has_journal", 700)]
    [InlineData(4096, "^has_journal", 700)]
    [InlineData(1024, BlockMaps, 300)]
    [InlineData(4096, BlockMaps, 300)]
    public void Large_files_without_holes_are_mapped_whole(int blockSize, string changes, int mebibytes)
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        root.Set("before", Ext4Samples.File(new SeededRandom(3).Bytes(10_000)));
        root.Set("zeros", new RegularFileNode(FileMetadata.File, new((long)mebibytes << 20, () => new ZeroStream())));
        Ext4Options options = NoJournal with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, changes),
        };
        string image = Ext4Samples.Make(folder, root, options);
        Ext4Samples.MustBeClean(image);
        string blockCount = Debugfs(image, "stat /zeros").Split("Blockcount: ")[1].Split('\n')[0];
        long sectors = long.Parse(blockCount, CultureInfo.InvariantCulture);
        Assert.InRange(sectors, mebibytes * 2048L, mebibytes * 2064L);
        Assert.Equal([new(0, (long)mebibytes << 20)], Content(image, "zeros").DataRanges());
    }

    [Theory]
    [InlineData(1024, "^has_journal", 3000)]
    [InlineData(4096, "^has_journal", 15_000)]
    [InlineData(1024, BlockMaps, 15)]
    [InlineData(4096, BlockMaps, 15)]
    public void Sparse_files_beyond_4_GiB_take_the_room_of_what_they_hold(int blockSize, string changes, int gibibytes)
    {
        using var folder = new TempFolder();
        long length = ((long)gibibytes << 30) + 12_345;
        ContentRange[] ranges = [new(0, 5), new(5L << 30, 70_000), new(length - 9, 9)];
        var root = new DirectoryNode();
        FileContent sparse = new(length, () => new CountingStream(length), () => ranges);
        root.Set("sparse", new RegularFileNode(FileMetadata.File, sparse));
        string image = Ext4Samples.Make(folder, root, NoJournal with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, changes),
        });
        Ext4Samples.MustBeClean(image);
        Assert.Contains($" Size: {length}\n", Debugfs(image, "stat /sparse"), StringComparison.Ordinal);
        FileContent content = Content(image, "sparse");
        Assert.Equal(length, content.Length);
        Assert.Equal(3, content.DataRanges().Count());
        Assert.True(content.DataRanges().Sum(range => range.Length) < 100_000);
        foreach (ContentRange range in ranges)
            Assert.Equal(Part(new CountingStream(length), range), Part(content.Open(), range));
        Assert.Equal(new byte[5000], Part(content.Open(), new(1L << 30, 5000)));
    }

    [Theory]
    [InlineData("^large_file", 3L << 30, "large_file")]
    [InlineData("^huge_file", 3L << 40, "huge_file")]
    public void Files_larger_than_the_features_can_say_are_refused(string changes, long length, string feature)
    {
        var root = new DirectoryNode();
        root.Set("f", new RegularFileNode(FileMetadata.File, new(length, () => new ZeroStream())));
        Ext4Options options = NoJournal with { Features = Ext4FeatureNames.Change(NoJournal.Features, changes) };
        var refusal = Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, options, null));
        Assert.Contains(feature, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    public void The_inode_for_growing_brings_large_file_with_it_where_it_is_large(int blockSize)
    {
        using var folder = new TempFolder();
        string image = Ext4Samples.Make(folder, new DirectoryNode(), NoJournal with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(NoJournal.Features, "^large_file,resize_inode"),
        });
        Ext4Samples.MustBeClean(image);
        using FileStream stream = File.OpenRead(image);
        Assert.Equal(blockSize == 4096, Ext4Reader.Open(stream).Features.HasFlag(Ext4Features.LargeFile));
    }

    [Fact]
    public void Attributes_without_ext_attr_are_refused()
    {
        var root = new DirectoryNode();
        root.Set("f", new RegularFileNode(
            FileMetadata.File with { ExtendedAttributes = FileMetadata.File.ExtendedAttributes.Add("user.a", [1]) }, FileContent.Empty));
        Ext4Options options = NoJournal with { Features = NoJournal.Features & ~Ext4Features.ExtAttr };
        var refusal = Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, options, null));
        Assert.Contains("without ext_attr", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, "^has_journal", true)]
    [InlineData(2048, "^has_journal,^metadata_csum", true)]
    [InlineData(4096, "^has_journal", true)]
    [InlineData(4096, "^has_journal,^dir_index", false)]
    [InlineData(1024, BlockMaps, true)]
    public void Folders_of_50_000_names_are_indexed_or_linear(int blockSize, string changes, bool isIndexed)
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        var many = new DirectoryNode();
        for (int index = 0; index < 50_000; index++)
            many.Set($"a name of {index} ü", Ext4Samples.File([]));
        root.Set("many", many);
        string image = Ext4Samples.Make(folder, root, NoJournal with
        {
            BlockSize = blockSize,
            Features = Ext4FeatureNames.Change(Ext4Options.WritableFeatures, changes),
        });
        Ext4Samples.MustBeClean(image);
        OracleResult dump = Oracle.Run("debugfs", "-R", "htree_dump /many", image);
        Assert.Equal(isIndexed, dump.Output.Contains("Root node dump", StringComparison.Ordinal));
        using FileStream stream = File.OpenRead(image);
        var read = (DirectoryNode)Ext4Reader.Open(stream).ReadTree(ReadLimits.Default).Find("many")!;
        Assert.True(many.Children.Keys.SequenceEqual(read.Children.Keys));
        Assert.Equal(50_002, Debugfs(image, "ls -p /many").Split('\n')
            .Count(line => line.StartsWith('/') && !line.StartsWith("/0/", StringComparison.Ordinal)));
    }

    [Fact]
    public void More_folders_in_a_folder_than_links_can_count()
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        for (int index = 0; index < 65_100; index++)
            root.SetPath($"many/{index}", new DirectoryNode());
        string image = Ext4Samples.Make(folder, root, NoJournal with { BlockSize = 1024 });
        Ext4Samples.MustBeClean(image);
        Assert.Contains("Links: 1 ", Debugfs(image, "stat /many"), StringComparison.Ordinal);
        Ext4Options counted = NoJournal with { Features = Ext4FeatureNames.Change(NoJournal.Features, "^dir_nlink") };
        Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, counted, null));
    }

    [Fact]
    public void A_file_has_as_many_names_as_links_can_count_and_no_more()
    {
        using var folder = new TempFolder();
        var root = new DirectoryNode();
        RegularFileNode file = Ext4Samples.File([1]);
        for (int index = 0; index < 65_000; index++)
            root.Set($"{index}", file);
        string image = Ext4Samples.Make(folder, root, NoJournal);
        Ext4Samples.MustBeClean(image);
        Assert.Contains("Links: 65000 ", Debugfs(image, "stat /64999"), StringComparison.Ordinal);
        root.Set("one more", file);
        Assert.Throws<UnstorableContentException>(() => Ext4Writer.Plan(root, NoJournal, null));
    }

    /// <summary>Every second block holds something.</summary>
    private static byte[] Fragmented(int blockSize, int fragments)
    {
        var bytes = new byte[(2 * fragments - 1) * blockSize];
        for (int index = 0; index < fragments; index++)
            BitConverter.TryWriteBytes(bytes.AsSpan(index * 2 * blockSize), index + 1);
        return bytes;
    }

    private static string Debugfs(string image, string command) =>
        Oracle.Run("debugfs", "-R", command, image).MustSucceed();

    private static FileContent Content(string image, string path) =>
        ((RegularFileNode)Ext4Reader.Open(File.OpenRead(image))
            .ReadTree(ReadLimits.Default with { ContentBytes = long.MaxValue }).Find(path)!).Content;

    private static byte[] Part(Stream stream, ContentRange range)
    {
        using (stream)
        {
            var bytes = new byte[range.Length];
            stream.Position = range.Start;
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private sealed class ZeroStream() : CountingStream(long.MaxValue)
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            return buffer.Length;
        }
    }

    /// <summary>Bytes that follow from their place.</summary>
    private class CountingStream(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - Position);
            for (int index = 0; index < count; index++, Position++)
                buffer[index] = (byte)(1 + Position % 251);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
