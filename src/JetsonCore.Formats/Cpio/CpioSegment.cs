// One archive of an initial RAM disk, which may be several: each plain or compressed, with zeros between them.
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>One archive of several.</summary>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="LengthBytes">Its length there, without the padding behind it.</param>
/// <param name="Compression">How it is compressed there.</param>
/// <param name="Root">What it holds.</param>
public sealed record CpioSegment(long Offset, long LengthBytes, CompressionFormat Compression, DirectoryNode Root)
{
    /// <summary>Whether entries are of an older form than "newc": others read them, the kernel stops there.</summary>
    public bool HasOldEntries { get; init; }
}
