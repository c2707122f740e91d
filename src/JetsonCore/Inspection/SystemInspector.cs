// What an engineer asks of an image that someone else made: what it is, what each partition holds, how it boots, which
// model and which snaps are in it. What the format itself says comes from Artefacts; this looks into what lies in it.
using System.Collections.Immutable;
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Inspection;

/// <summary>Looks into artefacts, and into the system that they hold.</summary>
public static class SystemInspector
{
    private const int ListedFilesMax = 64;

    /// <summary>Says what is known of a file, of a folder, or of what lies in an artefact.</summary>
    /// <param name="path">Where it is: see <see cref="ArtefactAddress"/>.</param>
    /// <param name="isHeadOnly">Whether only what it says of itself is wanted, and nothing that lies in it.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">It is not there, or of no known format.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="MalformedDataException">It is damaged, or exceeds a limit.</exception>
    public static ArtefactReport Inspect(
        string path, bool isHeadOnly, ContentSpool spool, CancellationToken cancellation)
    {
        var reading = new ArtefactReading(spool, ReadLimits.Default, cancellation);
        using var opened = AddressedNode.Open(path, reading);
        var survey = new SystemSurvey(reading);
        ArtefactReport report = opened.Node switch
        {
            RegularFileNode file => OfFile(path, file.Content, isHeadOnly ? null : survey, reading),
            DirectoryNode folder => OfFolder(folder, isHeadOnly ? null : survey),
            _ => throw new UserErrorException(FailureKind.Input, ArtefactTree.NoSuchFile, path,
                "cannot inspect it: this is neither file nor folder"),
        };
        return report with
        {
            Facts = [.. report.Facts, .. survey.Problems],
            Tables = [.. report.Tables, .. survey.Tables],
        };
    }

    private static ArtefactReport OfFile(
        string path, FileContent file, SystemSurvey? survey, ArtefactReading reading)
    {
        ArtefactKind kind = ArtefactInspector.Recognise(path, file);
        ImmutableArray<ArtefactFact> facts = [ArtefactFact.Of("sizeBytes", file.Length)];
        // An initial RAM disk may be several archives, each compressed in its own way.
        if (kind.Compression != CompressionFormat.None
            && kind.Format is not (ArtefactFormat.Cpio or ArtefactFormat.Data))
        {
            facts = facts.Add(new("compression", ArtefactInspector.NameOf(kind.Compression)));
            file = reading.Unpack(file, kind.Compression);
            kind = kind with { Compression = CompressionFormat.None };
        }
        ArtefactReport report = ArtefactInspector.Describe(file, kind, reading);
        survey?.OfArtefact(file, kind);
        return report with { Facts = [.. facts, .. report.Facts] };
    }

    private static ArtefactReport OfFolder(DirectoryNode folder, SystemSurvey? survey)
    {
        (string Path, RegularFileNode File)[] files =
        [
            .. folder.Walk().Where(entry => entry.Node is RegularFileNode)
                .Select(entry => (entry.Path, (RegularFileNode)entry.Node)),
        ];
        survey?.OfFolder(folder);
        return new()
        {
            Format = "folder",
            Facts =
            [
                ArtefactFact.Of("sizeBytes", files.Sum(file => file.File.Content.Length)),
                ArtefactFact.Of("fileCount", files.Length),
            ],
            Tables =
            [
                new("files",
                [
                    .. files.Take(ListedFilesMax).Select(file => ImmutableArray.Create(
                        new ArtefactFact("path", file.Path),
                        ArtefactFact.Of("sizeBytes", file.File.Content.Length))),
                ]),
            ],
        };
    }
}
