// One file of an archive: its header with all that pax and GNU headers in front of it said instead.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

internal sealed record TarEntry
{
    /// <summary>Where its header lies, for messages.</summary>
    public required long Offset { get; init; }

    public required TarType Type { get; init; }

    public required string Name { get; init; }

    public required string LinkTarget { get; init; }

    public required FileMetadata Metadata { get; init; }

    /// <summary>The bytes of a file; none for all other types.</summary>
    public required FileContent Content { get; init; }

    /// <summary>Bytes of headers that it takes to remember it.</summary>
    public required long MetadataBytes { get; init; }

    public required uint DeviceMajor { get; init; }

    public required uint DeviceMinor { get; init; }
}
