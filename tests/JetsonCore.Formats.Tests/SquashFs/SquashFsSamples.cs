// What the squashfs tests share.
using System.Collections.Immutable;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.SquashFs;

internal static class SquashFsSamples
{
    private static readonly byte[] Capability = Convert.FromHexString("0100000200040000000000000000000000000000");

    /// <summary>One file in one directory.</summary>
    public static DirectoryNode Small()
    {
        var root = new DirectoryNode();
        root.Set("a", new RegularFileNode(FileMetadata.File, FileContent.Of("hi\n"u8.ToArray())));
        return root;
    }

    /// <summary>
    /// A tree that unsquashfs can put on a disk: all kinds of nodes (device nodes need root), text, zeros in the
    /// middle and at the end, equal files, a directory of several metadata blocks, xattrs.
    /// </summary>
    public static DirectoryNode Tree(ulong seed)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        var random = new RandomTree(new SeededRandom(seed))
        {
            WithSpecialNodes = isRoot,
            HighestId = isRoot ? 100_000 : 0,
        };
        DirectoryNode root = random.Make(80);
        byte[] text = Text(300_000);
        root.Set("text", File(text));
        root.Set("same text", File(text));
        root.Set("zeros", File(new byte[400_000]));
        root.Set("zeros between", File([.. text, .. new byte[300_000], .. text.AsSpan(0, 1000)]));
        root.Set("one block", File(Text(131_072)));
        var many = new DirectoryNode();
        for (int index = 0; index < 700; index++)
            many.Set($"one of many files with a long name {index}", File([(byte)(index & 0xFF)]));
        root.Set("many", many);
        root.Set("user", WithXattrs(File([1]), ("user.note", "seen"u8.ToArray()), ("user.empty", [])));
        root.Set("user too", WithXattrs(File([2]), ("user.note", "seen"u8.ToArray()), ("user.empty", [])));
        root.Set("long", WithXattrs(File([3]), ("user.long", Text(3000))));
        root.Set("long too", WithXattrs(File([4]), ("user.long", Text(3000)), ("user.x", [0])));
        if (isRoot)
            root.Set("ping", Ping());
        root.Set("folder", WithXattrs(new DirectoryNode(), ("user.kind", "folder"u8.ToArray())));
        return root;
    }

    /// <summary>A file with attributes that only root can set.</summary>
    public static FileNode Ping() =>
        WithXattrs(File([5]), ("security.capability", Capability), ("trusted.overlay", [1]));

    public static byte[] Text(int length)
    {
        var text = new System.Text.StringBuilder();
        for (int line = 0; text.Length < length; line++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{line * 7919 % 1009} and {line}\n");
        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>All extended attributes, a line each.</summary>
    public static string XattrText(DirectoryNode root) => string.Join('\n',
        from entry in root.Walk()
        from attribute in entry.Node.Metadata.ExtendedAttributes
        select $"{entry.Path}: {attribute.Key}={Convert.ToHexString(attribute.Value.AsSpan())}");

    private static RegularFileNode File(byte[] bytes) => new(FileMetadata.File, FileContent.Of(bytes));

    private static FileNode WithXattrs(FileNode node, params (string Name, byte[] Value)[] attributes)
    {
        node.Metadata = node.Metadata with
        {
            ExtendedAttributes = node.Metadata.ExtendedAttributes.AddRange(
                attributes.Select(a => KeyValuePair.Create(a.Name, a.Value.ToImmutableArray()))),
        };
        return node;
    }

    public static byte[] Write(DirectoryNode root, SquashFsOptions options)
    {
        var target = new MemoryStream();
        SquashFsWriter.Write(root, options, target);
        return target.ToArray();
    }
}

/// <summary>Zeros without a place in memory.</summary>
internal sealed class ZeroStream(long length) : Stream
{
    private long _left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, _left);
        buffer[..count].Clear();
        _left -= count;
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
