// Writes a tree as a FAT file system. Every file lies in one piece, in the order of the plan, so the same tree and
// options give the same bytes; blocks of zeros in contents stay holes where the image can have holes.
//
//   FSInfo (FAT32):  0 "RRaA"   484 "rrAa"   488 free clusters   492 next free cluster   508 00 00 55 AA
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

/// <summary>Writes FAT12, FAT16 and FAT32 file systems.</summary>
public static class FatWriter
{
    private const int CopyBufferLength = 1 << 20, HoleLength = 4096, SectorsPerTrackMax = 32;

    /// <summary>The first second, since 1970, that a time can say: earlier ones become this.</summary>
    public static long TimeLeast => FatTime.First;

    /// <summary>The last second, since 1970, that a time can say.</summary>
    public static long TimeMost => FatTime.Last;

    private const int InfoMarkOffset = 484, InfoFreeOffset = 488, InfoNextOffset = 492, InfoSignatureOffset = 510;
    private const int AnyWritePermission = 0x92;        // 0222

    /// <summary>Finds out where everything would lie, and so whether a tree can be written.</summary>
    /// <param name="tree">The content: directories and regular files.</param>
    /// <param name="options">Size, label, serial number …</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="UnstorableContentException">FAT cannot express a file of the tree.</exception>
    /// <exception cref="ContentDoesNotFitException">The tree needs more than the size given.</exception>
    public static FatGeometry Plan(DirectoryNode tree, FatOptions options)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        return Plan(tree, options, out _, out _);
    }

    private static FatGeometry Plan(DirectoryNode tree, FatOptions options, out byte[]? label, out FatTreePlan plan)
    {
        label = options.Label is { } text ? FatLabel.Encode(text) : null;
        plan = new FatTreePlan(tree, label is not null);
        return FatGeometryPlanner.Plan(options, plan);
    }

    /// <summary>Writes a file system into an image, whose earlier content is lost.</summary>
    /// <param name="image">A seekable stream; becomes as long as the file system.</param>
    /// <param name="tree">The content: directories and regular files.</param>
    /// <param name="options">Size, label, serial number …</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <returns>Where everything lies.</returns>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="UnstorableContentException">FAT cannot express a file of the tree.</exception>
    /// <exception cref="ContentDoesNotFitException">The tree needs more than the size given.</exception>
    /// <exception cref="MalformedDataException">A content ends before its length.</exception>
    public static FatGeometry Write(
        Stream image, DirectoryNode tree, FatOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(options);
        FatGeometry geometry = Plan(tree, options, out byte[]? label, out FatTreePlan plan);
        byte[] table = FatTableEncoder.Place(plan, geometry, options.MediaType);
        image.SetLength(0);
        image.SetLength(geometry.TotalSectors * geometry.SectorSize);
        var writing = new Writing(image, geometry, cancellation);
        writing.BootSectors(options, label ?? FatLabel.None, plan);
        for (int copy = 0; copy < geometry.FatCount; copy++)
            writing.At(geometry.FatOffset(copy), table);
        writing.Directory(plan.Root, label);
        foreach (FatPlannedFile file in plan.Files)
            writing.File(file);
        return geometry;
    }

    private sealed class Writing(Stream image, FatGeometry geometry, CancellationToken cancellation)
    {
        private readonly byte[] _buffer = new byte[CopyBufferLength];

        public void At(long offset, ReadOnlySpan<byte> bytes)
        {
            image.Position = offset;
            image.Write(bytes);
        }

        public void BootSectors(FatOptions options, byte[] label, FatTreePlan plan)
        {
            var sector = new byte[FatBootSector.Size];
            var boot = new FatBootSector
            {
                Geometry = geometry,
                SerialNumber = options.SerialNumber,
                Label = label,
                MediaType = options.MediaType,
                SectorsPerTrack = options.SectorsPerTrack
                    ?? (int)Math.Min(SectorsPerTrackMax, geometry.TotalSectors & -geometry.TotalSectors),
                Heads = options.Heads,
                HiddenSectors = options.HiddenSectors,
                RootCluster = plan.Root.FirstCluster,
            };
            boot.Encode(sector);
            At(0, sector);
            if (geometry.Type != FatType.Fat32)
                return;
            At((long)FatBootSector.BackupSector * geometry.SectorSize, sector);
            byte[] info = Info(plan.ClustersNeeded(geometry.ClusterSize, geometry.Type));
            At((long)FatBootSector.InfoSector * geometry.SectorSize, info);
            At((long)(FatBootSector.BackupSector + FatBootSector.InfoSector) * geometry.SectorSize, info);
        }

        public void File(FatPlannedFile file)
        {
            if (file is FatPlannedDirectory directory)
                Directory(directory, label: null);
            else if (file.SizeBytes > 0)
                Content(((RegularFileNode)file.Node).Content, geometry.ClusterOffset(file.FirstCluster), file.Path);
        }

        public void Directory(FatPlannedDirectory directory, byte[]? label)
        {
            var entries = new byte[directory.SizeBytes];
            Span<byte> free = entries;
            if (label is not null)
                free = Add(free, directory, label, FatAttributes.VolumeLabel, pointsTo: null);
            if (directory.Parent is { } parent)
            {
                free = Add(free, directory, ".          "u8, FatAttributes.Directory, directory);
                FatPlannedDirectory? above = parent.Parent is null ? null : parent;      // the root is "cluster 0"
                free = Add(free, directory, "..         "u8, FatAttributes.Directory, above);
            }
            foreach ((string name, byte[] shortName, FatPlannedFile file) in directory.Names)
            {
                free = AddLongName(free, name, shortName);
                free = Add(free, file, shortName, Attributes(file), file);
            }
            long offset = directory.FirstCluster == 0
                ? geometry.RootSector * geometry.SectorSize
                : geometry.ClusterOffset(directory.FirstCluster);
            At(offset, entries);
        }

        private static FatAttributes Attributes(FatPlannedFile file)
        {
            FatAttributes kind = file is FatPlannedDirectory ? FatAttributes.Directory : FatAttributes.Archive;
            bool isReadOnly = (file.Node.Metadata.Permissions & AnyWritePermission) == 0;
            return isReadOnly ? kind | FatAttributes.ReadOnly : kind;
        }

        private static Span<byte> AddLongName(Span<byte> free, string name, byte[] shortName)
        {
            if (FatShortName.TryExact(name) is not null)
                return free;
            byte checksum = FatShortName.Checksum(shortName);
            for (int number = FatDirectoryEntry.LongEntryCount(name); number > 0; number--)
            {
                FatDirectoryEntry.EncodeLong(name, number, checksum, free);
                free = free[FatGeometry.EntrySize..];
            }
            return free;
        }

        private static Span<byte> Add(Span<byte> free, FatPlannedFile dated, ReadOnlySpan<byte> shortName,
            FatAttributes attributes, FatPlannedFile? pointsTo)
        {
            new FatDirectoryEntry
            {
                ShortName = shortName.ToArray(),
                Attributes = attributes,
                ModificationTime = dated.Node.Metadata.ModificationTime,
                FirstCluster = pointsTo?.FirstCluster ?? 0,
                SizeBytes = pointsTo is null or FatPlannedDirectory ? 0 : (uint)pointsTo.SizeBytes,
            }.Encode(free);
            return free[FatGeometry.EntrySize..];
        }

        private void Content(FileContent content, long offset, string path)
        {
            using Stream source = content.Open();
            for (long done = 0; done < content.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> part = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, content.Length - done));
                int read = source.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
                if (read < part.Length)
                    throw new MalformedDataException(done + read,
                        $"\"{path}\" ends after {done + read} of {content.Length} bytes");
                WriteWithHoles(part, offset + done);
                done += read;
            }
        }

        private void WriteWithHoles(ReadOnlySpan<byte> bytes, long offset)
        {
            for (int start = 0; start < bytes.Length;)
            {
                int end = start;
                while (end < bytes.Length && !IsHole(bytes, end))
                    end += HoleLength;
                end = Math.Min(end, bytes.Length);
                if (end > start)
                    At(offset + start, bytes[start..end]);
                start = end + HoleLength;
            }
        }

        private static bool IsHole(ReadOnlySpan<byte> bytes, int start) =>
            !bytes.Slice(start, Math.Min(HoleLength, bytes.Length - start)).ContainsAnyExcept((byte)0);

        private byte[] Info(long clustersUsed)
        {
            var sector = new byte[FatBootSector.Size];
            "RRaA"u8.CopyTo(sector);
            "rrAa"u8.CopyTo(sector.AsSpan(InfoMarkOffset));
            uint free = (uint)(geometry.ClusterCount - clustersUsed);
            BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(InfoFreeOffset), free);
            BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(InfoNextOffset),
                free == 0 ? uint.MaxValue : (uint)(FatGeometry.FirstCluster + clustersUsed));
            (sector[InfoSignatureOffset], sector[InfoSignatureOffset + 1]) = (0x55, 0xAA);
            return sector;
        }
    }
}
