// Decides what goes into every structure of a volume: file systems get their trees and a place for every block, raw
// structures their images. Nothing is written; all findings come at once.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Trees;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Content;

/// <summary>Prepares the contents of partitions.</summary>
/// <param name="seed">What the device starts from.</param>
/// <param name="time">The time of all that is made here.</param>
/// <param name="ids">The GUID for a purpose: always the same for the same build.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal sealed class PartitionContents(
    SeedPlan seed, FileTime time, Func<string, Guid> ids, DiagnosticBag diagnostics)
{
    /// <summary>
    /// Whether copies of snaps shall be judged by their digests, as those were taken in this run; where they are
    /// remembered only, copies are compared with the snaps, which is faster.
    /// </summary>
    public bool JudgesByDigest { get; init; } = true;

    private readonly GadgetFiles _gadget = new(seed.Gadget.File.Path, seed.Gadget.File.Root, diagnostics,
        seed.SystemLabel is null ? null : seed.Kernel.File.Root);

    /// <summary>The contents of a volume's structures, those that have one, in the order of the disk.</summary>
    public ImmutableArray<PartitionContent> Prepare(VolumePlan volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var contents = ImmutableArray.CreateBuilder<PartitionContent>();
        foreach (PlannedStructure structure in volume.Structures)
        {
            PartitionContent? content = structure.Filesystem is { } filesystem
                ? PrepareFileSystem(structure, filesystem, volume)
                : PrepareRaw(structure);
            if (content is null)
                continue;
            if (contents.FirstOrDefault(other => other.FileName == content.FileName) is { } other)
            {
                Report(ContentRules.Collision, $"cannot write {Title(structure)} and {Title(other.Structure)}: "
                    + $"both would be partitions/{content.FileName}", "give one of them another name in gadget.yaml");
            }
            contents.Add(content);
        }
        return contents.ToImmutable();
    }

    /// <summary>The bytes that the data partition needs, with a margin: what its file system is planned with.</summary>
    public long LeastDataBytes()
    {
        DirectoryNode tree = WritablePartition.Make(seed, time);
        return Ext4Writer.Plan(tree, WritableOptions(WritablePartition.Label), sizeBytes: null).SizeBytes;
    }

    private PartitionContent? PrepareFileSystem(PlannedStructure structure, string filesystem, VolumePlan volume)
    {
        bool isBoot = structure.Role == "system-boot", isData = structure.Role == "system-data";
        bool isSeed = structure.Role == "system-seed" && seed.SystemLabel is not null;
        DirectoryNode tree = isData
            ? WritablePartition.Make(seed, time)
            : new DirectoryNode(FileMetadata.Directory with { ModificationTime = time });
        if (isSeed)
            seed.AddTo(tree, time);
        foreach (PlannedContent content in structure.Content)
            Place(structure, content, tree);
        if (isBoot)
            BootPartition.AddTo(tree, seed, time, diagnostics);
        else if (isSeed)
            AddRecoveryBoot(structure, tree);
        string label = structure.Label ?? "";
        return filesystem switch
        {
            "ext4" => Plan(structure, tree, isData ? WritableOptions(label) : SystemBootOptions(structure, label)),
            "vfat" => Plan(structure, tree, new FatOptions
            {
                SizeBytes = structure.SizeBytes,
                SectorSize = volume.SectorSize,
                Label = label is "" ? null : label,
                SerialNumber = BitConverter.ToUInt32(ids($"{Purpose(structure)}/serial").ToByteArray()),
                HiddenSectors = (uint)Math.Min(structure.StartBytes / volume.SectorSize, uint.MaxValue),
            }),
            _ => RefuseFilesystem(structure, filesystem),
        };
    }

    /// <summary>What boots the seed; the gadget's content may stand in the way of either.</summary>
    private void AddRecoveryBoot(PlannedStructure structure, DirectoryNode tree)
    {
        foreach ((string path, FileNode node) in seed.Files.Walk())
        {
            FileNode? there = tree.Find(path);
            if (node is DirectoryNode ? there is not DirectoryNode : !ReferenceEquals(there, node))
            {
                Report(ContentRules.Placement,
                    $"cannot fill {Title(structure)}: content of the gadget takes the place of \"{path}\" of the seed",
                    "give it another target");
            }
        }
        try
        {
            RecoveryBoot.AddTo(tree, seed, time, diagnostics);
        }
        catch (ArgumentException exception)     // a file of the gadget where the boot loader has a folder
        {
            Report(ContentRules.Placement, $"cannot fill {Title(structure)}: {WithoutParameter.Of(exception)}",
                "give the gadget's content another target");
        }
    }

    private void Place(PlannedStructure structure, PlannedContent content, DirectoryNode tree)
    {
        try
        {
            _gadget.Place(structure, content, tree);
        }
        catch (ArgumentException exception)     // a target that is no path, or goes through a file
        {
            Report(ContentRules.Placement,
                $"cannot fill {Title(structure)}: target \"{content.Target}\": {WithoutParameter.Of(exception)}",
                "name a path below the root of the file system");
        }
    }

    private PartitionContent? Plan(PlannedStructure structure, DirectoryNode tree, Ext4Options options) => Plan(
        structure, () => new Ext4Content(structure, tree, Ext4Writer.Plan(tree, options, structure.SizeBytes))
        {
            Digests = JudgesByDigest
                ? seed.Snaps.ToDictionary(snap => snap.File.Content, snap => snap.File.Digest)
                : new Dictionary<FileContent, string>(),
        });

    private PartitionContent? Plan(PlannedStructure structure, DirectoryNode tree, FatOptions options) => Plan(
        structure, () =>
        {
            FatWriter.Plan(tree, options);
            return new VfatContent(structure, tree, options);
        });

    private PartitionContent? Plan(PlannedStructure structure, Func<PartitionContent> plan)
    {
        try
        {
            return plan();
        }
        catch (ContentDoesNotFitException exception)
        {
            Report(ContentRules.Fit, $"cannot fill {Title(structure)}: {exception.Message}",
                structure.Implicit ? "give a larger --image-size" : "give the structure a larger size in gadget.yaml");
        }
        catch (UnstorableContentException exception)
        {
            Report(ContentRules.Fit, $"cannot fill {Title(structure)}: {exception.Message}",
                $"change {NodeName.Quote(exception.Path)}, or the file system of the structure");
        }
        catch (ArgumentException exception)
        {
            Report(ContentRules.Filesystem, $"cannot fill {Title(structure)}: {WithoutParameter.Of(exception)}",
                "correct the structure in gadget.yaml");
        }
        return null;
    }

    private RawContent? PrepareRaw(PlannedStructure structure)
    {
        var pieces = ImmutableArray.CreateBuilder<RawPiece>();
        long end = 0;
        PlannedContent? previous = null;
        foreach (PlannedContent content in structure.Content)
        {
            if (content.Image is not { } name || _gadget.Image(structure, name) is not { } bytes)
                continue;
            // without an offset of its own, an image follows the one before it
            bool follows = previous is { SizeBytes: null } && content.OffsetBytes == previous.OffsetBytes;
            var piece = new RawPiece(follows ? end : content.OffsetBytes, bytes);
            CheckPiece(structure, content, piece, end);
            pieces.Add(piece);
            end = Math.Max(end, piece.OffsetBytes + (content.SizeBytes ?? bytes.Length));
            previous = content;
        }
        return pieces.Count > 0 ? new(structure, pieces.ToImmutable()) : null;
    }

    private void CheckPiece(PlannedStructure structure, PlannedContent content, RawPiece piece, long previousEnd)
    {
        string what = $"cannot place \"{content.Image}\" in {Title(structure)}";
        if (content.SizeBytes is { } room && piece.Content.Length > room)
        {
            Report(ContentRules.RawImage, $"{what}: it has {piece.Content.Length} bytes, gadget.yaml gives it {room}",
                "take its size out of gadget.yaml, or make it larger");
        }
        else if (piece.OffsetBytes < previousEnd)
        {
            Report(ContentRules.RawImage,
                $"{what}: it starts at {piece.OffsetBytes}, the image before it ends at {previousEnd}",
                $"give it the offset {previousEnd} or more");
        }
        else if (piece.EndBytes > structure.SizeBytes)
        {
            Report(ContentRules.RawImage,
                $"{what}: it ends at {piece.EndBytes}, the structure has {structure.SizeBytes} bytes",
                $"give the structure a size of {piece.EndBytes} or more");
        }
    }

    private VfatContent? RefuseFilesystem(PlannedStructure structure, string filesystem)
    {
        Report(ContentRules.Filesystem, $"cannot fill {Title(structure)}: no writer for \"{filesystem}\" is known",
            "use ext4 or vfat");
        return null;
    }

    private Ext4Options WritableOptions(string label) =>
        Ext4Options.Writable(label, ids("writable/uuid"), ids("writable/hash-seed"), time);

    private Ext4Options SystemBootOptions(PlannedStructure structure, string label) => Ext4Options.SystemBoot(
        label, ids($"{Purpose(structure)}/uuid"), ids($"{Purpose(structure)}/hash-seed"), time);

    private static string Purpose(PlannedStructure structure) => $"structure/{structure.Index}";

    private static string Title(PlannedStructure structure) =>
        structure.Name is { } name ? $"structure \"{name}\"" : $"structure #{structure.Index}";

    private void Report(Rule rule, string message, string hint) =>
        diagnostics.AddAbout(seed.Gadget.File.Path, rule, message, hint);
}
