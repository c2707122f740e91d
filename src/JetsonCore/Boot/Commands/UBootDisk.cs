// A disk of the board and its partitions, as the partition table says.
using System.Collections.Immutable;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

/// <summary>The kind of a partition table.</summary>
public enum UBootTableKind
{
    /// <summary>No table: the disk as a whole may hold a file system.</summary>
    None,

    /// <summary>A GUID partition table.</summary>
    Efi,

    /// <summary>A master boot record.</summary>
    Dos,
}

/// <summary>A partition.</summary>
public sealed record UBootPartition
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its name in the table.</summary>
    public string Name { get; init; } = "";

    /// <summary>The first block of 512 bytes.</summary>
    public required long FirstBlock { get; init; }

    /// <summary>Blocks of 512 bytes.</summary>
    public required long BlockCount { get; init; }

    /// <summary>The GUID of its type, or the type's number in two digits.</summary>
    public string Type { get; init; } = "";

    /// <summary>Its own GUID, as "part uuid" shows it.</summary>
    public string Id { get; init; } = "";

    /// <summary>The table's attribute bits.</summary>
    public ulong Attributes { get; init; }

    /// <summary>Whether it is marked as bootable.</summary>
    public bool IsBootable { get; init; }

    /// <summary>What U-Boot reads in it, or null.</summary>
    public UBootFileSystem? FileSystem { get; init; }
}

/// <summary>A disk.</summary>
public sealed record UBootDisk
{
    /// <summary>"mmc".</summary>
    public string Interface { get; init; } = "mmc";

    /// <summary>From 0.</summary>
    public int Number { get; init; }

    /// <summary>Its table.</summary>
    public required UBootTableKind Table { get; init; }

    /// <summary>Its partitions in the order of their numbers.</summary>
    public ImmutableArray<UBootPartition> Partitions { get; init; } = [];

    /// <summary>What the disk as a whole holds, where it has no table.</summary>
    public UBootFileSystem? FileSystem { get; init; }

    /// <summary>Its length.</summary>
    public long SizeBytes { get; init; }

    /// <summary>All of its bytes as they were before anything ran; null where there are only files.</summary>
    public FileContent? Content { get; init; }

    /// <summary>The partition of a number, or null.</summary>
    public UBootPartition? Find(int number) => Partitions.FirstOrDefault(partition => partition.Number == number);
}
