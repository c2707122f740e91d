// A folder of the host for mke2fs -d, made once for all tests that want it, and what it holds as text. Owners and
// attributes are left out: they depend on who runs the tests, and where.
using System.Collections.Immutable;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Ext4;

public sealed class Ext4HostFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public Ext4HostFolder()
    {
        DirectoryNode root = Tree();
        foreach ((string path, FileNode node) in root.Walk())
            Put(_folder.File("in", path), node);
        foreach ((string path, FileNode node) in root.Walk().Where(step => step.Node is DirectoryNode).Reverse())
            Directory.SetLastWriteTimeUtc(_folder.File("in", path), Time(node));
        Text = PlainText(root);
    }

    public string Path => _folder.File("in");

    public string Text { get; }

    /// <summary>A tree as text without what depends on the host.</summary>
    public static string PlainText(DirectoryNode root)
    {
        foreach ((_, FileNode node) in root.Walk().Prepend(("", root)))
        {
            bool isDated = node is not SymbolicLinkNode && node != root;
            node.Metadata = node.Metadata with
            {
                UserId = 0,
                GroupId = 0,
                ExtendedAttributes = ImmutableSortedDictionary<string, ImmutableArray<byte>>.Empty,
                ModificationTime = isDated ? node.Metadata.ModificationTime : default,
            };
        }
        return Ext4Samples.Text(root);
    }

    public void Dispose() => _folder.Dispose();

    private static DirectoryNode Tree()
    {
        var random = new SeededRandom(7);
        var root = new DirectoryNode(FileMetadata.Directory);
        root.Set("large", Ext4Samples.File(random.Bytes(1_500_000)));
        root.Set("tiny", Ext4Samples.File([1, 2, 3]));
        root.Set("hundred", Ext4Samples.File(random.Bytes(100)));
        root.Set("empty", Ext4Samples.File([]));
        for (int index = 0; index < 400; index++)
            root.SetPath($"many/{new string('n', index % 200)}{index}", Ext4Samples.File([(byte)(index & 0xFF)]));
        root.SetPath("a/b/c", root.Find("tiny")!);
        root.SetPath("a/fast", new SymbolicLinkNode(FileMetadata.Link, "../tiny"));
        root.SetPath("a/slow", new SymbolicLinkNode(FileMetadata.Link, new string('s', 300)));
        var sparse = new byte[70_000_000];          // behind 64 MiB a block map of 1024-byte blocks has three levels
        foreach (int at in (int[])[0, 300_000, 1_000_000, 67_500_000, 69_999_000])
            random.Bytes(1000).CopyTo(sparse, at);
        root.Set("sparse", Ext4Samples.File(sparse));
        return root;
    }

    private void Put(string path, FileNode node)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        string first = _folder.File("in", "a", "b", "c");
        switch (node)
        {
            case DirectoryNode:
                Directory.CreateDirectory(path);
                break;
            case SymbolicLinkNode link:
                File.CreateSymbolicLink(path, link.Target);
                break;
            case RegularFileNode when path.EndsWith("/tiny", StringComparison.Ordinal):
                Oracle.Run("ln", first, path).MustSucceed();
                break;
            case RegularFileNode file:
                WriteSparse(path, file.Content.ReadAll(1 << 27));
                File.SetUnixFileMode(path, (UnixFileMode)file.Metadata.Permissions);
                File.SetLastWriteTimeUtc(path, Time(file));
                break;
        }
    }

    private static void WriteSparse(string path, byte[] content)
    {
        using FileStream stream = File.Create(path);
        stream.SetLength(content.Length);
        for (int at = 0; at < content.Length; at += 4096)
        {
            ReadOnlySpan<byte> block = content.AsSpan(at, Math.Min(4096, content.Length - at));
            if (!block.ContainsAnyExcept((byte)0))
                continue;
            stream.Position = at;
            stream.Write(block);
        }
    }

    private static DateTime Time(FileNode node) =>
        DateTime.UnixEpoch.AddSeconds(node.Metadata.ModificationTime.UnixSeconds);
}
