// What FatReader found in an image.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

/// <summary>A FAT file system that was read.</summary>
public sealed record FatVolume
{
    /// <summary>Where everything lies.</summary>
    public required FatGeometry Geometry { get; init; }

    /// <summary>The label, of the root directory or else of the boot sector; null for none.</summary>
    public required string? Label { get; init; }

    /// <summary>The "volume id".</summary>
    public required uint SerialNumber { get; init; }

    /// <summary>The content; files are read from the image when they are opened.</summary>
    public required DirectoryNode Root { get; init; }
}
