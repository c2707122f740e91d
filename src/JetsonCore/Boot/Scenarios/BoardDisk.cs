// Makes the board's disk of what the host has: the image of a disk, the image of a file system, or a folder, which
// then stands for system-boot on the first partition.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Boot.Commands;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.Mbr;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Scenarios;

/// <summary>A disk for the simulated board; what it was opened from stays open until disposed.</summary>
public sealed class BoardDisk : IDisposable
{
    private const long BlockBytes = 512, FirstBlock = 34, FolderBytes = 256 << 20;
    private const int Ext4MagicOffset = 1080;
    private const ulong LegacyBootable = 4;
    private const string LinuxType = "0fc63daf-8483-4772-8e79-3d69d8477de4";

    private readonly List<Stream> _streams = [];

    private BoardDisk()
    {
    }

    /// <summary>The disk, as it was before anything ran.</summary>
    public UBootDisk Disk { get; private set; } = new() { Table = UBootTableKind.None };

    /// <summary>The file system that U-Boot boots from: of the partition system-boot, or of the first one.</summary>
    public UBootFileSystem? SystemBoot => SystemBootOf(Disk);

    internal static UBootFileSystem? SystemBootOf(UBootDisk disk) =>
        disk.Partitions.FirstOrDefault(partition => partition.Name == "system-boot")?.FileSystem
        ?? disk.Find(1)?.FileSystem
        ?? (disk.Partitions is [var only] ? only.FileSystem : disk.FileSystem);

    /// <summary>A folder as the file system of the only partition.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BoardDisk OfFolder(string path) => OfTree(FolderTree.Read(path));

    /// <summary>A tree as the file system of the only partition.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="unwritableFeature">A feature of the file system that U-Boot does not write, or null.</param>
    public static BoardDisk OfTree(DirectoryNode root, int number = 1, string? unwritableFeature = null) => new()
    {
        Disk = new()
        {
            Table = UBootTableKind.Efi,
            SizeBytes = FolderBytes,
            Partitions =
            [
                new()
                {
                    Number = number, Name = "system-boot", Type = LinuxType, FirstBlock = FirstBlock,
                    BlockCount = FolderBytes / BlockBytes,
                    FileSystem = new(UBootFileSystemKind.Ext4, root) { UnwritableFeature = unwritableFeature },
                },
            ],
        },
    };

    /// <summary>An image of a disk or of a file system.</summary>
    /// <exception cref="MalformedDataException">Its partition table is damaged.</exception>
    public static BoardDisk OfImage(FileContent image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var board = new BoardDisk();
        bool isDone = false;
        try
        {
            board.Disk = board.Read(image) with { SizeBytes = image.Length, Content = image };
            isDone = true;
            return board;
        }
        finally
        {
            if (!isDone)
                board.Dispose();
        }
    }

    /// <summary>The same disk once more, without what was written in between.</summary>
    public UBootDisk Fresh() => Disk with
    {
        FileSystem = Copy(Disk.FileSystem),
        Partitions = [.. Disk.Partitions.Select(partition =>
            partition with { FileSystem = Copy(partition.FileSystem) })],
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Stream stream in _streams)
            stream.Dispose();
        _streams.Clear();
    }

    private static UBootFileSystem? Copy(UBootFileSystem? fileSystem) => fileSystem is null ? null
        : new(fileSystem.Kind, fileSystem.Root)
        {
            UnwritableFeature = fileSystem.UnwritableFeature,
            HasJournal = fileSystem.HasJournal,
        };

    private UBootDisk Read(FileContent image)
    {
        using Stream stream = image.Open();
        byte[] head = stream.ReadBytesAt(0, (int)Math.Min(image.Length, 4096 * 2));
        bool hasSignature = head.Length > 511 && head[510] == 0x55 && head[511] == 0xAA;
        if (head.AsSpan().IndexOf("EFI PART"u8) is 512 or 4096)
            return OfGpt(image, GptReader.Read(stream).Table);
        if (hasSignature && !FatReader.IsVolume(head))
            return OfMbr(image, MbrReader.Read(stream));
        return new() { Table = UBootTableKind.None, FileSystem = Open(image) };
    }

    private UBootDisk OfGpt(FileContent image, GptTable table) => new()
    {
        Table = UBootTableKind.Efi,
        Partitions = [.. table.Entries.Select(entry => new UBootPartition
        {
            Number = entry.Number,
            Name = entry.Name,
            FirstBlock = table.StartBytes(entry) / BlockBytes,
            BlockCount = table.SizeBytes(entry) / BlockBytes,
            Type = entry.TypeGuid.ToString(),
            Id = entry.PartitionGuid.ToString(),
            Attributes = (ulong)entry.Attributes,
            IsBootable = ((ulong)entry.Attributes & LegacyBootable) != 0,
            FileSystem = Part(image, table.StartBytes(entry), table.SizeBytes(entry)),
        })],
    };

    private UBootDisk OfMbr(FileContent image, MbrTable table) => new()
    {
        Table = UBootTableKind.Dos,
        Partitions = [.. table.Partitions.Select(partition => new UBootPartition
        {
            Number = partition.Number,
            FirstBlock = partition.FirstLba,
            BlockCount = partition.SectorCount,
            Type = partition.Type.ToString("x2", CultureInfo.InvariantCulture),
            Id = string.Create(CultureInfo.InvariantCulture, $"{table.DiskId:x8}-{partition.Number:x2}"),
            IsBootable = partition.IsBootable,
            FileSystem = Part(image, partition.FirstLba * BlockBytes, partition.SectorCount * BlockBytes),
        })],
    };

    // What a partition holds cannot make the disk unreadable.
    private UBootFileSystem? Part(FileContent image, long start, long size)
    {
        if (start < 0 || size <= 0 || start >= image.Length)
            return null;
        try
        {
            return Open(image.Slice(start, Math.Min(size, image.Length - start)));
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private UBootFileSystem? Open(FileContent place)
    {
        Stream stream = place.Open();
        _streams.Add(stream);
        byte[] head = stream.ReadBytesAt(0, (int)Math.Min(place.Length, 4096));
        if (head.Length > Ext4MagicOffset + 1 && head[Ext4MagicOffset] == 0x53 && head[Ext4MagicOffset + 1] == 0xEF)
        {
            Ext4Reader reader = Ext4Reader.Open(stream);
            return new(UBootFileSystemKind.Ext4, reader.ReadTree(ReadLimits.Default))
            {
                UnwritableFeature = reader.Features.HasFlag(Ext4Features.MetadataCsum) ? "metadata_csum" : null,
                HasJournal = reader.Features.HasFlag(Ext4Features.HasJournal),
            };
        }
        return FatReader.IsVolume(head)
            ? new(UBootFileSystemKind.Fat, FatReader.Read(stream, ReadLimits.Default).Root)
            : null;
    }
}
