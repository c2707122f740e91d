// What GptReader found on a disk: the table, and in what state its two copies are.
using System.Collections.Immutable;

namespace JetsonCore.Formats.Gpt;

/// <summary>One of the two copies of a table.</summary>
public enum GptCopy
{
    /// <summary>The one behind the MBR.</summary>
    Primary,

    /// <summary>The one at the end of the disk.</summary>
    Backup,
}

/// <summary>A GUID partition table as it lies on a disk.</summary>
public sealed record GptDisk
{
    internal GptDisk(GptHeader header, ImmutableArray<byte> entryArray) => (Header, EntryArray) = (header, entryArray);

    /// <summary>The table; its disk size is that of the stream, in whole sectors.</summary>
    public required GptTable Table { get; init; }

    /// <summary>Which copy was read.</summary>
    public required GptCopy Source { get; init; }

    /// <summary>What is wrong although the table could be read: a damaged copy, a backup in the wrong place.</summary>
    public required ImmutableArray<string> Problems { get; init; }

    /// <summary>The first sector that the header leaves to partitions.</summary>
    public long FirstUsableLba => Header.FirstUsableLba;

    /// <summary>The last sector that the header leaves to partitions.</summary>
    public long LastUsableLba => Header.LastUsableLba;

    /// <summary>Where the backup header is said to lie.</summary>
    public long BackupHeaderLba => Source == GptCopy.Primary ? Header.AlternateLba : Header.MyLba;

    /// <summary>The header that was used.</summary>
    internal GptHeader Header { get; }

    /// <summary>The entry array that was used.</summary>
    internal ImmutableArray<byte> EntryArray { get; }
}
