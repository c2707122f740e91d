// What flashing a tree would write where, how much goes over USB, and how to flash one partition alone. Releases differ
// in the last: the traps are those that were met on real trees.
using System.Collections.Immutable;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

/// <summary>A partition that is written.</summary>
/// <param name="Name">Its name on the board.</param>
/// <param name="File">The file in bootloader/.</param>
/// <param name="Bytes">Bytes that go over USB; null where flash.sh makes the file first.</param>
/// <param name="SparseBytes">The same if the file is sent sparse.</param>
public sealed record FlashedPartition(string Name, string File, long? Bytes, long? SparseBytes);

/// <summary>How to flash one partition.</summary>
/// <param name="Changed">What has changed.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Command">The command, to be run in the tree; null where there is none.</param>
/// <param name="Notes">What to know about it.</param>
public sealed record FlashStep(string Changed, string Partition, string? Command, ImmutableArray<string> Notes);

/// <summary>A plan.</summary>
public sealed record FlashPlan
{
    /// <summary>The release; empty where it is not known.</summary>
    public required string Release { get; init; }

    /// <summary>The line to run in the tree.</summary>
    public required string Command { get; init; }

    /// <summary>What is written.</summary>
    public required ImmutableArray<FlashedPartition> Partitions { get; init; }

    /// <summary>Partitions of the table that get no file.</summary>
    public required ImmutableArray<string> Untouched { get; init; }

    /// <summary>Where APP begins on the device; null where that is not known.</summary>
    public long? AppStartBytes { get; init; }

    /// <summary>How to flash one partition.</summary>
    public required ImmutableArray<FlashStep> Steps { get; init; }

    /// <summary>Bytes over USB that are known.</summary>
    public long Bytes => Partitions.Sum(partition => partition.Bytes ?? 0);

    /// <summary>The same with sparse files.</summary>
    public long SparseBytes => Partitions.Sum(partition => partition.SparseBytes ?? 0);

    /// <summary>Makes the plan for a tree.</summary>
    public static FlashPlan Of(FlashSituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        LayoutPartition[] partitions = [.. situation.Filled?.Partitions ?? []];
        return new()
        {
            Release = situation.Release?.Name ?? "",
            Command = situation.Command,
            Partitions =
                [.. partitions.Where(item => !item.FileNames.IsEmpty).Select(item => Written(situation, item))],
            Untouched = [.. partitions.Where(item => item.FileNames.IsEmpty).Select(item => item.Name.Value)],
            AppStartBytes = FlashSizeCheck.AppStart(situation),
            Steps = Single(situation),
        };
    }

    private static FlashedPartition Written(FlashSituation situation, LayoutPartition partition)
    {
        string name = partition.FileNames[0].Value;
        if (name == L4tPlaceholders.BootImage)
        {
            long? boot = FlashSizeCheck.BootImageLength(situation);
            return new(partition.Name.Value, name, boot, boot);
        }
        if (FlashImages.IsMadeByFlashScript(situation, partition))
            return new(partition.Name.Value, name, null, null);
        string path = FlashImages.PathOf(situation, name);
        long header = FlashSizeCheck.HeaderBytes(situation, name);
        long? bytes = situation.Tree.Length(path) + header;
        long? sparse = situation.Bundle?.Files.FirstOrDefault(file => file.File.Path == path)?.File.SparseLength;
        return new(partition.Name.Value, name, bytes, sparse is > 0 ? sparse + header : bytes);
    }

    private static ImmutableArray<FlashStep> Single(FlashSituation situation)
    {
        if (situation.Release is not { } release || situation.Board.NotSupported is not null)
            return [];
        bool isOld = release.Generation is L4tGeneration.R24 or L4tGeneration.R28;
        string[] atOnce = isOld
            ? [$"{release.Name} writes at once: with -k it ignores --no-flash"]
            : [];
        string[] recovery = release.Generation == L4tGeneration.R24
            ? ["the board reboots afterwards: bring it into recovery mode again for the next command"]
            : ["bring the board into recovery mode for each command"];
        string command = $"./flash.sh -r -k {{0}} {situation.BoardWord} {situation.Board.RootDevice}";
        return
        [
            new("only the kernel, its initrd, device trees or boot variables changed: system-boot",
                FlashOverlay.BootPartition, With(command, FlashOverlay.BootPartition),
                ["-r is needed: without it APP is built anew from rootfs/", .. atOnce, .. recovery]),
            new("only the seed changed: writable", FlashOverlay.DataPartition, null,
            [
                $"no flash.sh writes {FlashOverlay.DataPartition} alone: \"*** Update … is not supported. ***\"",
                $"flash everything: {situation.Command}",
                "or, not tried on a board: the tegraflash.py line that flash.sh prints for -k APP, run in bootloader/ "
                    + $"with \"write {FlashOverlay.DataPartition} system-data.ext4; reboot\" as its command",
            ]),
            UBootStep(situation, release, command, [.. atOnce, .. recovery]),
        ];
    }

    private static FlashStep UBootStep(
        FlashSituation situation, L4tRelease release, string command, string[] notes)
    {
        if (release.Generation == L4tGeneration.R24)
        {
            return new("only U-Boot changed", "EBT", With(command, "EBT"),
                [$"{release.Name} takes U-Boot from EBT; LNX gets no file", .. notes]);
        }
        string[] more = release.Generation == L4tGeneration.R32
            ? ["LNX-1, the copy, keeps the old one"]
            : ["the device tree partition DTB is written first"];
        return new("only U-Boot changed: LNX", FlashOverlay.UBootPartition,
            With(command, FlashOverlay.UBootPartition),
            [
                $"flash.sh makes boot.img of {situation.Inputs?.UBoot.Path} and writes that: never write a raw or "
                    + "padded U-Boot to LNX",
                .. more, .. notes,
            ]);
    }

    private static string With(string command, string partition) =>
        command.Replace("{0}", partition, StringComparison.Ordinal);
}
