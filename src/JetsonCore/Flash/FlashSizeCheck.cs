// Sizes: APP is system-boot is ROOTFSSIZE is the length of its image; every file fits its partition; all partitions fit
// the eMMC. flash.sh compares none of these.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal static class FlashSizeCheck
{
    private const long EraseBlockBytes = 2 << 20, BackupTableBytes = 2 << 20, BootAreaBytes = 8 << 20;
    private const long SectorBytes = 512, FirstSector = 34, BootImagePage = 2048, BootLoaderHeader = 600;

    public static void Check(FlashSituation situation, DiagnosticBag diagnostics)
    {
        CheckRootSize(situation, diagnostics);
        if (situation.Board.NotSupported is not null || situation.Filled is not { } filled)
            return;
        foreach (LayoutPartition partition in filled.Partitions)
            CheckFit(situation, partition, diagnostics);
        CheckDevice(situation, filled, diagnostics);
    }

    /// <summary>Where APP begins: by mkgpt behind PPT and GP1, by R32's tool at the first sector.</summary>
    public static long? AppStart(FlashSituation situation)
    {
        if (situation.Filled is not { } filled || situation.Inputs is not { } inputs)
            return null;
        if (!inputs.RunsMkgpt)
            return FirstSector * SectorBytes;
        long start = 0;
        foreach (LayoutPartition partition in filled.Partitions.TakeWhile(
            before => before.Name.Value != FlashOverlay.BootPartition))
        {
            if (partition.Name.Value is not ("BCT" or "NVC" or "NXC"))
                start += SizeOf(partition);
        }
        return start;
    }

    /// <summary>
    /// The length of the boot image that mkbootimg makes of U-Boot: a page of header, then U-Boot in whole pages. For
    /// an internal root device no flash.sh puts the initial RAM disk of INITRD into it.
    /// </summary>
    public static long? BootImageLength(FlashSituation situation) =>
        situation.Inputs is { } inputs && situation.Tree.Length(inputs.UBoot.Path) is { } bytes
            ? BootImagePage + ((bytes + BootImagePage - 1) / BootImagePage * BootImagePage) : null;

    /// <summary>What flash.sh of R24 puts in front of U-Boot; 0 for other files.</summary>
    public static long HeaderBytes(FlashSituation situation, string name) =>
        situation is { Release.Generation: L4tGeneration.R24, Inputs.UBoot.Path: { } path }
            && path.Split('/')[^1] == name ? BootLoaderHeader : 0;

    /// <summary>The bytes that are left for the data partition; null where they cannot be told.</summary>
    public static long? RoomForData(FlashSituation situation)
    {
        if (situation.Filled is not { } filled || situation.Board.EmmcBytes == 0
            || filled.Find(FlashOverlay.DataPartition) is not { } data)
        {
            return null;
        }
        long used = filled.Partitions.Where(partition => partition.Device == data.Device && partition != data
            && partition.Type is not ("GPT" or "secondary_gpt")).Sum(SizeOf);
        bool hasBootAreas = filled.Partitions.Any(partition => partition.Device == data.Device
            && partition.Type == "boot_config_table");
        return situation.Board.EmmcBytes - used - BackupTableBytes - (hasBootAreas ? 0 : BootAreaBytes);
    }

    private static long SizeOf(LayoutPartition partition) =>
        LayoutPartition.Number(partition.Size?.Value) is >= 0 and <= (1L << 50) and long bytes ? bytes : 0;

    private static void CheckRootSize(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (situation.Configuration?.Variable("ROOTFSSIZE") is not { Value: { Length: > 0 } text } variable)
            return;
        (string, SourceSpan) place = (variable.Path, variable.Span);
        if (L4tConfiguration.Size(text) is not { } bytes)
        {
            FlashChecker.Add(diagnostics, FlashRules.BadSize, place,
                $"cannot take \"{text}\" for a size: flash.sh ends with \"Error: Invalid rootfssize: {text}\"",
                "write the bytes, or a number and KiB, MiB or GiB without a blank");
            return;
        }
        if (situation.Board.NotSupported is not null)
            return;
        if (situation.Inputs is { RunsMkgpt: true } && bytes % EraseBlockBytes != 0)
        {
            FlashChecker.Add(diagnostics, FlashRules.EraseBlocks, place,
                $"cannot make APP {bytes} bytes large: mkgpt takes multiples of {EraseBlockBytes} and ends with "
                    + $"\"Error: Invalid size({bytes}) for APP\"",
                "make system-boot a multiple of 2 MiB in gadget.yaml and build anew");
        }
        string image = $"bootloader/{L4tPlaceholders.SystemImage}";
        if (FlashImages.ImageLength(situation.Tree, image) is { } length && length != bytes)
        {
            FlashChecker.Add(diagnostics, FlashRules.AppSize, place,
                $"cannot flash APP: ROOTFSSIZE is {bytes}, the image {image} stands for {length} bytes; flash.sh does "
                    + "not compare them",
                $"set ROOTFSSIZE={length} in a board file of your own, or let jetson-core flash apply do it");
        }
        CheckStructure(situation, (variable.Path, variable.Span, bytes), diagnostics);
    }

    private static void CheckStructure(
        FlashSituation situation, (string Path, SourceSpan Span, long Bytes) root, DiagnosticBag diagnostics)
    {
        FlashStructure? boot = situation.Bundle?.Structures.FirstOrDefault(item => item.Role == "system-boot");
        if (boot is not null && boot.SizeBytes != root.Bytes)
        {
            FlashChecker.Add(diagnostics, FlashRules.AppSize, (root.Path, root.Span),
                $"cannot flash APP: ROOTFSSIZE is {root.Bytes}, \"{boot.Name}\" of gadget.yaml has {boot.SizeBytes} "
                    + "bytes", "build the bundle anew");
        }
    }

    private static void CheckFit(FlashSituation situation, LayoutPartition partition, DiagnosticBag diagnostics)
    {
        if (partition.FileNames.IsEmpty || FlashImages.IsMadeByFlashScript(situation, partition))
            return;
        string name = partition.FileNames[0].Value;
        long? length = name == L4tPlaceholders.BootImage
            ? BootImageLength(situation)
            : FlashImages.ImageLength(situation.Tree, FlashImages.PathOf(situation, name))
                + HeaderBytes(situation, name);
        long room = partition.Fills && partition.Name.Value == FlashOverlay.DataPartition
            ? RoomForData(situation) ?? long.MaxValue : SizeOf(partition);
        if (length is not { } bytes || bytes <= room || partition.Name.Value == FlashOverlay.BootPartition)
            return;
        FlashChecker.Add(diagnostics, FlashRules.DoesNotFit,
            (situation.Filled!.Path, situation.PlaceOf(partition.Name.Span)),
            $"cannot write \"{name}\" to {partition.Name.Value}: it has {bytes} bytes, the partition {room}; flash.sh "
                + "does not compare them, the board ends with \"Filesize is bigger than partition size\"",
            partition.Name.Value == FlashOverlay.DataPartition
                ? "build a smaller image: it grows on the board by itself" : null);
    }

    private static void CheckDevice(FlashSituation situation, LayoutDocument filled, DiagnosticBag diagnostics)
    {
        if (RoomForData(situation) is { } room && room < 0)
        {
            diagnostics.AddAbout(filled.Path, FlashRules.DeviceFull,
                $"cannot place all partitions: they need {situation.Board.EmmcBytes - room} bytes, the eMMC of the "
                    + $"{situation.Board.Title} has {situation.Board.EmmcBytes}", "make system-boot smaller");
        }
        if (situation.Inputs is { RunsMkgpt: true }
            && situation.Configuration!.Variable("EMMCSIZE") is { Value: { } text } variable
            && L4tConfiguration.Size(text) is { } size && size != situation.Board.EmmcBytes)
        {
            FlashChecker.Add(diagnostics, FlashRules.EmmcSize, (variable.Path, variable.Span),
                string.Create(CultureInfo.InvariantCulture,
                    $"EMMCSIZE is {size}, the {situation.Board.Title} has an eMMC of {situation.Board.EmmcBytes} bytes")
                    + ": only bootloader/ppt.img follows from it, which is not flashed");
        }
    }
}
