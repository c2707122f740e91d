// The squashfs reader: our own images, those of mksquashfs with each of its compressors and options, and damage.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.SquashFs;

public class SquashFsReaderTests
{
    private static readonly SquashFsOptions[] Variants =
    [
        new() { Compression = SquashFsCompression.Zstd, Level = 1, BlockSize = 4096, Xattrs = true },
        new() { Compression = SquashFsCompression.Gzip, Level = 1, BlockSize = 8192, Fragments = true, Xattrs = true },
        new() { Compression = SquashFsCompression.Xz, Level = 0, BlockSize = 4096, Fragments = true, Exports = false },
        new() { Compression = SquashFsCompression.Zstd, Level = 1, BlockSize = 65536, Fragments = true, Xattrs = true },
    ];

    [Fact]
    public void What_was_written_is_read_for_500_trees()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            DirectoryNode root = new RandomTree(new SeededRandom(seed)).Make(30);
            SquashFsOptions options = Variants[seed % 4];
            using SquashFsReader reader = SquashFsReader.Open(new MemoryStream(SquashFsSamples.Write(root, options)));
            Assert.Equal($"{seed}\n{TreeText.Of(root)}", $"{seed}\n{TreeText.Of(reader.ReadTree())}");
        }
    }

    [Theory]
    [InlineData("-comp gzip")]
    [InlineData("-comp gzip -Xcompression-level 1 -Xstrategy fixed,huffman_only -b 4096")]
    [InlineData("-comp xz -no-fragments")]
    [InlineData("-comp xz -Xbcj x86,arm -Xdict-size 50% -b 1M")]
    [InlineData("-comp zstd -Xcompression-level 3 -always-use-fragments")]
    [InlineData("-comp lzo -b 64K")]
    [InlineData("-comp lzo -Xalgorithm lzo1x_1 -no-fragments")]
    [InlineData("-comp lz4 -b 16K")]
    [InlineData("-comp lz4 -Xhc")]
    [InlineData("-comp lzma")]
    [InlineData("-comp gzip -noI -noD -noF -noX -noId")]
    [InlineData("-comp gzip -no-exports -no-duplicates -tailends -no-sparse -no-hardlinks")]
    public void Images_of_mksquashfs_are_read(string options)
    {
        using var folder = new TempFolder();
        DirectoryNode root = SquashFsSamples.Tree(11);
        string ours = folder.Write("ours.squashfs", SquashFsSamples.Write(root, Variants[0]));
        Oracle.Run("unsquashfs", "-n", "-q", "-d", folder.File("out"), ours).MustSucceed();
        string image = folder.File("peer.squashfs");
        string[] arguments = [folder.File("out"), image, .. options.Split(' '), "-noappend", "-quiet", "-no-progress"];
        if (!Environment.IsPrivilegedProcess)
            arguments = [.. arguments, "-all-root"];        // what an ordinary user unpacks is his
        Oracle.Run("mksquashfs", arguments).MustSucceed();

        using FileStream stream = File.OpenRead(image);
        using SquashFsReader reader = SquashFsReader.Open(stream);
        DirectoryNode read = reader.ReadTree();
        bool linksAreCopies = options.Contains("-no-hardlinks", StringComparison.Ordinal);
        Assert.Equal(Text(root, linksAreCopies), Text(read, linksAreCopies));
        Assert.Equal(SquashFsSamples.XattrText(root), SquashFsSamples.XattrText(read));
    }

    [Fact]
    public void Xattrs_go_through_our_writer_and_reader()
    {
        DirectoryNode root = SquashFsSamples.Tree(12);
        root.Set("ping", SquashFsSamples.Ping());
        DirectoryNode read = ReadBack(root, Variants[1]);
        Assert.Equal(SquashFsSamples.XattrText(root), SquashFsSamples.XattrText(read));
        Assert.Contains("security.capability", SquashFsSamples.XattrText(read), StringComparison.Ordinal);
        DirectoryNode without = ReadBack(root, new SquashFsOptions());
        Assert.Equal("", SquashFsSamples.XattrText(without));
        var foreign = new DirectoryNode(FileMetadata.Directory with
        {
            ExtendedAttributes = FileMetadata.Directory.ExtendedAttributes.Add("system.posix_acl_access", [1]),
        });
        Assert.Throws<ArgumentException>(() => SquashFsSamples.Write(foreign, Variants[0]));
    }

    /// <summary>The block behind is decompressed ahead; what is wrong with it must not come early.</summary>
    [Fact]
    public void A_damaged_block_costs_none_before_it()
    {
        byte[] content = [.. Enumerable.Range(0, 5 * 4096).Select(index => (byte)(index * index >> 9 & 0xFF))];
        var root = new DirectoryNode(FileMetadata.Directory);
        root.Set("file", new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        byte[] image = SquashFsSamples.Write(root, new() { Compression = SquashFsCompression.Gzip, BlockSize = 4096 });
        int damaged = 0;
        for (int at = SquashFsSuperblock.Size; at < image.Length; at += 7)
        {
            byte[] changed = [.. image];
            changed[at] ^= 0x55;
            var read = new MemoryStream();
            try
            {
                using SquashFsReader reader = SquashFsReader.Open(new MemoryStream(changed));
                if (reader.ReadTree().Find("file") is not RegularFileNode file)
                    continue;
                using Stream stream = file.Content.Open();
                stream.CopyTo(read, 1000);
            }
            catch (MalformedDataException)
            {
                damaged += read.Length > 0 ? 1 : 0;
                Assert.Equal(0, read.Length % 4096);
                Assert.True(content.AsSpan().StartsWith(read.ToArray()));
            }
        }
        Assert.InRange(damaged, 5, int.MaxValue);
    }

    [Fact]
    public void Contents_are_read_from_any_place_by_several_threads()
    {
        byte[] text = SquashFsSamples.Text(500_000);
        var root = new DirectoryNode();
        root.Set("text", new RegularFileNode(FileMetadata.File, FileContent.Of(text)));
        var content = ((RegularFileNode)ReadBack(root, Variants[2]).Children["text"]).Content;
        Parallel.For(0, 8, thread =>
        {
            var random = new SeededRandom((ulong)thread);
            using Stream stream = content.Open();
            for (int round = 0; round < 50; round++)
            {
                int start = random.Next(text.Length), length = Math.Min(random.Next(9000), text.Length - start);
                var bytes = new byte[length];
                stream.Position = start;
                stream.ReadExactly(bytes);
                Assert.True(text.AsSpan(start, length).SequenceEqual(bytes));
            }
        });
    }

    [Fact]
    public void Limits_are_kept()
    {
        byte[] image = SquashFsSamples.Write(SquashFsSamples.Tree(13), Variants[0]);
        foreach (ReadLimits limits in new[]
        {
            ReadLimits.Default with { Entries = 10 }, ReadLimits.Default with { Depth = 1 },
            ReadLimits.Default with { ContentBytes = 100_000 }, ReadLimits.Default with { MetadataBytes = 9000 },
        })
        {
            using SquashFsReader reader = SquashFsReader.Open(new MemoryStream(image));
            Assert.Throws<MalformedDataException>(() => reader.ReadTree(limits));
        }
    }

    [Fact]
    public void Damage_gives_the_named_exception_or_a_tree()
    {
        byte[][] images =
        [
            .. Variants.Select((options, index) =>
                SquashFsSamples.Write(new RandomTree(new SeededRandom((ulong)index)).Make(40), options)),
            UncompressedImage(),
        ];
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            ReadAll(Mutations.Mutate(images[round % images.Length], new SeededRandom((ulong)round))));
        byte[] open = images[^1];
        int refused = DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
            ReadAll(MutateTables(open, new SeededRandom((ulong)round))));
        Assert.InRange(refused, 1, Soak.Rounds(2000, 100_000) - 1);
    }

    /// <summary>Changes a few places in the superblock, or in inodes, folders and tables, which end the image.</summary>
    private static byte[] MutateTables(byte[] image, SeededRandom random)
    {
        const int InodeTableOffset = 64, SuperblockBytes = 96, SpotBytes = 8;
        int tables = (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(InodeTableOffset));
        byte[] copy = [.. image];
        for (int count = 1 + random.Next(4); count > 0; count--)
        {
            int at = random.Chance(4) ? random.Next(SuperblockBytes - SpotBytes)
                : tables + random.Next(image.Length - tables - SpotBytes);
            byte[] mutated = Mutations.Mutate(copy[at..(at + SpotBytes)], random);
            mutated.AsSpan(0, Math.Min(SpotBytes, mutated.Length)).CopyTo(copy.AsSpan(at));
        }
        return copy;
    }

    [Fact]
    public void A_superblock_is_described()
    {
        using SquashFsReader reader = SquashFsReader.Open(new MemoryStream(
            SquashFsSamples.Write(SquashFsSamples.Small(), SquashFsOptions.Snap(new FileTime(1_600_000_000)))));
        var text = new StringWriter();
        SquashFsInspector.Describe(reader, text);
        Golden.Matches(text.ToString(), "tests", "JetsonCore.Formats.Tests", "SquashFs", "small.golden.txt");
        Assert.Throws<MalformedDataException>(() => SquashFsReader.Open(new MemoryStream(new byte[96])));
    }

    // Damage reaches metadata only where it is not compressed.
    private static byte[] UncompressedImage()
    {
        using var folder = new TempFolder();
        string ours = folder.Write("ours", SquashFsSamples.Write(SquashFsSamples.Tree(14), Variants[0]));
        Oracle.Run("unsquashfs", "-n", "-q", "-d", folder.File("out"), ours).MustSucceed();
        string[] arguments =
            [folder.File("out"), folder.File("peer"), "-noappend", "-quiet", "-no-progress", "-noI", "-noX", "-noId", "-noF"];
        Oracle.Run("mksquashfs", arguments).MustSucceed();
        return File.ReadAllBytes(folder.File("peer"));
    }

    private static void ReadAll(byte[] image)
    {
        using SquashFsReader reader = SquashFsReader.Open(new MemoryStream(image));
        DirectoryNode root = reader.ReadTree(ReadLimits.Default with { ContentBytes = 1 << 26, MetadataBytes = 1 << 24 });
        var buffer = new byte[8192];
        foreach ((_, FileNode node) in root.Walk())
        {
            if (node is not RegularFileNode file)
                continue;
            using Stream content = file.Content.Open();
            for (int budget = 1 << 20, read; budget > 0 && (read = content.Read(buffer)) > 0; budget -= read)
                ;
        }
    }

    private static DirectoryNode ReadBack(DirectoryNode root, SquashFsOptions options) =>
        SquashFsReader.Open(new MemoryStream(SquashFsSamples.Write(root, options))).ReadTree();

    private static string Text(DirectoryNode root, bool withoutLinks)
    {
        string text = TreeText.Of(root);
        return withoutLinks ? System.Text.RegularExpressions.Regex.Replace(text, " #[0-9]+\n", "\n") : text;
    }
}
