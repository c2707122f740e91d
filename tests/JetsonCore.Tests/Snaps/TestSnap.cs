// Small snaps for tests: a tree with a snap.yaml, and as bytes either a stand-in or a real squashfs of mksquashfs.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Snaps;

internal static class TestSnap
{
    public static readonly string[] Tx1 =
    [
        "name: core18\nversion: '18'\ntype: base\narchitectures: [arm64]\n",
        "name: jetson-tx1\nversion: '1'\ntype: gadget\nbase: core18\narchitectures: [arm64]\n",
        "name: snapd\nversion: 2.57.6\ntype: snapd\narchitectures: [arm64]\n",
        "name: jetson-tx1-kernel\nversion: '4.4'\ntype: kernel\narchitectures: [arm64]\n",
    ];

    public static DirectoryNode Tree(string yaml, params (string Path, string Text)[] files)
    {
        var root = new DirectoryNode();
        root.SetPath("meta/snap.yaml", File(yaml));
        foreach ((string path, string text) in files)
            root.SetPath(path, File(text));
        return root;
    }

    public static SnapFile Make(string yaml, params (string Path, string Text)[] files)
    {
        var diagnostics = new DiagnosticBag();
        FileContent content = FileContent.Of(Encoding.UTF8.GetBytes($"bytes of {yaml}"));
        SnapFile? snap = SnapFile.FromTree($"{yaml.Split('\n')[0][6..]}.snap", content, Tree(yaml, files), diagnostics);
        Assert.Empty(diagnostics.Items);
        return snap!;
    }

    /// <summary>The same with the bytes of a real squashfs file.</summary>
    public static SnapFile MakeReal(TempFolder temp, string yaml, params (string Path, string Text)[] files) =>
        MakeReal(temp, "", yaml, files);

    /// <summary>The same, in a file whose name begins otherwise.</summary>
    public static SnapFile MakeReal(TempFolder temp, string prefix, string yaml, (string Path, string Text)[] files)
    {
        SnapFile made = Make(yaml, files);
        string folder = temp.File($"tree-{prefix}{made.Name}"), path = temp.File($"{prefix}{made.Name}.snap");
        TreeExtractor.Extract(made.Root, folder, new DiagnosticBag());
        Oracle.Run("mksquashfs", folder, path, "-noappend", "-comp", "xz", "-no-progress", "-all-root").MustSucceed();
        return SnapFile.FromTree(path, FolderTree.FileContent(path), made.Root, new DiagnosticBag())!;
    }

    private static RegularFileNode File(string text) => new(FileMetadata.File, FileContent.Of(Encoding.UTF8.GetBytes(text)));
}
