// Runs of blocks: what plans are made of, since a list of single blocks would grow with the image.
namespace JetsonCore.Formats.Ext4;

/// <summary>Blocks of a file that lie side by side.</summary>
/// <param name="Logical">The first one's index in the file.</param>
/// <param name="Physical">The first one's number in the file system.</param>
/// <param name="Count">How many.</param>
internal readonly record struct BlockRun(long Logical, long Physical, long Count)
{
    /// <summary>The index after the last one's.</summary>
    public long LogicalEnd => Logical + Count;
}

/// <summary>Blocks of the file system that lie side by side.</summary>
/// <param name="Start">The first one's number.</param>
/// <param name="Count">How many.</param>
internal readonly record struct BlockRange(long Start, long Count)
{
    /// <summary>The number after the last one's.</summary>
    public long End => Start + Count;
}
