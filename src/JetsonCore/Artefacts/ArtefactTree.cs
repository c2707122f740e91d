// Opens whatever holds files, by what its bytes say: file systems, archives, packages, snaps, initial RAM disks, each
// also compressed or as an Android sparse image. What has to be unpacked as a whole goes into the spool.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>The files of an artefact; readable until disposed.</summary>
public sealed class ArtefactTree : IDisposable
{
    internal static readonly Rule Unknown = new("JC5002", Severity.Error, "an artefact is of a known format");
    private static readonly Rule Fileless = new("JC5003", Severity.Error, "an artefact that is listed holds files");

    private readonly Stack<IDisposable> _open = new();

    private ArtefactTree()
    {
    }

    /// <summary>What the artefact is.</summary>
    public ArtefactFormat Format { get; private set; }

    /// <summary>Its files.</summary>
    public DirectoryNode Root { get; private set; } = new();

    /// <summary>Opens a file of the host.</summary>
    /// <param name="path">The file; named in messages.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">It is of no known format, or holds no files.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">It is damaged, or exceeds a limit.</exception>
    public static ArtefactTree Open(
        string path, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        FileContent file = FolderTree.FileContent(path);
        ArtefactKind kind = ArtefactRecogniser.Recognise(file)
            ?? throw new UserErrorException(
                FailureKind.Input, Unknown, path, "cannot open: no known format starts this way");
        var tree = new ArtefactTree { Format = kind.Format };
        bool isDone = false;
        try
        {
            tree.Root = tree.Read(path, file, kind, new(spool, limits, cancellation));
            isDone = true;
            return tree;
        }
        finally
        {
            if (!isDone)
                tree.Dispose();
        }
    }

    /// <summary>Closes what contents were read from.</summary>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? open))
            open.Dispose();
    }

    private DirectoryNode Read(string path, FileContent file, ArtefactKind kind, Way way)
    {
        // Segments that follow a compressed one are seen only from outside.
        if (kind.Format == ArtefactFormat.Cpio)
            return CpioSegmentReader.Merge(CpioSegmentReader.Read(file, way.Spool, way.Limits, way.Cancellation));
        if (kind.Compression != CompressionFormat.None)
            file = Unpack(file, kind.Compression, way);
        switch (kind.Format)
        {
            case ArtefactFormat.Ext4:
                return Ext4Reader.Open(Keep(file.Open())).ReadTree(way.Limits);
            case ArtefactFormat.Vfat:
                return FatReader.Read(Keep(file.Open()), way.Limits).Root;
            case ArtefactFormat.SquashFs:
                return Keep(SquashFsReader.Open(Keep(file.Open()))).ReadTree(way.Limits);
            case ArtefactFormat.Tar:
                return TarTree.Read(file, way.Limits, cancellation: way.Cancellation);
            case ArtefactFormat.Deb:
                return DebReader.Read(file, way.Spool, way.Limits, way.Cancellation).Content;
            case ArtefactFormat.AndroidSparse:
                return ReadSparse(path, file, way);
            default:
                throw new UserErrorException(FailureKind.Input, Fileless, path,
                    $"cannot list files: this is {NameOf(kind.Format)}");
        }
    }

    private DirectoryNode ReadSparse(string path, FileContent file, Way way)
    {
        AndroidSparseStream image = AndroidSparseReader.Open(Keep(file.Open()), way.Limits);
        FileContent content = new(image.Length, () => AndroidSparseReader.Open(Keep(file.Open()), way.Limits));
        ArtefactKind? kind = ArtefactRecogniser.Recognise(content);
        if (kind is null or { Format: ArtefactFormat.AndroidSparse } or { Compression: not CompressionFormat.None })
        {
            throw new UserErrorException(FailureKind.Input, Unknown, path,
                "cannot open the sparse image: what it holds starts like no known format");
        }
        Format = kind.Format;
        return Read(path, content, kind, way);
    }

    private static FileContent Unpack(FileContent file, CompressionFormat compression, Way way)
    {
        using Stream packed = file.Open();
        using DecompressionStream plain = Decompression.OpenRead(packed, compression);
        return way.Spool(plain, way.Limits.ContentBytes);
    }

    private T Keep<T>(T open)
        where T : IDisposable
    {
        _open.Push(open);
        return open;
    }

    private static string NameOf(ArtefactFormat format) => format switch
    {
        ArtefactFormat.Gpt or ArtefactFormat.Mbr => "a disk with partitions",
        ArtefactFormat.Arm64Kernel => "a kernel",
        ArtefactFormat.DeviceTree => "a device tree",
        ArtefactFormat.UBootEnvironment => "a U-Boot environment",
        ArtefactFormat.Assertions => "an assertion",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed record Way(ContentSpool Spool, ReadLimits Limits, CancellationToken Cancellation);
}
