// Puts further archives behind an initrd; of two files with one name the later wins, as the kernel unpacks them:
//
//   the initrd as it is, padded to 4 bytes
//   an archive, plain or compressed, padded to 4 bytes
//   …
//
// Whoever adds to an initrd does it here: `kernel pack` its modules and its overlay, `initrd overlay` what it is given.
// Spec: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>An initrd that grows.</summary>
internal sealed class InitrdComposition
{
    private const int SegmentAlignment = 4;
    private const int BaseLengthMax = 512 << 20;

    private readonly string _path;
    private readonly FileContent _base;
    private readonly DirectoryNode _baseTree;
    private readonly List<(DirectoryNode Tree, CompressionFormat Format)> _added = [];

    private InitrdComposition(string path, FileContent content, DirectoryNode baseTree) =>
        (_path, _base, _baseTree) = (path, content, baseTree);

    /// <summary>The time of the youngest file of the base.</summary>
    public FileTime NewestTime => new(_baseTree.Walk()
        .Select(file => file.Node.Metadata.ModificationTime.UnixSeconds).DefaultIfEmpty(0).Max());

    /// <summary>Reads the initrd to begin with; null, with a finding, where it cannot be read.</summary>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="content">Its bytes; none at all are an initrd of no archives.</param>
    /// <param name="spool">Keeps what it unpacks to.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static InitrdComposition? Open(string path, FileContent content, ContentSpool spool,
        DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            InitrdView view = InitrdView.Read(content, spool, ReadLimits.Default, cancellation);
            return new(path, content, view.Root);
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(path, KernelRules.BaseInitrd,
                $"cannot read the initrd: at offset {damage.Offset}: {damage.Message}",
                hint: "give the initrd of the base, as it is in its boot/ folder");
            return null;
        }
    }

    /// <summary>Adds an archive: its files go where the links of the base lead.</summary>
    /// <param name="tree">The files; they are given to root, and nothing is younger than the time.</param>
    /// <param name="format">How to compress them.</param>
    /// <param name="time">The time of what is younger or has none.</param>
    /// <param name="diagnostics">Takes what would replace files of the base that others need.</param>
    public void Add(DirectoryNode tree, CompressionFormat format, FileTime time, DiagnosticBag diagnostics)
    {
        DirectoryNode placed = new InitrdPlacement(_baseTree, _path, diagnostics).Place(tree);
        KernelTimes.Normalize(placed, time);
        _added.Add((placed, format));
    }

    /// <summary>Writes all of it.</summary>
    /// <exception cref="MissingLibraryException">A compression's native library is not installed.</exception>
    public void Write(Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        using (Stream stream = _base.Open())
            MemorySpool.Copy(stream, target, BaseLengthMax);
        foreach ((DirectoryNode tree, CompressionFormat format) in _added)
        {
            target.Write(new byte[Alignment.Up(target.Length, SegmentAlignment) - target.Length]);
            if (format == CompressionFormat.None)
            {
                CpioWriter.Write(tree, target, cancellation: cancellation);
                continue;
            }
            using Stream compressed = Compressor.OpenWriteForKernel(target, format);
            CpioWriter.Write(tree, compressed, cancellation: cancellation);
        }
    }
}
