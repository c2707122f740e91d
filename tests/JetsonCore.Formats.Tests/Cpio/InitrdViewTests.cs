// What an initrd becomes in memory. The judge is the kernel itself: Debian's, in QEMU, unpacks archives of GNU cpio that
// were compressed by every tool it knows, and what it then has is what we say it has.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Tests.Linux;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Cpio;

public sealed class InitrdViewTests : IDisposable
{
    private readonly TempFolder _temp = new();

    /// <summary>Folders of archives: commands that fill them, the order of the entries, how they are compressed.</summary>
    private static readonly (string Fill, string Names, string Tool)[] Archives =
    [
        ("mkdir t t/full t/empty t/real t/d; echo first >t/a; ln t/a t/b; echo file >t/file; echo x >t/full/x; "
            + "ln -s a t/link; ln -s real t/dirlink; ln -s /t/d t/rooted; ln -s ../../../t/d t/up; mkfifo t/pipe",
            "t t/full t/full/x t/empty t/real t/d t/a t/b t/file t/link t/dirlink t/rooted t/up t/pipe", "cat"),
        ("mkdir -p t/file t/dirlink t/missing t/rooted t/up; echo second-longer >t/a; echo f >t/full; echo f >t/empty; "
            + "echo in >t/file/in; ln -s b t/link; echo through >t/dirlink/t; echo m >t/missing/m; echo r >t/rooted/r; "
            + "echo u >t/up/u",
            "t/a t/full t/empty t/file t/file/in t/link t/dirlink/t t/missing/m t/rooted/r t/up/u", "gzip -nc"),
        ("mkdir t; echo linked >t/c; ln t/c t/b", "t/b t/c", "xz -c --check=crc32"),
        ("mkdir t; echo zstd >t/zstd; chmod 4711 t/zstd; ln -s x t/pipe", "t/zstd t/pipe", "zstd -qc"),
        ("mkdir -p t/late/in; echo late >t/late/in/file", "t/late/in/file t/late/in t/late", "bzip2 -c"),
        ("mkdir t; echo lzma >t/lzma; : >t/c", "t/lzma t/c", "xz -c --format=lzma"),
        ("mkdir t; echo lzo >t/lzo; echo short >t/a", "t/lzo t/a", "lzop -c"),
        ("mkdir t; echo lz4 >t/lz4", "t/lz4", "lz4 -lqc"),
    ];

    public void Dispose() => _temp.Dispose();

    [DebianInputsFact]
    public void The_kernel_unpacks_what_we_say()
    {
        byte[] chain = Chain();
        var machine = new LinuxMachine(_temp) { MoreInitrd = chain };
        string judged = machine.Run(new Dictionary<string, string>(), """
            cd /
            find t | sort | while read -r path; do
              if [ -L $path ]; then echo "$path -> $(readlink $path)"
              elif [ -f $path ]; then echo "$path $(stat -c '%a %h' $path) $(cat $path)"
              else echo "$path $(stat -c '%a %F' $path)"; fi
            done >/out/tree
            """)["tree"];
        InitrdView view = Read(chain);
        Assert.Equal(judged, Text(view));
        Assert.Equal(["t/full", "t/missing/m", "t/late/in/file", "t/late/in"],
            view.Omissions.Select(omission => omission.Path));
        Assert.Equal([2, 2, 5, 5], view.Omissions.Select(omission => omission.Segment));
    }

    [Fact]
    public void Each_file_names_its_archive()
    {
        InitrdView view = Read(Chain());
        Assert.Equal(Archives.Length, view.Segments.Count);
        var expected = new Dictionary<string, int?>
        {
            ["t/full/x"] = 1,
            ["t/full"] = 1,
            ["t/file"] = 2,
            ["t/link"] = 2,
            ["t/real/t"] = 2,
            ["t/zstd"] = 4,
            ["t/late"] = 5,
            ["t/c"] = 7,
            ["t/b"] = 7,
            ["t/a"] = 7,
            ["t/lz4"] = 8,
            ["dev/console"] = null,
        };
        Assert.Equal(expected, expected.Keys.ToDictionary(path => path, path => view.SegmentOf(view.Root.Find(path)!)));
    }

    [Theory]
    [InlineData("gzip -nc")]
    [InlineData("zstd -qc")]
    [InlineData("cat")]
    public void Damaged_initrds_are_read_or_refused(string tool)
    {
        byte[] first = Pack(Archives[0].Fill, Archives[0].Names, "cat"), second = Pack(Archives[1].Fill, Archives[1].Names, tool);
        var limits = new ReadLimits { ContentBytes = 16 << 20, MetadataBytes = 1 << 20 };
        DamageTrial.Run(Soak.Rounds(700, 50_000), round => InitrdView.Read(
            FileContent.Of(Mutations.Mutate([.. first, .. second], new SeededRandom((ulong)round))),
            MemorySpool.Keep, limits));
    }

    [Fact]
    public void Bombs_are_refused_at_the_limit()
    {
        byte[] bomb = Oracle.Run("sh", "-c", "head -c 300000000 /dev/zero | gzip -nc").OutputBytes;
        var fault = Assert.Throws<MalformedDataException>(() => InitrdView.Read(
            FileContent.Of(bomb), MemorySpool.Keep, new() { ContentBytes = 16 << 20 }));
        Assert.Contains("unpacks to more than the 16777216 accepted bytes", fault.Message, StringComparison.Ordinal);
    }

    private static InitrdView Read(byte[] chain) =>
        InitrdView.Read(FileContent.Of(chain), MemorySpool.Keep, ReadLimits.Default);

    private byte[] Chain()
    {
        var chain = new List<byte>();
        foreach ((string fill, string names, string tool) in Archives)
        {
            chain.AddRange(new byte[(4 - (chain.Count % 4)) % 4]);
            chain.AddRange(Pack(fill, names, tool));
        }
        return [.. chain];
    }

    private byte[] Pack(string fill, string names, string tool)
    {
        string folder = _temp.File(Guid.NewGuid().ToString());
        string script = $"umask 022; mkdir {folder}; cd {folder}; {fill}; printf '%s\\n' {names} | cpio -o -H newc --quiet | {tool}";
        OracleResult result = Oracle.Run("sh", "-c", script);
        result.MustSucceed();
        return result.OutputBytes;
    }

    private static string Text(InitrdView view)
    {
        var root = (DirectoryNode)view.Root.Find("t")!;
        var counts = new Dictionary<FileNode, int>(ReferenceEqualityComparer.Instance);
        foreach ((_, FileNode node) in view.Root.Walk())
            counts[node] = counts.GetValueOrDefault(node) + 1;
        IEnumerable<string> lines = root.Walk().Select(file => ($"t/{file.Path}", file.Node)).Prepend(("t", root))
            .OrderBy(file => file.Item1, StringComparer.Ordinal)
            .Select(file => file.Item2 switch
            {
                SymbolicLinkNode link => $"{file.Item1} -> {link.Target}",
                RegularFileNode content => $"{file.Item1} {Mode(content)} {counts[content]} "
                    + Encoding.ASCII.GetString(content.Content.ReadAll(100)).TrimEnd('\n'),
                DirectoryNode folder => $"{file.Item1} {Mode(folder)} directory",
                FileNode other => $"{file.Item1} {Mode(other)} fifo",
            });
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static string Mode(FileNode node) => Convert.ToString(node.Metadata.Permissions, 8);
}
