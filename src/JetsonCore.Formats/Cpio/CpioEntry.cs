// One entry of a cpio archive as it was met: its path, and what it says is there.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>One entry of an archive.</summary>
/// <param name="Offset">Where its header begins in the archive.</param>
/// <param name="Path">Its path without a leading "/" or "./"; "" for the root directory.</param>
/// <param name="Node">What is there; hard links with content elsewhere in the archive are empty files here.</param>
/// <param name="Link">What tells hard links of one file from those of others; null for a file with one name.</param>
public sealed record CpioEntry(long Offset, string Path, FileNode Node, CpioLinkIdentity? Link)
{
    /// <summary>Whether its header is of an older form than "newc".</summary>
    public bool IsOld { get; init; }
}

/// <summary>The file behind several names of one archive.</summary>
/// <param name="Inode">Its inode number.</param>
/// <param name="DeviceMajor">Major number of the device that the inode number belongs to.</param>
/// <param name="DeviceMinor">Minor number of that device.</param>
public readonly record struct CpioLinkIdentity(uint Inode, uint DeviceMajor, uint DeviceMinor);
