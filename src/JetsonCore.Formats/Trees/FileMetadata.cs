// What a file has besides name, kind and content. Xattr values are bytes: security.capability is binary.
using System.Collections.Immutable;

namespace JetsonCore.Formats.Trees;

/// <summary>Permissions, owner, time and extended attributes of one file.</summary>
public sealed record FileMetadata
{
    /// <summary>Mode 0755, owner root, dated at the epoch.</summary>
    public static FileMetadata Directory { get; } = new() { Permissions = 0x1ED };     // 0755

    /// <summary>Mode 0644, owner root, dated at the epoch.</summary>
    public static FileMetadata File { get; } = new() { Permissions = 0x1A4 };          // 0644

    /// <summary>Mode 0777, owner root, dated at the epoch.</summary>
    public static FileMetadata Link { get; } = new() { Permissions = 0x1FF };          // 0777

    /// <summary>The lower twelve bits of st_mode: 07777.</summary>
    public required ushort Permissions { get; init; }

    /// <summary>The permissions as four octal digits: "0644".</summary>
    public string Mode => Convert.ToString(Permissions, 8).PadLeft(4, '0');

    /// <summary>Owner.</summary>
    public uint UserId { get; init; }

    /// <summary>Group.</summary>
    public uint GroupId { get; init; }

    /// <summary>Time of the last change of content.</summary>
    public FileTime ModificationTime { get; init; }

    /// <summary>Extended attributes by full name ("security.capability").</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> ExtendedAttributes { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<byte>>.Empty.WithComparers(StringComparer.Ordinal);
}

/// <summary>A point in time as file systems store it.</summary>
/// <param name="UnixSeconds">Seconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Nanoseconds">0 to 999 999 999.</param>
public readonly record struct FileTime(long UnixSeconds, uint Nanoseconds = 0);
