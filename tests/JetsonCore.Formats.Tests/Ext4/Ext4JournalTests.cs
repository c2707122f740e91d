// Journals that are pending: debugfs writes the blocks that tell one image from a later one into the earlier one's
// journal, and reading that must show the later one. e2fsck, which plays the journal back on the disk, is the judge.
using System.Globalization;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4JournalTests
{
    private static readonly byte[] MagicContent = [0xC0, 0x3B, 0x39, 0x98, .. "behind the magic of the journal"u8];

    private static readonly ReadLimits Limits =
        new() { Entries = 10_000, ContentBytes = 64 << 20, MetadataBytes = 16 << 20, Depth = 64 };

    [Theory]
    [InlineData("-t ext3 -b 1024", "jo")]
    [InlineData("-t ext3 -b 4096", "jo -c")]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,^64bit", "jo -c")]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum", "jo")]
    [InlineData("-t ext4 -b 1024", "jo -c -v 2")]
    [InlineData("-t ext4 -b 2048 -O ^64bit", "jo -c -v 2")]
    [InlineData("-t ext4 -b 4096 -O ^64bit", "jo -c")]
    [InlineData("-t ext4 -b 4096", "jo -c -v 3")]
    [InlineData("-t ext4 -b 1024 -O metadata_csum_seed", "jo -c -v 3")]
    public void What_the_journal_holds_is_read(string arguments, string open)
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, arguments);
        Journal(folder, image, open, Transaction(folder, image, later));
        string pending = Text(image);
        Assert.Equal(Text(later), pending);
        Assert.Contains(" new ", pending, StringComparison.Ordinal);
        Assert.DoesNotContain(" old ", pending, StringComparison.Ordinal);
        MustBeAsRecovered(folder, image);
    }

    [Theory]
    [InlineData("-t ext3 -b 1024", "jo")]
    [InlineData("-t ext4 -b 1024", "jo -c -v 2")]
    [InlineData("-t ext4 -b 4096", "jo -c")]
    public void Revoked_blocks_stay_as_they_are_and_later_copies_count_again(string arguments, string open)
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, arguments);
        int blockSize = BlockSize(image);
        long[] changed = Differences(image, later);
        folder.Write("stale", Enumerable.Repeat(new SeededRandom(3).Bytes(blockSize), changed.Length)
            .SelectMany(block => block).ToArray());
        string numbers = string.Join(',', changed);
        Journal(folder, image, open, $"""
            jw -b {numbers} {folder.File("stale")}
            jw -r {numbers}
            """);
        Assert.Contains(" old ", Text(image), StringComparison.Ordinal);
        MustBeAsRecovered(folder, image);
        Journal(folder, image, open, Transaction(folder, image, later));
        Assert.Equal(Text(later), Text(image));
        MustBeAsRecovered(folder, image);
    }

    [Theory]
    [InlineData("-t ext3 -b 1024", "jo -c")]
    [InlineData("-t ext4 -b 1024", "jo -c -v 2")]
    [InlineData("-t ext4 -b 4096", "jo -c")]
    public void A_damaged_commit_is_refused_and_one_of_an_earlier_round_does_not_count(string arguments, string open)
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, arguments);
        Journal(folder, image, open, Transaction(folder, image, later));
        string whole = Text(image);
        File.Copy(later, folder.File("latest"));
        Debugfs(folder, folder.File("latest"), "rm new\nmkdir newest");
        Journal(folder, image, open, Transaction(folder, later, folder.File("latest")));
        Assert.Contains(" newest", Text(image), StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(image);
        int commit = CommitBlocks(folder, image)[^1] * BlockSize(image);
        bytes[commit + 0x13] ^= 1;
        File.WriteAllBytes(image, bytes);
        // Linux 6.1 says the same of j_corrupt_commit_csum of e2fsprogs' tests, e2fsck goes on without it.
        var fault = Assert.Throws<MalformedDataException>(() => Text(image));
        Assert.Contains("has a wrong checksum of the commit of transaction", fault.Message, StringComparison.Ordinal);
        bytes.AsSpan(commit + 0x30, 8).Clear();
        File.WriteAllBytes(image, bytes);
        Assert.Equal(whole, Text(image));
        MustBeAsRecovered(folder, image);
    }

    [Fact]
    public void A_transaction_without_its_commit_does_not_count()
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, "-t ext4 -b 1024");
        string before = Text(image);
        string transaction = Transaction(folder, image, later);
        Journal(folder, image, "jo -c", transaction.Replace("jw ", "jw -c ", StringComparison.Ordinal));
        Assert.Equal(before, Text(image));
    }

    [Fact]
    public void Damage_to_a_copy_is_refused()
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, "-t ext4 -b 1024");
        Journal(folder, image, "jo -c", Transaction(folder, image, later));
        byte[] bytes = File.ReadAllBytes(image);
        bytes[(CommitBlocks(folder, image)[0] - 1) * 1024 + 50] ^= 1;
        File.WriteAllBytes(image, bytes);
        var fault = Assert.Throws<MalformedDataException>(() => Text(image));
        Assert.Contains("copy of block", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_on_another_device_is_refused_with_words()
    {
        using var folder = new TempFolder();
        (string image, _) = MakePair(folder, "-t ext4 -b 1024 -O ^metadata_csum");
        Debugfs(folder, image, "feature needs_recovery\nssv journal_inum 0\nssv journal_dev 0x0801");
        var fault = Assert.Throws<MalformedDataException>(() => Text(image));
        Assert.Contains("another device", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-t ext3 -b 1024", "jo")]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum", "jo -c")]
    [InlineData("-t ext4 -b 1024", "jo -c -v 3")]
    public void Damage_to_journals_does_no_harm(string arguments, string open)
    {
        using var folder = new TempFolder();
        (string image, string later) = MakePair(folder, arguments);
        Journal(folder, image, open, $"{Transaction(folder, image, later)}\njw -r 7000,7001");
        byte[] whole = File.ReadAllBytes(image), buffer = new byte[1 << 16];
        int[] commits = CommitBlocks(folder, image);
        int start = (commits[0] - 30) * 1024, length = (commits[^1] - commits[0] + 31) * 1024;
        DamageTrial.Run(Soak.Rounds(check: 300, soak: 10_000), round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] copy = [.. whole];
            for (int count = 1 + random.Next(3); count > 0; count--)
            {
                Span<byte> spot = copy.AsSpan(start + (random.Next(length / 32) * 32), 32);
                byte[] mutated = Mutations.Mutate(spot.ToArray(), random);
                mutated.AsSpan(0, Math.Min(spot.Length, mutated.Length)).CopyTo(spot);
            }
            var reader = Ext4Reader.Open(new MemoryStream(copy));
            foreach ((_, FileNode node) in reader.ReadTree(Limits).Walk())
            {
                using Stream? content = (node as RegularFileNode)?.Content.Open();
                while (content?.Read(buffer) > 0)
                {
                }
            }
        });
    }

    /// <summary>An image, and what it is to become: a file less, a directory and two files more.</summary>
    private static (string Image, string Later) MakePair(TempFolder folder, string arguments)
    {
        (string image, string later) = (folder.File("image"), folder.File("later"));
        Oracle.Run("mke2fs", [.. $"-q -F {arguments}".Split(' '), image, "16M"]).MustSucceed();
        string magic = folder.Write("magic", MagicContent);
        Debugfs(folder, image, $"write {folder.Write("content", "old content")} old");
        File.Copy(image, later);
        Debugfs(folder, later, $"""
            rm old
            mkdir folder
            write {folder.Write("noise", new SeededRandom(1).Bytes(50_000))} new
            write {magic} folder/magic
            """);
        return (image, later);
    }

    /// <summary>Commands that write what differs into the journal.</summary>
    private static string Transaction(TempFolder folder, string image, string later)
    {
        long[] blocks = Differences(image, later);
        int blockSize = BlockSize(image);
        byte[] bytes = File.ReadAllBytes(later);
        string contents = folder.Write($"blocks of {Path.GetFileName(later)}".Replace(' ', '-'),
            [.. blocks.SelectMany(block => bytes.Skip((int)block * blockSize).Take(blockSize))]);
        return $"jw -b {string.Join(',', blocks)} {contents}";
    }

    private static long[] Differences(string image, string later)
    {
        (byte[] one, byte[] other) = (File.ReadAllBytes(image), File.ReadAllBytes(later));
        int size = BlockSize(image);
        return [.. Enumerable.Range(0, one.Length / size)
            .Where(block => !one.AsSpan(block * size, size).SequenceEqual(other.AsSpan(block * size, size)))
            .Select(block => (long)block)];
    }

    private static int BlockSize(string image)
    {
        using FileStream stream = File.OpenRead(image);
        return Superblock.Read(stream.ReadBytesAt(Superblock.Start, Superblock.Size)).BlockSize;
    }

    /// <summary>Where in the image the commits lie.</summary>
    private static int[] CommitBlocks(TempFolder folder, string image)
    {
        string found = Debugfs(folder, image, "logdump");
        string[] lines = found.Split('\n');
        return [.. lines.Where(line => line.Contains("(commit block) at block", StringComparison.Ordinal))
            .Select(line => Oracle.Run("debugfs", "-R", $"bmap <8> {line.Split(' ')[^1]}", image).MustSucceed())
            .Select(place => int.Parse(place, CultureInfo.InvariantCulture))];
    }

    private static void MustBeAsRecovered(TempFolder folder, string image)
    {
        string copy = folder.File("recovered");
        File.Copy(image, copy, overwrite: true);
        Assert.InRange(Oracle.Run("e2fsck", "-fy", copy).ExitCode, 0, 1);
        Assert.Equal(Text(copy), Text(image));
    }

    private static string Text(string image)
    {
        using FileStream stream = File.OpenRead(image);
        return Ext4Samples.Text(Ext4Reader.Open(stream).ReadTree(ReadLimits.Default));
    }

    private static void Journal(TempFolder folder, string image, string open, string commands) =>
        Debugfs(folder, image, $"{open}\n{commands}\njc");

    private static string Debugfs(TempFolder folder, string image, string commands)
    {
        OracleResult result = Oracle.Run("debugfs", "-w", "-f", folder.Write("commands", commands), image);
        return result.MustSucceed();
    }
}
