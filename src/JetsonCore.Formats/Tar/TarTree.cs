// A tar archive (v7, ustar, pax, GNU) that may be damaged or hostile, as a tree. Contents stay where they are and are
// parts of the archive, so trees of any size cost memory for names only. Of a name that comes twice the last one
// counts, as in an archive that was appended to. Names, link targets and attributes keep their bytes.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>Reads tar archives as trees.</summary>
public static class TarTree
{
    /// <summary>
    /// Whether an archive may begin with these bytes, of which 512 are needed. One without files is a record of zeros
    /// and no more.
    /// </summary>
    public static bool IsArchive(ReadOnlySpan<byte> start) =>
        start.Length >= TarHeader.Size && TarHeader.HasChecksum(start[..TarHeader.Size])
        || start.Length == TarTreeWriter.RecordLength && !start.ContainsAnyExcept((byte)0);

    /// <summary>Everything in an uncompressed archive, up to its end mark.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="remark">Takes what is said of files that are taken all the same.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="MalformedDataException">The archive is damaged or exceeds a limit.</exception>
    public static DirectoryNode Read(
        FileContent archive, ReadLimits limits, TreeRemark? remark = null, CancellationToken cancellation = default) =>
        Read(archive, limits, remark, leavesOut: false, cancellation);

    /// <summary>
    /// The same for looking into an archive: an entry whose name leaves it, that links to what is not there or lies
    /// below what is no folder is left out, with a remark.
    /// </summary>
    /// <exception cref="MalformedDataException">The archive is damaged or exceeds a limit.</exception>
    public static DirectoryNode ReadAny(
        FileContent archive, ReadLimits limits, TreeRemark remark, CancellationToken cancellation) =>
        Read(archive, limits, remark, leavesOut: true, cancellation);

    private static DirectoryNode Read(
        FileContent archive, ReadLimits limits, TreeRemark? remark, bool leavesOut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(limits);
        var counter = new ArchiveCounter(limits);
        var tree = new ArchiveTree(counter);
        using Stream stream = archive.Open();
        var input = new TarInput(archive, stream, remark);
        while (input.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            counter.Count(entry.Content.Length, entry.MetadataBytes, entry.Offset);
            try
            {
                string path = counter.Normalize(entry.Name, entry.Offset);
                tree.Place(path, MakeNode(entry, tree, counter), entry.Offset);
            }
            catch (MalformedDataException fault) when (leavesOut)
            {
                remark?.Invoke(entry.Name, $"is left out: {fault.Message}");
            }
        }
        return tree.Root;
    }

    /// <summary>
    /// The regular files of an uncompressed archive, one after the other: whoever stops early needs the beginning only.
    /// </summary>
    /// <exception cref="MalformedDataException">The archive is damaged, or ends within a file.</exception>
    public static IEnumerable<(string Name, FileContent Content)> LeadingFiles(FileContent archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        using Stream stream = archive.Open();
        var input = new TarInput(archive, stream, remark: null);
        while (input.Next() is { } entry)
        {
            if (entry.Type == TarType.File)
                yield return (entry.Name, entry.Content);
        }
    }

    private static FileNode MakeNode(TarEntry entry, ArchiveTree tree, ArchiveCounter counter) => entry.Type switch
    {
        TarType.File => new RegularFileNode(entry.Metadata, entry.Content),
        TarType.Directory => new DirectoryNode(entry.Metadata),
        TarType.SymbolicLink => new SymbolicLinkNode(
            entry.Metadata with { Permissions = FileMetadata.Link.Permissions }, entry.LinkTarget),
        TarType.HardLink => Linked(entry, tree.Find(counter.Normalize(entry.LinkTarget, entry.Offset), entry.Offset)),
        TarType.CharacterDevice => Special(entry, SpecialKind.CharacterDevice),
        TarType.BlockDevice => Special(entry, SpecialKind.BlockDevice),
        TarType.Fifo => new SpecialNode(entry.Metadata, SpecialKind.Fifo),
        _ => throw new MalformedDataException(entry.Offset,
            $"\"{entry.Name}\" is of the unknown type {(byte)entry.Type}"),
    };

    private static FileNode Linked(TarEntry entry, FileNode? target) => target is null or DirectoryNode
        ? throw new MalformedDataException(entry.Offset, $"\"{entry.Name}\" links to what is no file")
        : target;

    private static SpecialNode Special(TarEntry entry, SpecialKind kind) =>
        new(entry.Metadata, kind, entry.DeviceMajor, entry.DeviceMinor);
}
