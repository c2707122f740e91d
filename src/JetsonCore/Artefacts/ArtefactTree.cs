// Opens whatever holds files or parts, by what its bytes say: file systems, archives, packages, snaps, initial RAM
// disks, disks, boot images, each also compressed or as an Android sparse image; and follows an address through them.
// What has to be unpacked as a whole goes into the spool.
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

    /// <summary>A path or pattern names something in an artefact.</summary>
    public static readonly Rule NoSuchFile = new("JC5006", Severity.Error, "a path names a file of the artefact");

    internal static readonly Rule NoSuchPart =
        new("JC5600", Severity.Error, "an address names a partition or an offset of a disk image");

    internal static readonly Rule BadNodeLine =
        new("JC5604", Severity.Error, "a list of nodes has the words of gen_init_cpio");

    private const int RemarksMax = 1000;

    private readonly Stack<IDisposable> _open = new();
    private readonly List<(string Path, string Message)> _remarks = [];
    private readonly ArtefactAddress _address;
    private readonly ArtefactReading _reading;

    private ArtefactTree(ArtefactAddress address, ArtefactReading reading) => (_address, _reading) = (address, reading);

    /// <summary>What the artefact is.</summary>
    public ArtefactFormat Format { get; private set; }

    /// <summary>Its files.</summary>
    public DirectoryNode Root { get; private set; } = new();

    /// <summary>The path in it that the address ended with: a file or a folder; "" for all.</summary>
    public string InnerPath { get; private set; } = "";

    /// <summary>What is to be said of files that were taken all the same, but not as they are.</summary>
    public IReadOnlyList<(string Path, string Message)> Remarks => _remarks;

    /// <summary>The bytes that the address names; null where it names a folder, or nothing.</summary>
    internal FileContent? Named { get; private set; }

    /// <summary>Of a package the members beside its files: the control archive.</summary>
    internal DirectoryNode Members => Format != ArtefactFormat.Deb ? new() : ArtefactParts.Tree(
        [.. Parts.Where(part => !part.Name.StartsWith("data.tar", StringComparison.Ordinal))]);

    /// <summary>What it is made of, if of parts.</summary>
    private IReadOnlyList<ArtefactPart> Parts { get; set; } = [];

    /// <summary>Opens a file of the host, or what lies in one.</summary>
    /// <param name="path">Where it is: see <see cref="ArtefactAddress"/>; named in messages.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">It is of no known format, or holds no files.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">It is damaged, or exceeds a limit.</exception>
    public static ArtefactTree Open(
        string path, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        var address = ArtefactAddress.Parse(path);
        return Open(new(address, new(spool, limits, cancellation)), tree =>
        {
            if (HostFile.IsFolder(address.File))
                (tree.Format, tree.Root) = (ArtefactFormat.Folder, AddressedNode.Folder(address.File));
            else
                tree.Follow(FolderTree.FileContent(address.File), opensLast: true);
        });
    }

    /// <summary>Follows an address to what it names, which may be of any format: <see cref="Named"/>.</summary>
    internal static ArtefactTree OpenNamed(ArtefactAddress address, ArtefactReading reading) => Open(
        new(address, reading), tree => tree.Follow(FolderTree.FileContent(address.File), opensLast: false));

    /// <summary>Opens what lies in another artefact; what is unpacked for it is kept as long as it is open.</summary>
    internal static ArtefactTree OpenContent(
        string address, FileContent content, ArtefactKind kind, ArtefactReading reading)
    {
        var spool = new SpoolFolder(cancellation: reading.Cancellation);
        var tree = new ArtefactTree(new(address, address, null), reading with { Spool = spool.Keep });
        tree.Keep(spool);
        return Open(tree, opened => opened.Enter(content, kind));
    }

    private static ArtefactTree Open(ArtefactTree tree, Action<ArtefactTree> fill)
    {
        bool isDone = false;
        try
        {
            fill(tree);
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

    /// <summary>Whether there is a way on into files of a format.</summary>
    internal static bool LeadsOn(ArtefactKind kind) =>
        HoldsFiles(kind) || ArtefactParts.Has(kind.Format) || kind.Format == ArtefactFormat.AndroidSparse;

    /// <summary>Closes what contents were read from.</summary>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? open))
            open.Dispose();
    }

    private void Follow(FileContent content, bool opensLast)
    {
        string way = _address.Part is null ? "" : $":{_address.Part}";
        while (true)
        {
            if (way.StartsWith(":@", StringComparison.Ordinal))
            {
                (content, way) = FromOffset(content, way);
                continue;
            }
            string path = way.Trim('/', ':');
            if (path.Length == 0 && !opensLast)
            {
                Named = content;
                return;
            }
            Enter(content, path);
            if (path.Length == 0 || Next(way.TrimStart('/', ':'), opensLast) is not { } next)
                return;
            (content, way) = next;
        }
    }

    private void Enter(FileContent content, string path)
    {
        ArtefactKind? kind = ArtefactRecogniser.Recognise(content);
        if (path.Length > 0 && (kind is null || !LeadsOn(kind)))
        {
            string what = kind is null ? "of no known format" : NameOf(kind);
            throw _address.Missing($"cannot look for \"{path}\": what should hold it is {what}",
                "with :@BYTES, what lies from an offset on is read of any file");
        }
        Enter(content, kind ?? throw new UserErrorException(
            FailureKind.Input, Unknown, _address.Text, "cannot open: no known format starts this way"));
    }

    private void Enter(FileContent content, ArtefactKind kind)
    {
        (Format, InnerPath, Named, Parts) = (kind.Format, "", null, []);
        Root = Read(content, kind);
    }

    /// <summary>What a way leads on into, with the rest of it; null where it ends here.</summary>
    private (FileContent Content, string Way)? Next(string way, bool opensLast)
    {
        bool hasPartsOnly = Parts.Count > 0 && Format != ArtefactFormat.Deb;
        if (!hasPartsOnly)
        {
            if (Root.Find(way) is { } exact)
            {
                // A link is listed as what it is, and read as what it leads to.
                (InnerPath, Named) = (way, ((exact is SymbolicLinkNode ? Root.Follow(way)?.Node : exact)
                    as RegularFileNode)?.Content);
                return null;
            }
            if (Root.Follow(way) is { } behindLinks)
            {
                (InnerPath, Named) = (behindLinks.Path, (behindLinks.Node as RegularFileNode)?.Content);
                return null;
            }
            if (InFiles(way) is { } inFile)
                return inFile;
        }
        if (InParts(way) is not { } found)
        {
            if (hasPartsOnly)
                throw NoPart(way);
            InnerPath = way;
            return null;
        }
        if (found.Way.Length > 0 || (opensLast && IsOpened(found.Part.Content)))
            return (found.Part.Content, found.Way);
        (InnerPath, Named) = (ArtefactParts.FileName(Parts, found.Part), found.Part.Content);
        if (opensLast && ArtefactRecogniser.Recognise(found.Part.Content) is { Format: ArtefactFormat.Foreign } foreign)
            Remark(InnerPath, $"is {ForeignFormat.Of(foreign.ForeignName).Words}: recognised, not read");
        return null;
    }

    // What is made of parts as well as what holds files is listed where it is named; all else is named as it is.
    private static bool IsOpened(FileContent content) =>
        ArtefactRecogniser.Recognise(content) is { } kind && (HoldsFiles(kind) || kind.Format
            is ArtefactFormat.Gpt or ArtefactFormat.Mbr or ArtefactFormat.AndroidSparse);

    /// <summary>A file on the way that leads on.</summary>
    private (FileContent Content, string Way)? InFiles(string way)
    {
        for (int end = way.IndexOfAny(['/', ':']); end >= 0; end = way.IndexOfAny(['/', ':'], end + 1))
        {
            if (end > 0 && Root.Follow(way[..end])?.Node is RegularFileNode file
                && (way[end] == ':' || (ArtefactRecogniser.Recognise(file.Content) is { } kind && LeadsOn(kind))))
                return (file.Content, way[end..]);
        }
        return null;
    }

    /// <summary>A part by name, number or label; a name may hold "/" itself: the longest is meant.</summary>
    private (ArtefactPart Part, string Way)? InParts(string way)
    {
        (ArtefactPart Part, string? Way)[] named =
        [
            .. Parts.Select(part => (part, ArtefactAddress.After(way, part.Name)))
                .Concat(Parts.Select(part => (part, ArtefactAddress.After(way, part.NumberText))))
                .Where(candidate => candidate.Item2 is not null),
        ];
        if (named.Length == 0 && Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr)
        {
            named = [.. Parts.Select(part => (part, ArtefactAddress.After(way, DiskInspection.Label(part.Content))))
                .Where(candidate => candidate.Item2 is not null)];
        }
        return named.Length == 0 ? null : named.MinBy(candidate => candidate.Way!.Length) is var best
            ? (best.Part, best.Way!) : null;
    }

    private UserErrorException NoPart(string way)
    {
        string what = Format switch
        {
            ArtefactFormat.Gpt or ArtefactFormat.Mbr => "partition",
            ArtefactFormat.UBootEnvironment => "variable",
            ArtefactFormat.Assertions => "assertion",
            _ => "part",
        };
        int end = way.IndexOfAny(['/', ':']);
        return _address.Missing(
            $"cannot find the {what} \"{(end > 0 ? way[..end] : way)}\"", ArtefactAddress.Known(Parts, what));
    }

    private (FileContent Content, string Way) FromOffset(FileContent content, string way)
    {
        int end = way.IndexOfAny(['/', ':'], 1);
        string typed = end < 0 ? way[2..] : way[2..end];
        if (ArtefactAddress.Bytes(typed) is not { } offset)
        {
            throw _address.Missing(
                typed.Length == 0 ? "cannot read an offset: none follows \"@\"" : $"cannot read the offset \"{typed}\"",
                "write bytes, a number with K, M or G, or 0x and digits");
        }
        content = Unwrapped(content);
        return offset < content.Length
            ? (content.Slice(offset, content.Length - offset), end < 0 ? "" : way[end..])
            : throw _address.Missing($"cannot read from byte {offset} on: there are {content.Length}", hint: null);
    }

    private FileContent Unwrapped(FileContent image)
    {
        // Archives that follow a compressed one are seen only from outside.
        if (ArtefactRecogniser.Recognise(image)
            is { Compression: not CompressionFormat.None, Format: not ArtefactFormat.Cpio } packed)
            image = _reading.Unpack(image, packed.Compression);
        return ArtefactRecogniser.Recognise(image) is { Format: ArtefactFormat.AndroidSparse }
            ? Expanded(image) : image;
    }

    private DirectoryNode Read(FileContent file, ArtefactKind kind)
    {
        // Segments that follow a compressed one are seen only from outside.
        if (kind.Format == ArtefactFormat.Cpio)
        {
            return CpioSegmentReader.Merge(
                CpioSegmentReader.Read(file, _reading.Spool, _reading.Limits, _reading.Cancellation));
        }
        if (kind.Compression != CompressionFormat.None)
            file = _reading.Unpack(file, kind.Compression);
        switch (kind.Format)
        {
            case ArtefactFormat.Ext4:
                return Ext4Reader.Open(Keep(file.Open())).ReadTree(_reading.Limits);
            case ArtefactFormat.Vfat:
                return FatReader.Read(Keep(file.Open()), _reading.Limits).Root;
            case ArtefactFormat.SquashFs:
                return Keep(SquashFsReader.Open(Keep(file.Open()))).ReadTree(_reading.Limits);
            case ArtefactFormat.Tar:
                return TarTree.ReadAny(file, _reading.Limits, Remark, _reading.Cancellation);
            case ArtefactFormat.Deb:
                Parts = ArtefactParts.Of(file, kind.Format, _reading.Limits);
                return DebReader.Read(file, _reading.Spool, _reading.Limits, _reading.Cancellation).Content;
            case ArtefactFormat.AndroidSparse:
                return ReadSparse(file);
            case ArtefactFormat.DeviceTree:
                return ArtefactParts.OfDeviceTree(file, Remark);
            case var format when ArtefactParts.Has(format):
                Parts = ArtefactParts.Of(file, format, _reading.Limits);
                return ArtefactParts.Tree(Parts);
            default:
                throw new UserErrorException(FailureKind.Input, Fileless, _address.Text,
                    $"cannot list files: this is {NameOf(kind)}");
        }
    }

    private DirectoryNode ReadSparse(FileContent file)
    {
        FileContent content = Expanded(file);
        ArtefactKind? kind = ArtefactRecogniser.Recognise(content);
        if (kind is null or { Format: ArtefactFormat.AndroidSparse } or { Compression: not CompressionFormat.None })
        {
            throw new UserErrorException(FailureKind.Input, Unknown, _address.Text,
                "cannot open the sparse image: what it holds starts like no known format");
        }
        Format = kind.Format;
        return Read(content, kind);
    }

    private FileContent Expanded(FileContent sparse)
    {
        using Stream stream = sparse.Open();
        using AndroidSparseStream expanded = AndroidSparseReader.Open(stream, _reading.Limits);
        return new(expanded.Length, () => AndroidSparseReader.Open(Keep(sparse.Open()), _reading.Limits));
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

    private static string NameOf(ArtefactKind kind) => kind.Format switch
    {
        ArtefactFormat.Arm64Kernel or ArtefactFormat.X86Kernel => "a kernel",
        ArtefactFormat.Foreign => $"{ForeignFormat.Of(kind.ForeignName).Words}, which is only recognised",
        ArtefactFormat.Erofs => "an EROFS, which is only recognised",
        ArtefactFormat.Swap => "a Linux swap area",
        ArtefactFormat.Bmap => "a bmap of an image",
        ArtefactFormat.FlashLayout => "a layout for NVIDIA's flash.sh",
        ArtefactFormat.Data => ArtefactInspector.NameOf(kind),
        ArtefactFormat.Ext4 or ArtefactFormat.Vfat or ArtefactFormat.SquashFs or ArtefactFormat.Cpio
            or ArtefactFormat.Tar or ArtefactFormat.Deb or ArtefactFormat.AndroidSparse or ArtefactFormat.Gpt
            or ArtefactFormat.Mbr or ArtefactFormat.DeviceTree or ArtefactFormat.UBootEnvironment
            or ArtefactFormat.Assertions or ArtefactFormat.Ar or ArtefactFormat.UBootImage or ArtefactFormat.AndroidBoot
            or ArtefactFormat.Folder => throw new System.Diagnostics.UnreachableException(),
    };
}
