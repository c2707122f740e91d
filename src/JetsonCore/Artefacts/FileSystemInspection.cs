// File systems, swap areas, and snaps, which are squashfs with a snap.yaml in it.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Erofs;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.LinuxSwap;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Artefacts;

internal static class FileSystemInspection
{
    public static ArtefactReport Ext4(FileContent file)
    {
        using Stream stream = file.Open();
        Ext4Reader reader = Ext4Reader.Open(stream);
        string state = reader.NeedsRecovery ? "journal to be played back" : reader.IsClean ? "clean" : "not clean";
        return new()
        {
            Format = "ext4",
            Facts =
            [
                new("label", reader.Label),
                new("uuid", $"{reader.Uuid}"),
                new("state", state),
                .. reader.NeedsRecovery
                    ? (ReadOnlySpan<ArtefactFact>)[ArtefactFact.Of("journalledBlocks", reader.JournalledBlocks)]
                    : [],
                new("features", Ext4FeatureNames.Describe(reader.Features)),
                ArtefactFact.Of("blockSize", reader.BlockSize),
                ArtefactFact.Of("capacityBytes", reader.SizeBytes),
                ArtefactFact.Of("freeBytes", reader.FreeBytes),
                ArtefactFact.Of("inodes", reader.InodeCount),
                ArtefactFact.Of("freeInodes", reader.FreeInodes),
            ],
        };
    }

    public static ArtefactReport Erofs(FileContent file)
    {
        using Stream stream = file.Open();
        ErofsSuperblock superblock = ErofsSuperblock.Read(stream);
        return new()
        {
            Format = "erofs",
            Facts =
            [
                new("label", superblock.Label),
                new("uuid", $"{superblock.Uuid}"),
                ArtefactFact.Of("blockSize", superblock.BlockSize),
                ArtefactFact.Of("capacityBytes", superblock.BlockCount * (long)superblock.BlockSize),
                ArtefactFact.Of("inodes", (long)Math.Min(superblock.InodeCount, long.MaxValue)),
                ArtefactFact.OfTime("time", (long)Math.Min(superblock.BuildTime, long.MaxValue)),
            ],
        };
    }

    public static ArtefactReport Swap(FileContent file)
    {
        using Stream stream = file.Open();
        LinuxSwapHeader header = LinuxSwapHeader.Read(stream);
        return new()
        {
            Format = "swap",
            Facts =
            [
                new("label", header.Label),
                new("uuid", $"{header.Uuid}"),
                ArtefactFact.Of("pageSize", header.PageSize),
                ArtefactFact.Of("pages", header.PageCount),
                ArtefactFact.Of("badPages", header.BadPages),
                ArtefactFact.Of("capacityBytes", header.UsableBytes),
            ],
        };
    }

    public static ArtefactReport Vfat(FileContent file, ReadLimits limits)
    {
        using Stream stream = file.Open();
        FatVolume volume = FatReader.Read(stream, limits);
        FatGeometry geometry = volume.Geometry;
        return new()
        {
            Format = "vfat",
            Facts =
            [
                new("type", $"FAT{(int)geometry.Type}"),
                new("label", volume.Label ?? ""),
                new("serialNumber", $"{volume.SerialNumber >> 16:X4}-{volume.SerialNumber & 0xFFFF:X4}"),
                ArtefactFact.Of("sectorSize", geometry.SectorSize),
                ArtefactFact.Of("clusterSize", geometry.ClusterSize),
                ArtefactFact.Of("clusters", geometry.ClusterCount),
                ArtefactFact.Of("files", volume.Root.Walk().Count()),
            ],
        };
    }

    public static ArtefactReport SquashFs(FileContent file, ReadLimits limits)
    {
        using Stream stream = file.Open();
        using SquashFsReader reader = SquashFsReader.Open(stream);
        DirectoryNode root = reader.ReadTree(limits);
        SnapDefinition? snap = root.Find(SnapFile.YamlPath) is null
            ? null
            : SnapFile.ReadDefinition("", root, new DiagnosticBag());
        return new()
        {
            Format = snap is null ? "squashfs" : "snap",
            Facts =
            [
                .. snap is null ? [] : Snap(snap, file),
                .. Superblock(reader),
                ArtefactFact.Of("files", root.Walk().Count()),
            ],
        };
    }

    /// <summary>What a squashfs says of itself, without its files: neither its tree nor a digest is read.</summary>
    public static ImmutableArray<ArtefactFact> SquashFsAlone(FileContent file)
    {
        using Stream stream = file.Open();
        using SquashFsReader reader = SquashFsReader.Open(stream);
        return Superblock(reader);
    }

    private static ImmutableArray<ArtefactFact> Superblock(SquashFsReader reader) =>
    [
        new("compressor", $"{reader.Compression}".ToLowerInvariant()),
        ArtefactFact.Of("blockSize", reader.BlockSize),
        new("features", reader.Features),
        ArtefactFact.Of("usedBytes", reader.BytesUsed),
        ArtefactFact.OfTime("time", reader.ModificationTime),
    ];

    private static ImmutableArray<ArtefactFact> Snap(SnapDefinition snap, FileContent file)
    {
        using Stream stream = file.Open();
        return
        [
            new("name", snap.Name.Value),
            new("version", snap.Version.Value),
            new("type", $"{snap.Type.Value}".ToLowerInvariant()),
            new("base", snap.RuntimeBase?.Value ?? (snap.HasNoBase ? "none" : "")),
            new("architectures", string.Join(' ', snap.Architectures.Select(architecture => architecture.Value))),
            new("confinement", snap.Confinement),
            new("sha3-384", AssertionDigest.Of(stream)),
        ];
    }
}
