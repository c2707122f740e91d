// How much a reader of untrusted bytes may produce before it refuses: set by the caller, because only the caller
// knows whether 50 000 files are a bomb or a kernel snap.
namespace JetsonCore.Formats.Trees;

/// <summary>Limits for reading a foreign archive or file system; exceeding one is malformed data.</summary>
public sealed record ReadLimits
{
    /// <summary>Room for every real snap and image: 400 000 files, 256 deep, 1 TiB of content.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>
    /// Most files, directories and links. In memory each takes about 550 bytes (measured): the usual limit is below
    /// 256 MB.
    /// </summary>
    public int Entries { get; init; } = 400_000;

    /// <summary>Most directories inside one another.</summary>
    public int Depth { get; init; } = 256;

    /// <summary>Most bytes of content in all, as announced by the headers.</summary>
    public long ContentBytes { get; init; } = 1L << 40;

    /// <summary>Most bytes of metadata (inode and directory tables, headers) kept in memory.</summary>
    public long MetadataBytes { get; init; } = 256L << 20;
}
