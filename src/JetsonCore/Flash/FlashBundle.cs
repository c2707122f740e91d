// The tarball for a flash tool. Its tree:
//
//   README.md                                        what it is, how to flash
//   p2371-2180-devkit.conf.patch                     edits of the vendor's tree
//   gnu_linux_tegraboot_emmc_full.xml.patch
//   bootloader/t210ref/p2371-2180/u-boot.bin         partitions
//   bootloader/system.img
//   bootloader/system-data.ext4
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Image;
using JetsonCore.Seed;

namespace JetsonCore.Flash;

/// <summary>What the README of a bundle talks about.</summary>
internal sealed record FlashContents
{
    public required string Title { get; init; }

    public required string BundleName { get; init; }

    public required long BootBytes { get; init; }

    public required Func<FlashFile, long> Length { get; init; }

    public required ImmutableArray<(string Name, string Version, string Revision)> Snaps { get; init; }
}

/// <summary>Puts bundles for flash tools together.</summary>
public static class FlashBundle
{
    /// <summary>What a flash tool needs.</summary>
    public static readonly Rule MissingPartition =
        new("JC5201", Severity.Error, "the gadget has every partition that the flash tool writes");

    /// <summary>Whether partitions have all that a target wants.</summary>
    public static bool Fits(FlashTarget target, IEnumerable<PartitionContent> contents)
    {
        ArgumentNullException.ThrowIfNull(target);
        HashSet<string?> names = [.. contents.Select(content => content.Structure.Name)];
        return target.Files.All(file => names.Contains(file.Structure));
    }

    /// <summary>The tree of a bundle.</summary>
    /// <param name="target">The board.</param>
    /// <param name="partitions">The written partitions; they must stay open while the tree is used.</param>
    /// <param name="seed">What the device starts from.</param>
    /// <param name="bundleName">The bundle's own name, for its README.</param>
    /// <param name="time">The time of everything in it.</param>
    public static DirectoryNode Make(
        FlashTarget target, IReadOnlyList<PartitionFile> partitions, SeedPlan seed, string bundleName, FileTime time)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(seed);
        PartitionFile Partition(string name) =>
            partitions.First(partition => partition.Content.Structure.Name == name);
        Dictionary<FlashFile, FileContent> files = target.Files.ToDictionary(
            file => file, file => ContentOf(file, Partition(file.Structure)));
        long bootBytes = Partition(target.BootStructure).Content.Structure.SizeBytes;
        var contents = new FlashContents
        {
            Title = $"{seed.BootBase.Name} for {target.Title}",
            BundleName = bundleName,
            BootBytes = bootBytes,
            Length = file => files[file].Length,
            Snaps = [.. seed.Snaps.Select(snap => (snap.Name, snap.File.Definition.Version.Value, snap.Revision))],
        };

        var root = new DirectoryNode(FileMetadata.Directory with { ModificationTime = time });
        FileMetadata metadata = FileMetadata.File with { ModificationTime = time };
        void Set(string path, FileContent content) => root.SetPath(path, new RegularFileNode(metadata, content));
        void SetText(string path, string text) => Set(path, FileContent.Of(Encoding.UTF8.GetBytes(text)));
        SetText("README.md", FlashReadme.Write(target, contents));
        SetText($"{FlashReadme.Name(target.BoardConfiguration)}.patch",
            L4tPatches.BoardConfiguration(target, bootBytes));
        SetText($"{FlashReadme.Name(target.PartitionLayout)}.patch", L4tPatches.PartitionLayout(target));
        foreach ((FlashFile file, FileContent content) in files)
            Set(file.Path, content);
        return root;
    }

    private static FileContent ContentOf(FlashFile file, PartitionFile partition) =>
        file.IsRawImage && partition.Content is RawContent { Pieces: [{ OffsetBytes: 0, Content: var image }] }
            ? image
            : new(partition.File.Stream.Length, partition.File.OpenRead,
                () => SparseCopy.DataRanges(partition.File.Stream)
                    .Select(range => new ContentRange(range.Offset, range.Length)));
}
