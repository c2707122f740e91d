// Opens whatever holds files, by what its bytes say: file systems, archives, packages, snaps, initial RAM disks, each
// also compressed or as an Android sparse image. What has to be unpacked as a whole goes into the spool.
using JetsonCore.Diagnostics;
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

    /// <summary>A path or pattern names something in an artefact.</summary>
    public static readonly Rule NoSuchFile = new("JC5006", Severity.Error, "a path names a file of the artefact");

    internal static readonly Rule NoSuchPart =
        new("JC5600", Severity.Error, "an address names a partition or an offset of a disk image");

    internal static readonly Rule BadNodeLine =
        new("JC5604", Severity.Error, "a list of nodes has the words of gen_init_cpio");

    private const int RemarksMax = 1000;

    private readonly Stack<IDisposable> _open = new();
    private readonly List<(string Path, string Message)> _remarks = [];

    private ArtefactTree()
    {
    }

    /// <summary>What the artefact is.</summary>
    public ArtefactFormat Format { get; private set; }

    /// <summary>Its files.</summary>
    public DirectoryNode Root { get; private set; } = new();

    /// <summary>The path in it that the address ended with: a file or a folder; "" for all.</summary>
    public string InnerPath { get; private set; } = "";

    /// <summary>What is to be said of files that were taken all the same, but not as they are.</summary>
    public IReadOnlyList<(string Path, string Message)> Remarks => _remarks;

    /// <summary>Opens a file of the host, or what lies in a disk image.</summary>
    /// <param name="path">Where it is: see <see cref="ArtefactAddress"/>; named in messages.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">It is of no known format, or holds no files.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">It is damaged, or exceeds a limit.</exception>
    public static ArtefactTree Open(
        string path, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        var reading = new ArtefactReading(spool, limits, cancellation);
        (FileContent file, string innerPath) = ArtefactAddress.Parse(path).Find(reading);
        ArtefactKind kind = ArtefactRecogniser.Recognise(file)
            ?? throw new UserErrorException(
                FailureKind.Input, Unknown, path, "cannot open: no known format starts this way");
        var tree = new ArtefactTree { Format = kind.Format, InnerPath = innerPath };
        bool isDone = false;
        try
        {
            tree.Root = tree.Read(path, file, kind, reading);
            while (tree.Descend(path, reading))
            {
            }
            isDone = true;
            return tree;
        }
        finally
        {
            if (!isDone)
                tree.Dispose();
        }
    }

    /// <summary>Whether files of a format hold files themselves.</summary>
    internal static bool HoldsFiles(ArtefactKind kind) => kind.Format is ArtefactFormat.Ext4 or ArtefactFormat.Vfat
        or ArtefactFormat.SquashFs or ArtefactFormat.Cpio or ArtefactFormat.Tar or ArtefactFormat.Deb;

    /// <summary>Closes what contents were read from.</summary>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? open))
            open.Dispose();
    }

    private DirectoryNode Read(string path, FileContent file, ArtefactKind kind, ArtefactReading way)
    {
        // Segments that follow a compressed one are seen only from outside.
        if (kind.Format == ArtefactFormat.Cpio)
            return CpioSegmentReader.Merge(CpioSegmentReader.Read(file, way.Spool, way.Limits, way.Cancellation));
        if (kind.Compression != CompressionFormat.None)
            file = way.Unpack(file, kind.Compression);
        switch (kind.Format)
        {
            case ArtefactFormat.Ext4:
                return Ext4Reader.Open(Keep(file.Open())).ReadTree(way.Limits);
            case ArtefactFormat.Vfat:
                return FatReader.Read(Keep(file.Open()), way.Limits).Root;
            case ArtefactFormat.SquashFs:
                return Keep(SquashFsReader.Open(Keep(file.Open()))).ReadTree(way.Limits);
            case ArtefactFormat.Tar:
                return TarTree.Read(file, way.Limits, Remark, way.Cancellation);
            case ArtefactFormat.Deb:
                return DebReader.Read(file, way.Spool, way.Limits, way.Cancellation).Content;
            case ArtefactFormat.AndroidSparse:
                return ReadSparse(path, file, way);
            default:
                throw new UserErrorException(FailureKind.Input, Fileless, path,
                    $"cannot list files: this is {NameOf(kind)}", HintFor(kind.Format));
        }
    }

    /// <summary>Goes on in a file on the way that holds files itself; says whether there was one.</summary>
    private bool Descend(string path, ArtefactReading way)
    {
        string inner = InnerPath.Trim('/');
        for (int slash = inner.IndexOf('/'); slash > 0; slash = inner.IndexOf('/', slash + 1))
        {
            if (Root.Find(inner[..slash]) is not RegularFileNode file
                || ArtefactRecogniser.Recognise(file.Content) is not { } kind || !HoldsFiles(kind))
                continue;
            (Format, InnerPath) = (kind.Format, inner[(slash + 1)..]);
            Root = Read(path, file.Content, kind, way);
            return true;
        }
        return false;
    }

    private DirectoryNode ReadSparse(string path, FileContent file, ArtefactReading way)
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

    private void Remark(string path, string message)
    {
        if (_remarks.Count < RemarksMax)
            _remarks.Add((path, message));
    }

    private T Keep<T>(T open)
        where T : IDisposable
    {
        _open.Push(open);
        return open;
    }

    private static string? HintFor(ArtefactFormat format) => format is ArtefactFormat.Gpt or ArtefactFormat.Mbr
        ? "name a partition of it behind a colon, by name or number: IMAGE:system-boot; inspect shows them"
        : null;

    private static string NameOf(ArtefactKind kind) => kind.Format switch
    {
        ArtefactFormat.Gpt or ArtefactFormat.Mbr => "a disk with partitions",
        ArtefactFormat.Arm64Kernel => "a kernel",
        ArtefactFormat.DeviceTree => "a device tree",
        ArtefactFormat.UBootEnvironment => "a U-Boot environment",
        ArtefactFormat.Assertions => "an assertion",
        ArtefactFormat.Ar => "an ar archive that is no package",
        ArtefactFormat.Erofs => "an EROFS, which is only recognised",
        ArtefactFormat.Swap => "a Linux swap area",
        ArtefactFormat.UBootImage => "an image of U-Boot",
        ArtefactFormat.Bmap => "a bmap of an image",
        ArtefactFormat.AndroidBoot => "an Android boot image",
        ArtefactFormat.FlashLayout => "a layout for NVIDIA's flash.sh",
        ArtefactFormat.Data => ArtefactInspector.NameOf(kind),
        ArtefactFormat.Ext4 or ArtefactFormat.Vfat or ArtefactFormat.SquashFs or ArtefactFormat.Cpio
            or ArtefactFormat.Tar or ArtefactFormat.Deb or ArtefactFormat.AndroidSparse
            => throw new System.Diagnostics.UnreachableException(),
    };
}
