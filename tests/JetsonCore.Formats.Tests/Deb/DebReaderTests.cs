// Debian packages made by dpkg-deb with each compression, compared with dpkg-deb's own reading; and damage.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Deb;

public class DebReaderTests
{
    private const string Control = """
        Package: sample
        Version: 1.2-3
        Architecture: arm64
        Maintainer: Nobody <nobody@example.org>
        Description: a sample
         with a second line
         .
         and a paragraph

        """;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public void We_read_what_dpkg_deb_makes(string compression)
    {
        using var folder = new TempFolder();
        string file = MakePackage(folder, compression);
        DebPackage package = Read(File.ReadAllBytes(file));

        Assert.Equal("sample", package.Fields["package"]);
        Assert.Equal("a sample\nwith a second line\n.\nand a paragraph", package.Fields["Description"]);
        foreach (string field in (string[])["Package", "Version", "Architecture", "Maintainer"])
            Assert.Equal(Oracle.Run("dpkg-deb", "-f", file, field).MustSucceed().TrimEnd(), package.Fields[field]);

        Oracle.Run("dpkg-deb", "-x", file, folder.File("theirs")).MustSucceed();
        int listed = Oracle.Run("dpkg-deb", "-c", file).MustSucceed().Count(character => character == '\n');
        Assert.Equal(listed - 1, package.Content.Walk().Count());     // but for "./"
        foreach ((string path, FileNode node) in package.Content.Walk())
        {
            string theirs = folder.File("theirs", path);
            if (node is RegularFileNode content)
                Assert.Equal(File.ReadAllBytes(theirs), content.Content.ReadAll(1 << 20));
            else if (node is SymbolicLinkNode link)
                Assert.Equal(new FileInfo(theirs).LinkTarget, link.Target);
            else
                Assert.True(Directory.Exists(theirs));
        }
    }

    [Fact]
    public void What_unpacks_to_too_much_is_refused()
    {
        using var folder = new TempFolder();
        byte[] package = File.ReadAllBytes(MakePackage(folder, "xz"));
        var limits = new ReadLimits { ContentBytes = 10_000 };
        var refusal = Assert.Throws<MalformedDataException>(
            () => DebReader.Read(FileContent.Of(package), MemorySpool.Keep, limits));
        Assert.Contains("10000 accepted bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_package_is_refused()
    {
        Assert.Throws<MalformedDataException>(() => Read("!<arch>\n"u8.ToArray()));
        Assert.False(DebReader.IsPackage("!<arch>\n"u8));
        using var folder = new TempFolder();
        byte[] package = File.ReadAllBytes(MakePackage(folder, "none"));
        Assert.True(DebReader.IsPackage(package));
        package[8 + 60] = (byte)'3';
        var refusal = Assert.Throws<MalformedDataException>(() => Read(package));
        Assert.Contains("\"3.0\"", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", 1)]
    [InlineData("xz", 2)]
    public void Damaged_packages_are_read_or_refused(string compression, ulong seed)
    {
        using var folder = new TempFolder();
        byte[] package = File.ReadAllBytes(MakePackage(folder, compression));
        DamageTrial.Run(Soak.Rounds(1000, 50_000), round =>
            Read(Mutations.Mutate(package, new SeededRandom((seed << 32) + (ulong)round))));
    }

    private static DebPackage Read(byte[] package) =>
        DebReader.Read(FileContent.Of(package), MemorySpool.Keep, new() { ContentBytes = 16 << 20 });

    private static string MakePackage(TempFolder folder, string compression)
    {
        folder.Write("p/DEBIAN/control", Control);
        folder.Write("p/usr/share/sample/file", new string('x', 20_000));
        folder.Write("p/boot/vmlinuz", new SeededRandom(9).Bytes(3000));
        File.CreateSymbolicLink(folder.File("p", "usr", "share", "link"), "sample/file");
        string file = folder.File("sample.deb");
        Oracle.Run("dpkg-deb", "--root-owner-group", $"-Z{compression}", "-b", folder.File("p"), file).MustSucceed();
        return file;
    }
}
