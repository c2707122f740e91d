// A folder of the host as a file tree, names and link targets byte for byte. The order is ordinal whatever the file
// system says; owners and times are as they are on the host or, for outputs that must not depend on it, as the options
// say.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>How a folder becomes a tree.</summary>
public sealed record FolderTreeOptions
{
    /// <summary>Whether everything shall belong to root; otherwise owners are those of the host.</summary>
    public bool OwnedByRoot { get; init; } = true;

    /// <summary>One time for everything; otherwise the times of the host.</summary>
    public FileTime? ModificationTime { get; init; }

    /// <summary>Whether files get the permissions that git knows, 0755 or 0644, whatever umask they met.</summary>
    public bool NormalizePermissions { get; init; }

    /// <summary>Whether extended attributes are read.</summary>
    public bool ExtendedAttributes { get; init; }
}

/// <summary>Reads folders of the host.</summary>
public static class FolderTree
{
    private const int KindMask = 0xF000, Directory = 0x4000, RegularFile = 0x8000, SymbolicLink = 0xA000;
    private const int CharacterDevice = 0x2000, BlockDevice = 0x6000, Fifo = 0x1000;
    private const ushort PermissionMask = 0xFFF, OwnerExecutes = 0x40;      // 07777, 0100

    /// <summary>The tree below <paramref name="folder"/>; contents stay in their files.</summary>
    /// <exception cref="IOException">The folder, or something in it, cannot be read.</exception>
    public static DirectoryNode Read(string folder, FolderTreeOptions? options = null)
    {
        var reading = new Reading(options ?? new());
        return reading.Node(folder) as DirectoryNode
            ?? throw new IOException($"cannot read \"{folder}\": it is no folder");
    }

    /// <summary>One file of the host as content; links are followed.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileContent FileContent(string path)
    {
        FileStatus? status = path is "" ? null : Posix.TryStatus(path, follow: true);
        return status switch
        {
            null => throw new FileNotFoundException($"cannot read \"{path}\": there is no such file", path),
            { IsFolder: true } => throw new FileNotFoundException($"cannot read \"{path}\": it is a folder", path),
            { IsRegularFile: false } => throw new IOException(
                $"cannot read \"{path}\": it is a pipe or a device, and has no length; copy it to a file"),
            { } file => Content(path, file),
        };
    }

    private static FileContent Content(string path, FileStatus status) =>
        new(status.SizeBytes, () => new HostFileStream(path, status),
            status.AllocatedBytes < status.SizeBytes ? () => DataRanges(path) : null)
        {
            IsIndependent = true,
            Origin = new HostOrigin(path, status),
        };

    private static IEnumerable<ContentRange> DataRanges(string path)
    {
        using FileStream file = HostFile.OpenRead(path);
        foreach ((long offset, long length) in SparseCopy.DataRanges(file))
            yield return new(offset, length);
    }

    private sealed class Reading(FolderTreeOptions options)
    {
        private readonly ConcurrentDictionary<(ulong, ulong), FileNode> _hardLinks = [];

        public FileNode Node(string path)
        {
            FileStatus status = Posix.Status(path);
            int kind = status.Mode & KindMask;
            bool linked = status.LinkCount > 1 && kind != Directory;
            if (linked && _hardLinks.TryGetValue(status.Identity, out FileNode? known))
                return known;
            FileMetadata metadata = Metadata(path, status);
            FileNode node = kind switch
            {
                Directory => Folder(path, metadata),
                RegularFile => new RegularFileNode(metadata, Content(path, status)),
                SymbolicLink => new SymbolicLinkNode(metadata, Posix.LinkTarget(path)),
                CharacterDevice => Special(SpecialKind.CharacterDevice, metadata, status),
                BlockDevice => Special(SpecialKind.BlockDevice, metadata, status),
                Fifo => new SpecialNode(metadata, SpecialKind.Fifo),
                _ => new SpecialNode(metadata, SpecialKind.Socket),
            };
            return linked ? _hardLinks.GetOrAdd(status.Identity, node) : node;
        }

        private DirectoryNode Folder(string path, FileMetadata metadata)
        {
            var folder = new DirectoryNode(metadata);
            string[] names = [.. Posix.Names(path)];
            FileNode[] nodes = InParallel.Select(names, name => Node(Path.Combine(path, name)));
            for (int index = 0; index < nodes.Length; index++)
                folder.Set(names[index], nodes[index]);
            return folder;
        }

        private static SpecialNode Special(SpecialKind kind, FileMetadata metadata, FileStatus status) =>
            new(metadata, kind, status.DeviceMajor, status.DeviceMinor);

        private FileMetadata Metadata(string path, FileStatus status)
        {
            ushort permissions = (ushort)(status.Mode & PermissionMask);
            if (options.NormalizePermissions && (status.Mode & KindMask) is RegularFile or Directory)
            {
                bool isOpen = (status.Mode & KindMask) == Directory || (permissions & OwnerExecutes) != 0;
                permissions = (isOpen ? FileMetadata.Directory : FileMetadata.File).Permissions;
            }
            return new()
            {
                Permissions = permissions,
                UserId = options.OwnedByRoot ? 0 : status.UserId,
                GroupId = options.OwnedByRoot ? 0 : status.GroupId,
                ModificationTime = options.ModificationTime
                    ?? new(status.ModificationSeconds, status.ModificationNanoseconds),
                ExtendedAttributes = !options.ExtendedAttributes
                    ? FileMetadata.File.ExtendedAttributes
                    : Posix.ExtendedAttributeNames(path).ToImmutableSortedDictionary(
                        name => name,
                        name => ImmutableArray.Create(Posix.ExtendedAttribute(path, name)),
                        StringComparer.Ordinal),
            };
        }
    }
}
