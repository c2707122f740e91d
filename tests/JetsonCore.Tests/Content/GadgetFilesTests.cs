// Sources and targets of file system content, as snapd's mounted file system writer takes them.
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Layout;
using Xunit;

namespace JetsonCore.Tests.Content;

public class GadgetFilesTests
{
    private static readonly PlannedStructure Structure = new()
    {
        Index = 0,
        Name = "boot",
        Type = "0C",
        StartBytes = 1 << 20,
        SizeBytes = 1 << 20,
    };

    private readonly DiagnosticBag _diagnostics = new();

    [Theory]
    [InlineData("boot.scr", "boot.scr", "boot.scr")]
    [InlineData("boot.scr", "other.scr", "other.scr")]
    [InlineData("boot.scr", "/", "boot.scr")]
    [InlineData("boot.scr", "deep/", "deep deep/boot.scr")]
    [InlineData("boot.scr", "/deep/name", "deep deep/name")]
    [InlineData("boot", "/", "boot boot/overlays boot/overlays/one.dtbo boot/start.elf")]
    [InlineData("boot/", "/", "overlays overlays/one.dtbo start.elf")]
    [InlineData("boot/", "sub", "sub sub/overlays sub/overlays/one.dtbo sub/start.elf")]
    [InlineData("boot/overlays/", "o/", "o o/one.dtbo")]
    public void Content_goes_where_snapd_puts_it(string source, string target, string expected)
    {
        var tree = new DirectoryNode();
        Files().Place(Structure, new() { Source = source, Target = target }, tree);
        Assert.Empty(_diagnostics.Items);
        Assert.Equal(expected, string.Join(' ', tree.Walk().Select(entry => entry.Path)));
    }

    [Fact]
    public void Folders_from_two_sources_are_one()
    {
        var tree = new DirectoryNode();
        GadgetFiles files = Files();
        files.Place(Structure, new() { Source = "boot/", Target = "/" }, tree);
        files.Place(Structure, new() { Source = "boot.scr", Target = "overlays/" }, tree);
        Assert.Equal("overlays overlays/boot.scr overlays/one.dtbo start.elf",
            string.Join(' ', tree.Walk().Select(entry => entry.Path)));
    }

    [Theory]
    [InlineData("boot.src", "did you mean \"boot.scr\"?")]
    [InlineData("$kernel:dtbs/", null)]
    public void What_is_not_there_is_said(string source, string? hint)
    {
        Files().Place(Structure, new() { Source = source, Target = "/" }, new DirectoryNode());
        Diagnostic finding = Assert.Single(_diagnostics.Items);
        Assert.Contains(source, finding.Message, StringComparison.Ordinal);
        Assert.Equal(hint ?? finding.Hint, finding.Hint);
    }

    [Fact]
    public void Links_are_followed_within_the_gadget_only()
    {
        DirectoryNode gadget = Gadget();
        gadget.Set("good", new SymbolicLinkNode(FileMetadata.Link, "boot.scr"));
        gadget.Set("out", new SymbolicLinkNode(FileMetadata.Link, "../boot.scr"));
        gadget.Set("circle", new SymbolicLinkNode(FileMetadata.Link, "circle"));
        var files = new GadgetFiles("gadget", gadget, _diagnostics);
        Assert.NotNull(files.FindFile("good"));
        Assert.Null(files.FindFile("out"));
        Assert.Null(files.FindFile("circle"));
    }

    private GadgetFiles Files() => new("gadget", Gadget(), _diagnostics);

    private static DirectoryNode Gadget()
    {
        var root = new DirectoryNode();
        foreach (string path in (string[])["boot.scr", "boot/start.elf", "boot/overlays/one.dtbo"])
            root.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of([1])));
        return root;
    }
}
