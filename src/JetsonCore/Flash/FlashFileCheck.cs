// The files that flash.sh takes, and the files that the layout names: flash.sh misses some of them without a word.
using System.Buffers.Binary;
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal static class FlashFileCheck
{
    // arm64 U-Boot behind the header of a kernel has its address at 64, without one at 8.
    private const int AddressBehindHeader = 64, AddressAtStart = 8, MagicOffset = 56, HeadLength = 72;

    /// <summary>Where the boot loaders of R28 and R32 put U-Boot, as NVIDIA's own is linked.</summary>
    public const ulong EntryAddress = 0x80080000;

    private static readonly string[] Named = ["tegraboot", "wb0boot", "bpffile", "tosfile", "eksfile", "tbcfile"];

    public static void Check(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (situation.Inputs is not { } inputs)
            return;
        CheckRequired(situation, inputs, diagnostics);
        CheckOptional(situation, inputs, diagnostics);
        CheckNamed(situation, diagnostics);
        CheckUBoot(situation, inputs, diagnostics);
    }

    private static void CheckRequired(FlashSituation situation, L4tInputs inputs, DiagnosticBag diagnostics)
    {
        L4tTree tree = situation.Tree;
        foreach (L4tInput input in inputs.Required.Where(input => !input.IsThere && input.Name != "cfgfile"))
        {
            FlashChecker.Add(diagnostics, FlashRules.MissingFile, PlaceOf(situation, input),
                $"cannot find {input.Name}, \"{input.Path}\": flash.sh ends with \"Error: missing {input.Name} "
                    + $"({tree.PathOf(input.Path)}).\", or later without a word",
                "unpack the L4T package anew; it is needed even where the kernel comes from a snap");
        }
        if (!tree.HasFolder("rootfs"))
        {
            diagnostics.AddAbout(tree.PathOf("rootfs"), FlashRules.MissingFile,
                "cannot find the folder rootfs/: flash.sh ends with \"Error: missing rootfs_dir\"",
                "make an empty folder: mkdir rootfs");
        }
    }

    private static void CheckOptional(FlashSituation situation, L4tInputs inputs, DiagnosticBag diagnostics)
    {
        foreach (string name in Named.Where(name => !inputs.Optional[name].IsThere))
        {
            L4tInput input = inputs.Optional[name];
            FlashChecker.Add(diagnostics, FlashRules.MissingOptional, PlaceOf(situation, input),
                $"cannot find {name}, \"{input.Path}\": flash.sh goes on without it, and its partition stays empty",
                "unpack the L4T package anew");
        }
    }

    private static (string, SourceSpan) PlaceOf(FlashSituation situation, L4tInput input) =>
        situation.Configuration?.Variable(input.Variable) is { } variable && variable.Span.IsKnown
            ? (variable.Path, variable.Span)
            : (situation.Tree.PathOf(input.Path), SourceSpan.None);

    private static void CheckNamed(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (situation.Filled is not { } filled)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (LayoutPartition partition in filled.Partitions.Where(partition => !partition.FileNames.IsEmpty))
        {
            string name = partition.FileNames[0].Value;
            bool isMade = name == L4tPlaceholders.BootImage || FlashImages.IsMadeByFlashScript(situation, partition);
            if (isMade || situation.Tree.HasFile(FlashImages.PathOf(situation, name)) || !seen.Add(name))
                continue;
            bool isApp = partition.Name.Value == FlashOverlay.BootPartition;
            FlashChecker.Add(diagnostics, FlashRules.MissingImage,
                (filled.Path, situation.PlaceOf(partition.FileNames[0].Span)),
                $"cannot find bootloader/{name}, the file of {partition.Name.Value}: "
                    + (isApp ? "flash.sh -r ends with \"file does not exist.\"" : "flash.sh does not look for it, and "
                        + "ends with 0"),
                isApp || partition.Name.Value == FlashOverlay.DataPartition
                    ? "run flash-ubuntu-core.sh of the bundle, or jetson-core flash apply with --bundle" : null);
        }
    }

    private static void CheckUBoot(FlashSituation situation, L4tInputs inputs, DiagnosticBag diagnostics)
    {
        string path = situation.Bundle?.File(FlashRole.UBoot)?.Path ?? $"{FlashOverlay.Folder}/u-boot.bin";
        if (inputs.UBoot.Path != path)
        {
            FlashChecker.Add(diagnostics, FlashRules.UBootFile, PlaceOf(situation, inputs.UBoot),
                $"cannot start Ubuntu Core: flash.sh takes U-Boot from \"{inputs.UBoot.Path}\", ours is \"{path}\"",
                "run flash-ubuntu-core.sh of the bundle, or jetson-core flash apply with --bundle");
        }
        CheckUBootPartitions(situation, inputs, diagnostics);
        if (Address(situation.Tree, path) is { } address && address != EntryAddress
            && (situation.Release?.BootsFromLnx ?? false))
        {
            diagnostics.AddAbout(situation.Tree.PathOf(path), FlashRules.UBootEntry,
                $"cannot start U-Boot: it is linked for 0x{address:x}, the boot loader puts it to 0x{EntryAddress:x}",
                "build U-Boot with CONFIG_TEXT_BASE=0x80080000");
        }
    }

    /// <summary>
    /// What is written to the partitions of U-Boot: from R28 on LNX, in R32 its copy too, get the boot image; in R24
    /// EBT gets U-Boot itself, and LNX nothing.
    /// </summary>
    private static void CheckUBootPartitions(
        FlashSituation situation, L4tInputs inputs, DiagnosticBag diagnostics)
    {
        if (situation.Filled is not { } filled || situation.Release is not { } release)
            return;
        (string[] names, string wanted) = release.BootsFromLnx
            ? ((string[])[FlashOverlay.UBootPartition, $"{FlashOverlay.UBootPartition}-1"], L4tPlaceholders.BootImage)
            : (["EBT"], inputs.UBoot.Path.Split('/')[^1]);
        foreach (LayoutPartition partition in filled.Partitions.Where(item => names.Contains(item.Name.Value)))
        {
            string? file = partition.FileNames.IsEmpty ? null : partition.FileNames[0].Value;
            if (file == wanted)
                continue;
            FlashChecker.Add(diagnostics, FlashRules.UBootFile,
                (filled.Path, situation.PlaceOf(partition.Name.Span)),
                $"cannot start Ubuntu Core: {partition.Name.Value} gets "
                    + (file is null ? "no file" : $"\"{file}\"") + $", U-Boot is in \"{wanted}\"",
                "unpack the L4T package anew");
        }
    }

    /// <summary>The address that a U-Boot is linked for; null where a file says none.</summary>
    private static ulong? Address(L4tTree tree, string path)
    {
        if (tree.AddedAt(path) is { Content: null } added)
            return added.LinkAddress;
        if (tree.Content(path) is not { Length: >= HeadLength } content)
            return null;
        using Stream stream = content.Open();
        Span<byte> head = stackalloc byte[HeadLength];
        stream.ReadExactly(head);
        return Address(head);
    }

    /// <summary>The address in the first bytes of a U-Boot; null where they say none.</summary>
    public static ulong? Address(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadLength)
            return null;
        bool hasHeader = head[MagicOffset..].StartsWith("ARM\x64"u8);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(
            head[(hasHeader ? AddressBehindHeader : AddressAtStart)..]);
        return address is >= 0x80000000 and < 0x1_0000_0000 && address % 0x1000 == 0 ? address : null;
    }
}
