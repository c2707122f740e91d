// Archives: what they say of themselves and, of archives of few files, what is in them.
using System.Collections.Immutable;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Ar;
using JetsonCore.Formats.Bmap;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

internal static class ArchiveInspection
{
    private const int ListedFilesMax = 64;

    private static readonly string[] PackageFields =
        ["Package", "Version", "Architecture", "Source", "Maintainer", "Depends"];

    public static ArtefactReport Initrd(
        FileContent file, ContentSpool spool, ReadLimits limits, CancellationToken cancellation)
    {
        IReadOnlyList<CpioSegment> segments = CpioSegmentReader.Read(file, spool, limits, cancellation);
        DirectoryNode merged = CpioSegmentReader.Merge(segments);
        return new()
        {
            Format = "initrd",
            Facts =
            [
                ArtefactFact.Of("files", merged.Walk().Count()),
                new("init", merged.Find("init") is null ? "missing" : "/init"),
            ],
            Tables = [new("segments", [.. segments.Select(Segment)])],
        };
    }

    public static ArtefactReport Tar(FileContent file, ReadLimits limits, CancellationToken cancellation)
    {
        List<ArtefactFact> problems = [];
        DirectoryNode root = TarTree.ReadAny(file, limits, Note, cancellation);
        return new() { Format = "tar", Facts = [.. problems], Tables = [Files(root)] };

        void Note(string path, string message)
        {
            if (problems.Count < ListedFilesMax)
                problems.Add(new("problem", $"{path} {message}"));
        }
    }

    public static ArtefactReport Deb(
        FileContent file, ContentSpool spool, ReadLimits limits, CancellationToken cancellation)
    {
        DebPackage package = DebReader.Read(file, spool, limits, cancellation);
        return new()
        {
            Format = "deb",
            Facts =
            [
                .. PackageFields.Where(package.Fields.ContainsKey).Select(name =>
                    new ArtefactFact(name.ToLowerInvariant(), package.Fields[name])),
                ArtefactFact.Of("files", package.Content.Walk().Count()),
            ],
        };
    }

    public static ArtefactReport Ar(FileContent file, ReadLimits limits)
    {
        IReadOnlyList<ArMember> members = ArReader.Read(file, limits);
        return new()
        {
            Format = "ar",
            Facts = [ArtefactFact.Of("members", members.Count)],
            Tables =
            [
                new("files",
                [
                    .. members.Take(ListedFilesMax).Select(member => ImmutableArray.Create(
                        new ArtefactFact("path", member.Name), ArtefactFact.Of("sizeBytes", member.Content.Length))),
                ]),
            ],
        };
    }

    public static ArtefactReport Bmap(FileContent file)
    {
        using Stream stream = file.Open();
        BmapHeader header = BmapHeader.Read(stream);
        return new()
        {
            Format = "bmap",
            Facts =
            [
                new("version", header.Version),
                ArtefactFact.Of("imageBytes", header.ImageBytes),
                ArtefactFact.Of("blockSize", header.BlockSize),
                ArtefactFact.Of("mappedBlocks", header.MappedBlocks),
            ],
        };
    }

    public static ArtefactReport AndroidSparse(FileContent file, ReadLimits limits)
    {
        using Stream stream = file.Open();
        using AndroidSparseStream image = AndroidSparseReader.Open(stream, limits);
        var content = new FileContent(image.Length, () => AndroidSparseReader.Open(file.Open(), limits));
        string format = ArtefactRecogniser.Recognise(content) is { } kind ? ArtefactInspector.NameOf(kind) : "";
        return new()
        {
            Format = "android-sparse",
            Facts =
            [
                ArtefactFact.Of("expandedBytes", image.Length),
                new("content", format),
                .. image.CountsSkippedBytes
                    ? [new ArtefactFact("dialect", "NVIDIA's mksparse: AOSP's simg2img refuses this file")]
                    : (ArtefactFact[])[],
            ],
        };
    }

    private static ImmutableArray<ArtefactFact> Segment(CpioSegment segment, int index) =>
    [
        ArtefactFact.Of("number", index + 1),
        ArtefactFact.Of("offset", segment.Offset),
        ArtefactFact.Of("sizeBytes", segment.LengthBytes),
        new("compression", ArtefactInspector.NameOf(segment.Compression)),
        ArtefactFact.Of("files", segment.Root.Walk().Count()),
    ];

    private static ArtefactTable Files(DirectoryNode root) =>
        new("files",
        [
            .. root.Walk().Where(entry => entry.Node is not DirectoryNode).Take(ListedFilesMax)
                .Select(entry => ImmutableArray.Create(
                    new ArtefactFact("path", entry.Path),
                    ArtefactFact.Of("sizeBytes", (entry.Node as RegularFileNode)?.Content.Length ?? 0))),
        ]);
}
