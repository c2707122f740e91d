// Tar archives: hex, read(write(x)) = x, GNU tar as judge both ways in all its formats, hostile names, damage.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Tar;

public class TarTests
{
    [Fact]
    public void The_smallest_archive_has_these_bytes()
    {
        var tree = new DirectoryNode();
        tree.Set("f", new RegularFileNode(FileMetadata.File with { UserId = 8 }, FileContent.Of("hi"u8.ToArray())));
        byte[] archive = Write(tree);
        Assert.Equal(10240, archive.Length);
        string header = Encoding.ASCII.GetString(archive, 0, 512).TrimEnd('\0').Replace('\0', '_');
        Assert.Equal("f" + new string('_', 99) + "0000644_0000010_0000000_00000000002_00000000000_007346_ 0"
            + new string('_', 100) + "ustar_00" + new string('_', 64) + "0000000_0000000", header);
        Assert.Equal("hi\0", Encoding.ASCII.GetString(archive, 512, 3));
    }

    [Fact]
    public void A_pax_header_counts_its_own_length()
    {
        var tree = new DirectoryNode();
        tree.Set("ü", new RegularFileNode(FileMetadata.File with { ModificationTime = new(-2, 750_000_000) }, FileContent.Empty));
        byte[] archive = Write(tree);
        Assert.Equal((byte)'x', archive[156]);
        Assert.Equal("11 path=ü\n15 mtime=-1.25\n", Encoding.UTF8.GetString(archive, 512, 26));
    }

    [Fact]
    public void Trees_come_back()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            DirectoryNode tree = TarSamples.Tree(new(seed));
            byte[] archive = Write(tree);
            Assert.Equal(TarSamples.Text(tree), TarSamples.Text(Read(archive)));
        }
    }

    [Fact]
    public void Gnu_tar_lists_and_unpacks_what_was_written()
    {
        using var folder = new TempFolder();
        for (ulong seed = 0; seed < 40; seed++)
        {
            DirectoryNode tree = TarSamples.Tree(new(seed), withAttributes: false);
            string path = folder.Write("a.tar", Write(tree));
            OracleResult listing = Oracle.Run("tar", "-tf", path, "--quoting-style=literal", "--show-transformed-names");
            string expected = string.Concat(tree.Walk().Select(item => item.Path + (item.Node is DirectoryNode ? "/\n" : "\n")));
            Assert.Equal(NodeName.Encode(expected), listing.OutputBytes);
            Assert.Equal("", listing.Error);
            var seen = new HashSet<FileNode>(ReferenceEqualityComparer.Instance);
            byte[] contents = [.. tree.Walk().Select(item => item.Node).OfType<RegularFileNode>().Where(seen.Add)
                .SelectMany(file => file.Content.ReadAll(4000))];
            Assert.Equal(contents, Oracle.Run("tar", "-xOf", path).OutputBytes);
        }
    }

    [Fact]
    public void Gnu_tar_sees_owners_modes_times_and_devices()
    {
        var tree = new DirectoryNode();
        var time = new FileTime(1_700_000_000, 500_000_000);
        tree.Set("file", new RegularFileNode(
            new() { Permissions = 0x9ED, UserId = 4_000_000_000, GroupId = 7, ModificationTime = time }, FileContent.Of([1])));
        tree.Set("null", new SpecialNode(FileMetadata.File, SpecialKind.CharacterDevice, 1, 3));
        tree.Set("link", new SymbolicLinkNode(FileMetadata.Link, "file"));
        tree.Set("twin", tree.Children["file"]);
        using var folder = new TempFolder();
        string path = folder.Write("a.tar", Write(tree));
        string listing = Oracle.Run("tar", "--numeric-owner", "--full-time", "-tvf", path).MustSucceed();
        Assert.Matches(@"-rwsr-xr-x 4000000000/7 +1 2023-11-14 22:13:20(\.5+0*)? file\n", listing);
        Assert.Matches(@"lrwxrwxrwx 0/0 +0 1970-01-01 00:00:00 +link -> file\n", listing);
        Assert.Matches(@"crw-r--r-- 0/0 +1,3 1970-01-01 00:00:00 +null\n", listing);
        Assert.Matches("hrwsr-xr-x .* twin link to file\n", listing);
    }

    [Theory]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("posix")]
    public void Archives_by_gnu_tar_are_read(string format)
    {
        using var folder = new TempFolder();
        bool isLong = format is "gnu" or "oldgnu" or "posix";
        string longName = isLong ? $"{new string('d', 150)}/{new string('f', 200)}" : "d/f";
        folder.Write("tree/" + longName, "long");
        folder.Write("tree/a/Größe", "text");
        File.CreateSymbolicLink(folder.File("tree", "a", "link"), isLong ? new string('t', 300) : "target");
        Oracle.Run("ln", folder.File("tree", "a", "Größe"), folder.File("tree", "a", "twin")).MustSucceed();
        Oracle.Run("mkfifo", folder.File("tree", "pipe")).MustSucceed();
        string archive = folder.File("a.tar");
        string[] kinds = format == "v7" ? ["a", longName] : ["."];      // v7 has no pipes
        Oracle.Run("tar", ["-C", folder.File("tree"), $"--format={format}", "--sort=name", "--owner=:1234", "--group=:99",
            "--mtime=@1700000000", "-cf", archive, .. kinds]).MustSucceed();
        DirectoryNode tree = Read(File.ReadAllBytes(archive));
        var file = Assert.IsType<RegularFileNode>(tree.Find("a/Größe"));
        Assert.Equal("text"u8.ToArray(), file.Content.ReadAll(10));
        Assert.Same(file, tree.Find("a/twin"));
        Assert.Equal((1234u, 99u, 1_700_000_000L),
            (file.Metadata.UserId, file.Metadata.GroupId, file.Metadata.ModificationTime.UnixSeconds));
        Assert.Equal(isLong ? 300 : 6, Assert.IsType<SymbolicLinkNode>(tree.Find("a/link")).Target.Length);
        Assert.Equal("long"u8.ToArray(), Assert.IsType<RegularFileNode>(tree.Find(longName)).Content.ReadAll(10));
        if (format != "v7")
            Assert.Equal(SpecialKind.Fifo, Assert.IsType<SpecialNode>(tree.Find("pipe")).Kind);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    public void Names_that_lead_outside_are_refused(string name) =>
        AssertRefused([Header(name, TarType.File)], "leaves the archive");

    [Theory]
    [InlineData("usr/lib", "usr/lib/x")]
    [InlineData("./usr//lib/", "usr/lib/x")]
    [InlineData("/usr/lib", "usr/lib/x")]
    [InlineData("usr/../usr/lib/.", "usr/lib/x")]
    [InlineData("short", "usr/lib/x")]
    [InlineData("new/folder", "new/folder/x")]
    [InlineData("/", "x")]
    public void Files_below_a_link_go_where_it_leads(string target, string place)
    {
        DirectoryNode tree = Read([Header("usr/lib", TarType.Directory), Header("short", TarType.SymbolicLink, "usr/lib"),
            Header("lib", TarType.SymbolicLink, target), Header("lib/x", TarType.File), Header("twin", TarType.HardLink, "lib/x")]);
        Assert.IsType<RegularFileNode>(tree.Find(place));
        Assert.Same(tree.Find(place), tree.Find("twin"));
        Assert.IsType<SymbolicLinkNode>(tree.Find("lib"));
    }

    [Theory]
    [InlineData("../etc", "leaves the archive")]
    [InlineData("/..", "leaves the archive")]
    [InlineData("b/../../c", "leaves the archive")]
    [InlineData("a", "links are on the way")]
    [InlineData("a/a", "links are on the way")]
    [InlineData("f/c", "is no directory")]
    public void Files_below_a_link_that_leads_nowhere_are_refused(string target, string reason) => AssertRefused(
        [Header("f", TarType.File), Header("a", TarType.SymbolicLink, target), Header("a/x", TarType.File)], reason);

    [Fact]
    public void Files_below_a_link_are_unpacked_as_tar_does()
    {
        using var folder = new TempFolder();
        folder.Write("one/usr/lib/a", "a");
        File.CreateSymbolicLink(folder.File("one", "lib"), "usr/lib");
        folder.Write("two/lib/b", "b");
        string archive = folder.File("a.tar");
        Oracle.Run("tar", "-C", folder.File("one"), "-cf", archive, "usr", "lib").MustSucceed();
        Oracle.Run("tar", "-C", folder.File("two"), "-rf", archive, "lib/b").MustSucceed();
        Directory.CreateDirectory(folder.File("theirs"));
        Oracle.Run("tar", "-C", folder.File("theirs"), "-xf", archive).MustSucceed();
        DirectoryNode tree = Read(File.ReadAllBytes(archive));
        Assert.Equal("b", File.ReadAllText(folder.File("theirs", "usr", "lib", "b")));
        Assert.Equal(["a", "b"], Assert.IsType<DirectoryNode>(tree.Find("usr/lib")).Children.Keys);
    }

    [Fact]
    public void Hard_links_to_what_is_not_there_are_refused()
    {
        AssertRefused([Header("a", TarType.HardLink, "b")], "links to what is no file");
        AssertRefused([Header("a", TarType.HardLink, "../b")], "leaves the archive");
        AssertRefused([Header("d", TarType.Directory), Header("a", TarType.HardLink, "d")], "links to what is no file");
    }

    [Fact]
    public void Unknown_types_are_refused()
    {
        AssertRefused([Header("a", (TarType)'Q')], "unknown type 81");
    }

    [Fact]
    public void Links_to_nothing_are_refused() =>
        AssertRefused([Header("a", TarType.SymbolicLink)], "target is empty");

    [Fact]
    public void Later_entries_replace_earlier_ones()
    {
        DirectoryNode tree = Read([Header("a", TarType.File), Header("a", TarType.SymbolicLink, "x")]);
        Assert.IsType<SymbolicLinkNode>(tree.Children["a"]);
    }

    [Fact]
    public void Announced_sizes_are_checked_before_room_is_made()
    {
        AssertRefused([Header("a", TarType.File, size: 1L << 32)], "needs 4294967296 bytes");
        AssertRefused([Header("a", TarType.PaxNext, size: 1L << 31)], "pax or GNU header of 2147483648 bytes");
        AssertRefused([Header("a", TarType.PaxNext)], "ends behind the header");
    }

    [Fact]
    public void Attributes_by_gnu_tar_may_be_empty_and_directories_unnamed()
    {
        var records = new List<byte>();
        TarPax.Encode("SCHILY.xattr.user.empty", [], records);
        var archive = new byte[3 * 512];
        new TarHeader { Name = "x"u8.ToArray(), Type = TarType.PaxNext, SizeBytes = records.Count }.Encode(archive);
        records.CopyTo(archive, 512);
        new TarHeader { Name = "a/b/f"u8.ToArray(), Type = TarType.File }.Encode(archive.AsSpan(1024));
        DirectoryNode tree = Read(archive);
        Assert.Empty(tree.Find("a/b/f")!.Metadata.ExtendedAttributes["user.empty"]);
        Assert.Throws<MalformedDataException>(() => TarTree.Read(FileContent.Of(archive), new() { Entries = 2 }));
        TarTree.Read(FileContent.Of(archive), new() { Entries = 3 });
    }

    /// <summary>As in pax-multi-hdrs.tar of the Go project's tests: what the first says is forgotten, not joined.</summary>
    [Fact]
    public void Of_two_pax_headers_the_last_counts()
    {
        var link = new byte[3 * 512];
        Header("kept", TarType.SymbolicLink, "x").Encode(link);
        byte[] archive = [.. Pax("path", "lost"), .. Pax("linkpath", "target"), .. link];
        (string name, FileNode node) = Assert.Single(Read(archive).Children);
        Assert.Equal(("kept", "target"), (name, Assert.IsType<SymbolicLinkNode>(node).Target));
        using var folder = new TempFolder();
        Assert.EndsWith("kept -> target\n", Oracle.Run("tar", "-tvf", folder.Write("a.tar", archive)).MustSucceed(),
            StringComparison.Ordinal);
    }

    private static byte[] Pax(string key, string value)
    {
        var records = new List<byte>();
        TarPax.Encode(key, Encoding.UTF8.GetBytes(value), records);
        var header = new byte[1024];
        new TarHeader { Name = "x"u8.ToArray(), Type = TarType.PaxNext, SizeBytes = records.Count }.Encode(header);
        records.CopyTo(header, 512);
        return header;
    }

    [Fact]
    public void Limits_are_kept()
    {
        byte[] archive = Write(TarSamples.Tree(new(3)));
        foreach (ReadLimits limits in new[] { new ReadLimits { Entries = 3 }, new() { Depth = 0 }, new() { ContentBytes = 10 } })
            Assert.Throws<MalformedDataException>(() => TarTree.Read(FileContent.Of(archive), limits));
    }

    [Fact]
    public void A_socket_is_refused_with_its_path()
    {
        var tree = new DirectoryNode();
        tree.SetPath("run/socket", new SpecialNode(FileMetadata.File, SpecialKind.Socket));
        Assert.Equal("run/socket", Assert.Throws<UnstorableContentException>(() => Write(tree)).Path);
    }

    [Fact]
    public void A_socket_is_left_out_where_that_can_be_said()
    {
        var tree = new DirectoryNode();
        tree.SetPath("run/socket", new SpecialNode(FileMetadata.File, SpecialKind.Socket));
        var remarks = new List<string>();
        var archive = new MemoryStream();
        TarTreeWriter.Write(archive, tree, options: new() { Remark = (path, message) => remarks.Add($"{path} {message}") });
        Assert.Equal(["run/socket left out: tar has no sockets"], remarks);
        Assert.Equal(["run"], Read(archive.ToArray()).Walk().Select(item => item.Path));
    }

    [Fact]
    public void Folders_of_incremental_archives_are_folders()
    {
        using var folder = new TempFolder();
        folder.Write("in/sub/f", "content");
        Oracle.Run("ln", folder.File("in", "sub", "f"), folder.File("in", "twin")).MustSucceed();
        Oracle.Run("tar", "-C", folder.File("in"), "--listed-incremental", folder.File("state"), "-cf", folder.File("a.tar"), ".")
            .MustSucceed();
        byte[] archive = File.ReadAllBytes(folder.File("a.tar"));
        Assert.Equal((byte)'D', archive[156]);
        DirectoryNode tree = Read(archive);
        Assert.Equal(["sub", "sub/f", "twin"], tree.Walk().Select(item => item.Path));
        Assert.Equal("content"u8.ToArray(), ((RegularFileNode)tree.Find("twin")!).Content.ReadAll(10));
    }

    [Fact]
    public void Lists_in_the_form_of_Solaris_are_passed_over_and_said()
    {
        var archive = new byte[3 * 512];
        new TarHeader { Name = "f"u8.ToArray(), Type = TarType.SolarisAcl, SizeBytes = 20 }.Encode(archive);
        "1000004\0user::rw-,o::r"u8[..20].CopyTo(archive.AsSpan(512));
        new TarHeader { Name = "f"u8.ToArray(), Type = TarType.File }.Encode(archive.AsSpan(1024));
        var remarks = new List<string>();
        TarTree.Read(FileContent.Of(archive), ReadLimits.Default, remark: (path, message) => remarks.Add($"{path}: {message}"));
        Assert.Equal("f: its access control list, in the form of Solaris, is left out", Assert.Single(remarks));
    }

    [Fact]
    public void The_root_has_an_entry_as_gnu_tar_writes_it()
    {
        var metadata = new FileMetadata { Permissions = 0x1C8, UserId = 12, GroupId = 34, ModificationTime = new(1_600_000_000) };
        var tree = new DirectoryNode(metadata);
        tree.Set("f", new RegularFileNode(FileMetadata.File, FileContent.Empty));
        var archive = new MemoryStream();
        TarTreeWriter.Write(archive, tree, options: new() { RootEntry = true });
        DirectoryNode read = Read(archive.ToArray());
        Assert.Equal(metadata, read.Metadata with { ExtendedAttributes = metadata.ExtendedAttributes });
        using var folder = new TempFolder();
        string listing = Oracle.Run("tar", "--numeric-owner", "-tvf", folder.Write("a.tar", archive.ToArray())).MustSucceed();
        Assert.Matches(@"drwx--x--- 12/34 +0 2020-09-13 12:26 \./\n", listing);

        using var without = new MemoryStream();
        TarTreeWriter.Write(without, Read(Write(tree)), options: new() { RootEntry = true });     // has no entry to keep
        Assert.Equal(Write(tree), without.ToArray());
    }

    [Fact]
    public void Damaged_archives_are_read_or_refused()
    {
        byte[][] archives =
        [
            .. Enumerable.Range(0, 20).Select(seed => Write(TarSamples.Tree(new((ulong)seed)))),
            GnuArchive("gnu"), GnuArchive("posix"), GnuArchive("gnu", isIncremental: true), .. TarSparseTests.Formats.Select(TarSparseTests.Archive),
        ];
        int rounds = Soak.Rounds(2000, 100_000);
        int refused = DamageTrial.Run(rounds, round =>
        {
            var random = new SeededRandom((ulong)round);
            byte[] damaged = Mutations.Mutate(archives[round % archives.Length], random);
            if (random.Chance(2))
                MendChecksums(damaged);
            _ = TarSamples.Text(Read(damaged));
        });
        Assert.InRange(refused, rounds / 10, rounds - 1);
    }

    /// <summary>A name that takes a header of its own, and a link to it.</summary>
    private static byte[] GnuArchive(string format, bool isIncremental = false)
    {
        using var folder = new TempFolder();
        string name = $"{new string('d', 150)}/{new string('f', 200)}";
        folder.Write(name, "content");
        Oracle.Run("ln", folder.File(name), folder.File("twin")).MustSucceed();
        using var state = new TempFolder();
        string option = isIncremental ? $"--listed-incremental={state.File("state")}" : "--no-acls";
        OracleResult archive = Oracle.Run("tar", "-C", folder.Path, "-c", "-b", "1", $"--format={format}", option, ".");
        archive.MustSucceed();
        return archive.OutputBytes;
    }

    // Only with right checksums does damage reach what lies behind them.
    private static void MendChecksums(byte[] archive)
    {
        for (int at = 0; at + 512 <= archive.Length; at += 512)
        {
            Span<byte> block = archive.AsSpan(at, 512);
            if (!block.Slice(257, 5).SequenceEqual("ustar"u8))
                continue;
            block.Slice(148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in block)
                sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0", block[148..]);
        }
    }

    private static TarHeader Header(string name, TarType type, string link = "", long size = 0) => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Type = type,
        LinkTarget = Encoding.UTF8.GetBytes(link),
        SizeBytes = size,
    };

    private static DirectoryNode Read(TarHeader[] headers)
    {
        var archive = new byte[headers.Length * 512];
        for (int index = 0; index < headers.Length; index++)
            headers[index].Encode(archive.AsSpan(index * 512));
        return Read(archive);
    }

    private static void AssertRefused(TarHeader[] headers, string pattern) =>
        Assert.Matches(pattern, Assert.Throws<MalformedDataException>(() => Read(headers)).Message);

    private static DirectoryNode Read(byte[] archive) => TarTree.Read(FileContent.Of(archive), ReadLimits.Default);

    private static byte[] Write(DirectoryNode tree)
    {
        var archive = new MemoryStream();
        TarTreeWriter.Write(archive, tree);
        return archive.ToArray();
    }
}
