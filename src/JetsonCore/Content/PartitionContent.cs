// What goes into one partition, decided to the last byte and not yet written.
using System.Collections.Immutable;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Trees;
using JetsonCore.Layout;

namespace JetsonCore.Content;

/// <summary>The content of one structure.</summary>
/// <param name="Structure">Where it goes.</param>
public abstract record PartitionContent(PlannedStructure Structure)
{
    /// <summary>Its file's name among those of the partitions.</summary>
    public string FileName => $"{Stem}.{Extension}";

    /// <summary>How many bytes of files and images are put into it.</summary>
    internal abstract long DataBytes { get; }

    private protected abstract string Extension { get; }

    /// <summary>The bytes of all files of a tree, each counted once.</summary>
    private protected static long BytesOf(DirectoryNode tree) => tree.Walk().Select(entry => entry.Node)
        .OfType<RegularFileNode>().Distinct().Sum(file => file.Content.Length);

    // Names of structures are unique in a volume, but may be absent or hold anything.
    private string Stem => Structure.Name is { Length: > 0 } name
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '+' or '.')
        && name[0] != '.'
            ? name
            : $"part{Structure.Index}";
}

/// <summary>Raw images at offsets; zeros elsewhere.</summary>
/// <param name="Structure">Where they go.</param>
/// <param name="Pieces">By offset, apart.</param>
internal sealed record RawContent(PlannedStructure Structure, ImmutableArray<RawPiece> Pieces)
    : PartitionContent(Structure)
{
    // The name says that it is filled up to the structure's size: boards may hold the image in another wrapping.
    private protected override string Extension => "padded.img";

    internal override long DataBytes => Pieces.Sum(piece => piece.Content.Length);
}

/// <summary>One raw image.</summary>
/// <param name="OffsetBytes">From the start of the structure.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record RawPiece(long OffsetBytes, FileContent Content)
{
    /// <summary>Behind its last byte.</summary>
    public long EndBytes => OffsetBytes + Content.Length;
}

/// <summary>An ext4 file system.</summary>
/// <param name="Structure">Where it goes.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Plan">Where everything lies in it.</param>
internal sealed record Ext4Content(PlannedStructure Structure, DirectoryNode Tree, Ext4Plan Plan)
    : PartitionContent(Structure)
{
    /// <summary>What contents in it are known to hash to by SHA3-384, so that the copies can be judged.</summary>
    public IReadOnlyDictionary<FileContent, string> Digests { get; init; } = new Dictionary<FileContent, string>();

    private protected override string Extension => "ext4";

    internal override long DataBytes => BytesOf(Tree);
}

/// <summary>A FAT file system.</summary>
/// <param name="Structure">Where it goes.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Options">How to make it.</param>
internal sealed record VfatContent(PlannedStructure Structure, DirectoryNode Tree, FatOptions Options)
    : PartitionContent(Structure)
{
    private protected override string Extension => "vfat";

    internal override long DataBytes => BytesOf(Tree);
}
