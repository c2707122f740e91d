// Writes a tree as a cpio "newc" archive: see README.md for the layout. The bytes depend on the tree alone.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>Writes archives.</summary>
public static class CpioWriter
{
    private const int BlockLength = 512;            // GNU cpio fills its last block, and so do we

    /// <summary>Writes everything below <paramref name="root"/>, each directory before its content.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="target">Receives the archive; need not be seekable.</param>
    /// <param name="modificationSeconds">One time for all entries; otherwise each keeps its own.</param>
    /// <param name="withRoot">
    /// Whether the root gets an entry, ".", as `find . | cpio -o` gives it; never one made for what lies in it.
    /// </param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <exception cref="UnstorableContentException">A file is longer than 4 GiB - 1, or has the end's name.</exception>
    /// <exception cref="MalformedDataException">A content ends before its length.</exception>
    public static void Write(
        DirectoryNode root, Stream target, long? modificationSeconds = null, bool withRoot = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(target);
        var archive = new Archive(target, modificationSeconds, FindSharedFiles(root), cancellation);
        if (withRoot && !root.IsImplied)
            archive.Add(".", root);
        foreach ((string path, FileNode node) in root.Walk())
        {
            cancellation.ThrowIfCancellationRequested();     // a file without content would not see it
            archive.Add(path, node);
        }
        archive.End();
    }

    private static Dictionary<FileNode, SharedFile> FindSharedFiles(DirectoryNode root)
    {
        var files = new Dictionary<FileNode, SharedFile>(ReferenceEqualityComparer.Instance);
        foreach ((_, FileNode node) in root.Walk())
        {
            if (node is not RegularFileNode and not SpecialNode)
                continue;
            if (!files.TryGetValue(node, out SharedFile? file))
                files.Add(node, file = new());
            file.NameCount++;
        }
        return files;
    }

    /// <summary>What is known of a file that may have several names.</summary>
    private sealed class SharedFile
    {
        public uint NameCount { get; set; }

        public uint NamesWritten { get; set; }

        public uint Inode { get; set; }
    }

    private sealed class Archive(
        Stream target, long? modificationSeconds, Dictionary<FileNode, SharedFile> files,
        CancellationToken cancellation)
    {
        private long _written;
        private uint _nextInode;

        public void Add(string path, FileNode node)
        {
            if (path == CpioHeader.TrailerName)
                throw new UnstorableContentException(
                    path, $"cannot archive a file of the name \"{path}\": it would end the archive");
            SharedFile file = files.GetValueOrDefault(node) ?? new() { NameCount = LinkCount(node) };
            if (file.NamesWritten++ == 0)
                file.Inode = _nextInode++;
            // The content goes with the last name: before, GNU cpio would not know that more names follow.
            bool carriesContent = node is SymbolicLinkNode || file.NamesWritten == file.NameCount;
            FileContent content = carriesContent ? ContentOf(node) : FileContent.Empty;
            if (content.Length > uint.MaxValue)
                throw new UnstorableContentException(
                    path, $"cannot archive \"{path}\": it has {content.Length} bytes, {uint.MaxValue} are the most");
            var special = node as SpecialNode;
            Write(path, content, new()
            {
                Inode = file.Inode,
                Mode = KindOf(node) | node.Metadata.Permissions,
                UserId = node.Metadata.UserId,
                GroupId = node.Metadata.GroupId,
                LinkCount = file.NameCount,
                ModificationSeconds = (uint)Math.Clamp(
                    modificationSeconds ?? node.Metadata.ModificationTime.UnixSeconds, 0, uint.MaxValue),
                NodeMajor = special?.DeviceMajor ?? 0,
                NodeMinor = special?.DeviceMinor ?? 0,
            });
        }

        public void End()
        {
            Write(CpioHeader.TrailerName, FileContent.Empty, new() { LinkCount = 1 });
            Pad(BlockLength);
        }

        private void Write(string path, FileContent content, CpioHeader header)
        {
            byte[] name = NodeName.Encode(path);
            var entry = new byte[CpioHeader.Size + name.Length + 1];
            (header with { NameLength = (uint)name.Length + 1, ContentLength = (uint)content.Length }).WriteTo(entry);
            name.CopyTo(entry.AsSpan(CpioHeader.Size));
            target.Write(entry);
            _written += entry.Length;
            Pad(CpioHeader.Alignment);
            using (Stream stream = content.Open())
                CopyExactly(stream, content.Length);
            Pad(CpioHeader.Alignment);
        }

        private void CopyExactly(Stream stream, long length)
        {
            var buffer = new byte[(int)Math.Min(length, 1 << 17)];
            long copied = 0;
            while (copied < length)
            {
                cancellation.ThrowIfCancellationRequested();
                int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length - copied));
                if (read == 0)
                    throw new MalformedDataException(copied, $"content ends after {copied} of {length} bytes");
                target.Write(buffer, 0, read);
                copied += read;
            }
            _written += length;
        }

        private void Pad(int alignment)
        {
            Span<byte> zeros = stackalloc byte[BlockLength];
            zeros.Clear();
            long end = Alignment.Up(_written, alignment);
            target.Write(zeros[..(int)(end - _written)]);
            _written = end;
        }
    }

    private static FileContent ContentOf(FileNode node) => node switch
    {
        RegularFileNode regular => regular.Content,
        SymbolicLinkNode link => FileContent.Of(NodeName.Encode(link.Target)),
        _ => FileContent.Empty,
    };

    private static uint LinkCount(FileNode node) => node is DirectoryNode directory
        ? 2 + (uint)directory.Children.Values.Count(child => child is DirectoryNode)
        : 1;

    private static uint KindOf(FileNode node) => node switch
    {
        RegularFileNode => CpioHeader.RegularFile,
        DirectoryNode => CpioHeader.Directory,
        SymbolicLinkNode => CpioHeader.SymbolicLink,
        SpecialNode { Kind: SpecialKind.CharacterDevice } => CpioHeader.CharacterDevice,
        SpecialNode { Kind: SpecialKind.BlockDevice } => CpioHeader.BlockDevice,
        SpecialNode { Kind: SpecialKind.Fifo } => CpioHeader.Fifo,
        _ => CpioHeader.Socket,
    };
}
