// Reads a FAT file system that may be damaged or hostile into a tree. Contents stay in the image, which must stay open.
// Time and memory are bounded by the image and the limits: no cluster is met twice, so there are no loops.
//
// FAT knows no owners and permissions: everything belongs to root, files have mode 0644, directories 0755, and the
// read-only flag takes the write permissions away. Long names whose checksum is another file's are passed over.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

/// <summary>Reads FAT12, FAT16 and FAT32 file systems.</summary>
public static class FatReader
{
    /// <summary>Whether a FAT file system may begin with these bytes, of which 512 are needed.</summary>
    public static bool IsVolume(ReadOnlySpan<byte> start) => FatBootSector.IsPlausible(start);

    /// <summary>Reads the tree of an image.</summary>
    /// <param name="image">A seekable stream that stays open as long as the tree is used.</param>
    /// <param name="limits">Most entries and depth; null for <see cref="ReadLimits.Default"/>.</param>
    /// <exception cref="MalformedDataException">The image breaks the rules of FAT, or exceeds a limit.</exception>
    public static FatVolume Read(Stream image, ReadLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        FatBootSector boot = FatBootSector.Decode(image.ReadBytesAt(0, FatBootSector.Size), image.Length);
        var reading = new Reading(image, boot, limits ?? ReadLimits.Default);
        DirectoryNode root = reading.ReadTree();
        return new()
        {
            Geometry = boot.Geometry,
            Label = FatLabel.Decode(reading.RootLabel ?? boot.Label),
            SerialNumber = boot.SerialNumber,
            Root = root,
        };
    }

    private sealed class Reading(Stream image, FatBootSector boot, ReadLimits limits)
    {
        private const int DirectoryLengthMax = 65536 * FatGeometry.EntrySize;
        private const ushort WritePermissions = 0x92;       // 0222

        private readonly FatTableReader _table = new(image, boot.Geometry);
        private readonly DirectoryNode _root = new();
        private int _entryCount;
        private long _contentBytes;

        public byte[]? RootLabel { get; private set; }

        public DirectoryNode ReadTree()
        {
            var open = new Stack<(DirectoryNode Node, Stream Entries, int Depth)>();
            open.Push((_root, OpenRoot(), 0));
            while (open.TryPop(out var directory))
            {
                foreach ((DirectoryNode child, uint cluster) in ReadEntries(directory.Node, directory.Entries))
                {
                    if (directory.Depth >= limits.Depth)
                        throw new MalformedDataException(0, $"directories are nested more than {limits.Depth} deep");
                    open.Push((child, OpenDirectory(cluster), directory.Depth + 1));
                }
            }
            return _root;
        }

        private Stream OpenRoot()
        {
            FatGeometry geometry = boot.Geometry;
            return geometry.Type == FatType.Fat32
                ? OpenDirectory(boot.RootCluster)
                : new StreamWindow(image, geometry.RootSector * geometry.SectorSize,
                    (long)geometry.RootEntryCount * FatGeometry.EntrySize);
        }

        private FatFileStream OpenDirectory(uint cluster)
        {
            List<(uint First, uint Count)> runs = _table.Chain(cluster);
            long length = runs.Sum(run => run.Count) * boot.Geometry.ClusterSize;
            if (length > DirectoryLengthMax)
                throw new MalformedDataException(boot.Geometry.ClusterOffset(cluster),
                    $"a directory of {length} bytes, {DirectoryLengthMax} are the most");
            return new(image, boot.Geometry, runs, length);
        }

        /// <summary>Adds the files of a directory to its node; returns its directories, still unread.</summary>
        private List<(DirectoryNode Node, uint FirstCluster)> ReadEntries(DirectoryNode node, Stream entries)
        {
            var directories = new List<(DirectoryNode, uint)>();
            var longName = new FatLongName();
            Span<byte> entry = stackalloc byte[FatGeometry.EntrySize];
            while (entries.ReadAtLeast(entry, entry.Length, throwOnEndOfStream: false) == entry.Length
                && entry[0] != FatDirectoryEntry.EndMark)
            {
                if (entry[0] == FatDirectoryEntry.DeletedMark)
                    longName.Clear();
                else if (FatDirectoryEntry.IsLong(entry))
                    longName.Add(entry);
                else
                    AddEntry(node, FatDirectoryEntry.Decode(entry), longName, directories);
            }
            return directories;
        }

        private void AddEntry(DirectoryNode parent, FatDirectoryEntry entry, FatLongName longName,
            List<(DirectoryNode, uint)> directories)
        {
            string name = longName.Take(entry.ShortName) ?? entry.DisplayName;
            if (entry.Attributes.HasFlag(FatAttributes.VolumeLabel))
            {
                if (parent == _root)
                    RootLabel ??= entry.ShortName;
                return;
            }
            if (entry.ShortName.AsSpan().StartsWith(". "u8) || entry.ShortName.AsSpan().StartsWith(".. "u8))
                return;
            CheckName(parent, name);
            if (++_entryCount > limits.Entries)
                throw new MalformedDataException(0, $"more than {limits.Entries} files");
            if (entry.Attributes.HasFlag(FatAttributes.Directory))
            {
                var child = new DirectoryNode(Metadata(entry, FileMetadata.Directory));
                parent.Set(name, child);
                directories.Add((child, entry.FirstCluster));
            }
            else
            {
                parent.Set(name, new RegularFileNode(Metadata(entry, FileMetadata.File), Content(entry, name)));
            }
        }

        private static void CheckName(DirectoryNode parent, string name)
        {
            if (!NodeName.IsValid(name) || name.Any(char.IsControl) || !FatLongName.IsWellFormed(name))
                throw new MalformedDataException(0, "a file has a name that no file may have");
            if (parent.Children.ContainsKey(name))
                throw new MalformedDataException(0, $"two files of a directory are called \"{name}\"");
        }

        private static FileMetadata Metadata(FatDirectoryEntry entry, FileMetadata usual) => usual with
        {
            Permissions = entry.Attributes.HasFlag(FatAttributes.ReadOnly)
                ? (ushort)(usual.Permissions & ~WritePermissions)
                : usual.Permissions,
            ModificationTime = entry.ModificationTime,
        };

        private FileContent Content(FatDirectoryEntry entry, string name)
        {
            if (entry.FirstCluster == 0 && entry.SizeBytes == 0)
                return FileContent.Empty;
            List<(uint First, uint Count)> runs = _table.Chain(entry.FirstCluster);
            long available = runs.Sum(run => run.Count) * boot.Geometry.ClusterSize;
            if (available < entry.SizeBytes)
                throw new MalformedDataException(boot.Geometry.ClusterOffset(entry.FirstCluster),
                    $"\"{name}\" has {entry.SizeBytes} bytes, its clusters have {available}");
            _contentBytes += entry.SizeBytes;
            if (_contentBytes > limits.ContentBytes)
                throw new MalformedDataException(0, $"more than {limits.ContentBytes} bytes of content");
            return new(entry.SizeBytes, () => new FatFileStream(image, boot.Geometry, runs, entry.SizeBytes));
        }
    }
}
