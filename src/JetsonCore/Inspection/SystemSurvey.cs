// Goes through what an artefact holds, and hands on what matters for booting (BootSurvey.cs) and for seeding
// (SeedSurvey.cs): partitions, their files, the raw ones; of a folder or an archive the disk that lies in it, or where
// there is none the file systems. It stays in what is named: no archive in a partition is unpacked, and what cannot be
// read is a problem of that place alone.
//
// A whole root file system has tens of thousands of files: of one, the top and /boot are looked at. Of what is
// compressed file by file (snaps), only files whose names say that they matter are.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Inspection;

internal sealed class SystemSurvey
{
    private const int FilesMax = 4000, DepthMax = 4;
    private const int ProblemsMax = 100;

    private static readonly string[] BootFolders = ["boot", "efi", "EFI"];

    private readonly ArtefactReading _reading;
    private readonly BootSurvey _boot;
    private readonly SeedSurvey _seed;
    private readonly List<ArtefactFact> _problems = [];
    private int _filesLeft = FilesMax;

    public SystemSurvey(ArtefactReading reading)
    {
        _reading = reading;
        _boot = new(reading);
        _seed = new(_boot, Problem);
    }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<ArtefactFact> Problems => _problems;

    /// <summary>What was found.</summary>
    public IEnumerable<ArtefactTable> Tables => [.. _boot.Tables, .. _seed.Tables];

    /// <summary>Looks into what was named: a disk, a file system, an archive.</summary>
    public void OfArtefact(FileContent content, ArtefactKind kind) => Guarded("", () =>
    {
        // Of others their own report has said all.
        if (IsContainer(kind) || kind.Format is ArtefactFormat.AndroidBoot or ArtefactFormat.Arm64Kernel)
            Look("", content, kind, depth: 0);
    });

    /// <summary>Looks into a folder.</summary>
    public void OfFolder(DirectoryNode root) => Guarded("", () => Files("", root, new(IsArchive: true, 0)));

    /// <summary>How a tree is looked at.</summary>
    /// <param name="IsArchive">Whether disks and file systems in it are what it is there for.</param>
    /// <param name="Depth">How many artefacts it lies in.</param>
    /// <param name="IsCostly">Whether each look into a file unpacks something.</param>
    private readonly record struct Manner(bool IsArchive, int Depth, bool IsCostly = false);

    private void Look(string place, FileContent content, ArtefactKind? kind, int depth)
    {
        _reading.Cancellation.ThrowIfCancellationRequested();
        if (kind is null)
        {
            _boot.Raw(place, content);
            return;
        }
        if (!IsContainer(kind))
        {
            _boot.File(place, content, kind);
            return;
        }
        // What is named is unpacked, what lies in it is not.
        if (depth > DepthMax || (depth > 0 && kind.Compression != CompressionFormat.None))
            return;
        using ArtefactTree tree = ArtefactTree.OpenContent(place, content, kind, _reading);
        if (tree.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr)
            Partitions(place, content, tree, depth);
        else
        {
            Files(place, tree.Root, new(tree.Format is ArtefactFormat.Tar or ArtefactFormat.Deb, depth,
                tree.Format == ArtefactFormat.SquashFs));
        }
    }

    private void Partitions(string place, FileContent disk, ArtefactTree tree, int depth)
    {
        _boot.BeforePartitions(place, disk);
        foreach ((string name, FileNode node) in tree.Root.Children)
        {
            string inner = Join(place, ':', name);
            FileContent content = ((RegularFileNode)node).Content;
            Guarded(inner, () => Look(inner, content, ArtefactRecogniser.Recognise(content), depth + 1));
        }
    }

    private void Files(string place, DirectoryNode root, Manner manner)
    {
        char separator = place.Length == 0 || manner.IsArchive ? ':' : '/';
        _seed.Look(place, root);
        _boot.Modules(root);
        bool isSystem = root.Find("etc") is DirectoryNode && (root.Find("usr") ?? root.Find("lib")) is not null;
        List<(string Place, FileContent Content, ArtefactKind? Kind)> found = [];
        foreach ((string path, FileNode node) in root.Walk())
        {
            if (node is not RegularFileNode { Content: { Length: > 0 } content } || (isSystem && !IsOfBooting(path))
                || (manner.IsCostly && !BootSurvey.HasTellingName(path)))
                continue;
            if (_filesLeft-- <= 0)
            {
                Problem(place, $"more than {FilesMax} files: the others were not looked at");
                break;
            }
            string inner = Join(place, separator, path);
            Guarded(inner, () => found.Add((inner, content, ArtefactRecogniser.Recognise(content))));
        }
        bool hasDisk = manner.IsArchive && found.Exists(file => IsDisk(file.Kind));
        foreach ((string inner, FileContent content, ArtefactKind? kind) in found)
        {
            if (kind?.Format == ArtefactFormat.Assertions && manner.IsArchive)
                Guarded(inner, () => _seed.Assertions(inner, content));
            else if (hasDisk ? IsDisk(kind) : IsLookedInto(kind, manner) || (kind is null && HasUBootName(inner)))
                Guarded(inner, () => Look(inner, content, kind, manner.Depth + 1));
        }
    }

    private static bool IsContainer(ArtefactKind kind) =>
        kind.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr or ArtefactFormat.AndroidSparse
        || (ArtefactTree.HoldsFiles(kind) && kind.Format != ArtefactFormat.Cpio);

    private static bool IsDisk(ArtefactKind? kind) =>
        kind is { Format: ArtefactFormat.Gpt or ArtefactFormat.Mbr, Compression: CompressionFormat.None };

    // Archives in a folder are builds of their own, snaps are the seed's: both are looked into where they are named.
    private static bool IsLookedInto(ArtefactKind? kind, Manner manner) => kind?.Format switch
    {
        ArtefactFormat.Tar or ArtefactFormat.Deb or ArtefactFormat.SquashFs or null => false,
        ArtefactFormat.Ext4 or ArtefactFormat.Vfat or ArtefactFormat.AndroidSparse or ArtefactFormat.Gpt
            or ArtefactFormat.Mbr => manner.IsArchive,
        ArtefactFormat.Cpio => !manner.IsCostly,
        _ => true,
    };

    private static bool HasUBootName(string path) =>
        path[(path.LastIndexOfAny(['/', ':']) + 1)..].StartsWith("u-boot", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfBooting(string path) =>
        path.IndexOf('/', StringComparison.Ordinal) is var slash && (slash < 0 || BootFolders.Contains(path[..slash]));

    /// <summary>The address of something in a place.</summary>
    private static string Join(string place, char separator, string name) =>
        place.Length == 0 ? name : $"{place}{separator}{name}";

    private void Guarded(string place, Action look)
    {
        try
        {
            look();
        }
        catch (Exception exception) when (exception is MalformedDataException or UserErrorException)
        {
            Problem(place, exception is MalformedDataException damage
                ? $"cannot be read: at offset {damage.Offset}: {damage.Message}" : exception.Message);
        }
    }

    private void Problem(string place, string message)
    {
        if (_problems.Count < ProblemsMax)
            _problems.Add(new("problem", place.Length == 0 ? message : $"{place}: {message}"));
    }
}
