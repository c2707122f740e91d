// Random trees, 500 of each format and more in the soak: what we write is read back by us, and unpacked by the format's
// own tool. What the tool unpacked comes back as a tar archive by GNU tar. Twenty trees share an image, side by side.
using System.Globalization;
using System.Text.RegularExpressions;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Tests.Fat;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests;

public partial class JudgedTreesTests
{
    private const int TreesPerImage = 20;

    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;
    private static readonly SquashFsCompression[] Compressions =
        [SquashFsCompression.Gzip, SquashFsCompression.Zstd, SquashFsCompression.Xz];

    [Fact]
    public void Unsquashfs_unpacks_500_trees() => ForEachImage((trees, folder, random) =>
    {
        string image = folder.File("image"), files = folder.File("files");
        using (FileStream target = File.Create(image))
        {
            SquashFsWriter.Write(trees, new()
            {
                Compression = random.Pick(Compressions),
                Level = 1,
                BlockSize = 4096 << random.Next(6),
                Fragments = random.Chance(2),
                Exports = random.Chance(2),
            }, target);
        }
        using (FileStream stream = File.OpenRead(image))
        using (SquashFsReader reader = SquashFsReader.Open(stream))
            Assert.Equal(TreeText.Of(trees), TreeText.Of(reader.ReadTree()));
        Oracle.Run("unsquashfs", "-q", "-n", "-d", files, image).MustSucceed();
        Assert.Equal(Text(trees), Text(TreeOf(files, folder)));
    });

    [Fact]
    public void Cpio_unpacks_500_trees() => ForEachImage((trees, folder, _) =>
    {
        var archive = new MemoryStream();
        CpioWriter.Write(trees, archive);
        byte[] bytes = archive.ToArray();
        Assert.Equal(TreeText.Of(trees), TreeText.Of(CpioReader.ReadTree(FileContent.Of(bytes), ReadLimits.Default)));
        string files = Directory.CreateDirectory(folder.File("files")).FullName;
        Oracle.Run(new OracleCall("cpio") { Arguments = ["-idm", "--quiet"], Folder = files, Input = bytes }).MustSucceed();
        // It sets the times of folders before it fills them, and those of links never.
        Assert.Equal(WithoutTimes(Text(trees), "dl"), WithoutTimes(Text(TreeOf(files, folder)), "dl"));
    });

    [Fact]
    public void Tar_unpacks_500_trees() => ForEachImage((trees, folder, _) =>
    {
        RemoveSockets(trees);
        var archive = new MemoryStream();
        TarTreeWriter.Write(archive, trees);
        byte[] bytes = archive.ToArray();
        Assert.Equal(TreeText.Of(trees), TreeText.Of(TarTree.Read(FileContent.Of(bytes), ReadLimits.Default)));
        string files = Directory.CreateDirectory(folder.File("files")).FullName;
        Oracle.Run(new OracleCall("tar") { Arguments = ["-xpf", "-", "--numeric-owner"], Folder = files, Input = bytes })
            .MustSucceed();
        Assert.Equal(Text(trees), Text(TreeOf(files, folder)));
    });

    [Fact]
    public void Mtools_unpack_500_trees()
    {
        for (int image = 0; image < Soak.Rounds(500, 20_000) / TreesPerImage; image++)
        {
            using var folder = new TempFolder();
            var random = new SeededRandom((ulong)image);
            var trees = new DirectoryNode();
            for (int index = 0; index < TreesPerImage; index++)
                trees.Set($"{index}", WithoutHighNames(FatSamples.Tree(random)));
            string path = folder.File("image"), files = Directory.CreateDirectory(folder.File("files")).FullName;
            FatType? type = random.Pick<FatType?>([null, FatType.Fat16, FatType.Fat32]);
            using (FileStream stream = File.Create(path))
            {
                FatWriter.Write(stream, trees, new() { SerialNumber = 1, Type = type });
                Assert.Equal(Contents(trees), Contents(FatReader.Read(stream).Root));
            }
            Oracle.Run("fsck.vfat", "-n", path).MustSucceed();
            Oracle.Run("mcopy", "-s", "-n", "-i", path, "::/*", files).MustSucceed();
            Assert.Equal(Contents(trees), Contents(TreeOf(files, folder)));
        }
    }

    private static void ForEachImage(Action<DirectoryNode, TempFolder, SeededRandom> judge)
    {
        for (int image = 0; image < Soak.Rounds(500, 20_000) / TreesPerImage; image++)
        {
            using var folder = new TempFolder();
            var random = new SeededRandom((ulong)image);
            var trees = new DirectoryNode();
            for (int index = 0; index < TreesPerImage; index++)
            {
                var tree = new RandomTree(random) { WithSpecialNodes = IsRoot, HighestId = IsRoot ? 100_000 : 0 };
                trees.Set($"{index}", tree.Make(12));
            }
            if (!IsRoot)
                MakeAccessible(trees);
            judge(trees, folder, random);
        }
    }

    /// <summary>What lies in a folder, by way of GNU tar.</summary>
    private static DirectoryNode TreeOf(string files, TempFolder folder)
    {
        string tar = folder.File("judged.tar");
        Oracle.Run(new OracleCall("tar")
        {
            Arguments = ["-cf", tar, "--format=posix", "--numeric-owner", "--warning=no-file-ignored", "."],
            Folder = files,
        }).MustSucceed();
        return TarTree.Read(FileContent.Of(File.ReadAllBytes(tar)), ReadLimits.Default);
    }

    // An ordinary user can only unpack for himself, and what he may read afterwards.
    private static void MakeAccessible(DirectoryNode trees)
    {
        foreach ((_, FileNode node) in trees.Walk())
            node.Metadata = node.Metadata with { Permissions = (ushort)(node.Metadata.Permissions & 0x1FF | 0x1C0) };
    }

    /// <summary>The tree as text, without what tar leaves out (sockets) and what only root can unpack (owners).</summary>
    private static string Text(DirectoryNode trees)
    {
        IEnumerable<string> lines = TreeText.Of(trees).Split('\n');
        string text = string.Join('\n', lines.Where(line => !line.StartsWith("s ", StringComparison.Ordinal)));
        return IsRoot ? text : Owner().Replace(text, "- ");
    }

    private static string WithoutTimes(string text, string kinds) => string.Join('\n', text.Split('\n').Select(line =>
        line.Length > 0 && kinds.Contains(line[0], StringComparison.Ordinal) ? Time().Replace(line, "- ") : line));

    private static string Contents(DirectoryNode tree) => string.Join('\n', tree.Walk()
        .Select(entry => entry.Node is RegularFileNode file
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Path} {Convert.ToHexString(file.Content.ReadAll(1 << 20))}")
            : entry.Path)
        .Order(StringComparer.Ordinal));

    private static void RemoveSockets(DirectoryNode folder)
    {
        foreach ((string name, FileNode node) in folder.Children.ToList())
        {
            if (node is SpecialNode { Kind: SpecialKind.Socket })
                folder.Remove(name);
            else if (node is DirectoryNode inner)
                RemoveSockets(inner);
        }
    }

    /// <summary>mtools know names of the lower plane only.</summary>
    private static DirectoryNode WithoutHighNames(DirectoryNode folder)
    {
        foreach ((string name, FileNode node) in folder.Children.ToList())
        {
            if (name.Any(char.IsSurrogate))
                folder.Remove(name);
            else if (node is DirectoryNode inner)
                WithoutHighNames(inner);
        }
        return folder;
    }

    [GeneratedRegex(@"(?<=^\S+ \S+ )[0-9]+:[0-9]+ ", RegexOptions.Multiline)]
    private static partial Regex Owner();

    [GeneratedRegex(@"(?<=^\S+ \S+ \S+ )-?[0-9]+ ", RegexOptions.Multiline)]
    private static partial Regex Time();
}
