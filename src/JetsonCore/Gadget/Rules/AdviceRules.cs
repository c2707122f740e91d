// Advice of ours about a gadget that snapd accepts: what will not fit a table or a label, what will not be found again
// on a disk, what a board or an eMMC will not like. Nothing here changes the verdict.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class AdviceRules
{
    private const int SectorBytes = 512, PageBytes = 4096, EraseBytes = 512 << 10;
    private const int MbrPartitionsMax = 4, GptPartitionsMax = 128;
    private const int GptNameMax = 36, FatLabelMax = 11, Ext4LabelMax = 16;
    private const long MbrReachBytes = 2L << 40;

    // A GPT with 128 entries: sectors 0 to 33 of 512 bytes, 0 to 5 of 4096.
    private const int GptEnd512 = 34 * 512, GptEnd4096 = 6 * 4096, GptHeaderEnd512 = 512, GptHeaderEnd4096 = 4096;

    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            if (volume.DecidedSchema == "emmc" || volume.IsNull)
                continue;
            ImmutableArray<PlacedStructure> placed = GadgetPlacement.LaidOut(volume);
            CheckTable(volume, placed, diagnostics);
            CheckAlignment(placed, diagnostics);
            foreach (PlacedStructure structure in placed)
            {
                CheckGptArea(volume, structure, diagnostics);
                CheckNames(volume, structure.Structure, diagnostics);
                CheckContent(structure.Structure, diagnostics);
            }
        }
        CheckRoles(gadget, diagnostics);
    }

    private static void CheckTable(
        GadgetVolume volume, ImmutableArray<PlacedStructure> placed, DiagnosticBag diagnostics)
    {
        int count = 0;
        foreach (GadgetStructure structure in volume.Structures)
            count += structure.IsPartition ? 1 : 0;
        if (volume.DecidedSchema == "mbr" && count > MbrPartitionsMax)
        {
            diagnostics.Add(GadgetRuleList.MbrPartitions, volume.Name.Span,
                $"volume \"{volume.Name.Value}\" has {count} partitions, and a DOS partition table has "
                    + $"{MbrPartitionsMax} entries",
                "use schema: gpt, or join partitions");
        }
        if (volume.DecidedSchema == "gpt" && count > GptPartitionsMax)
        {
            diagnostics.Add(GadgetRuleList.GptPartitions, volume.Name.Span,
                $"volume \"{volume.Name.Value}\" has {count} partitions, and a GPT has {GptPartitionsMax} entries",
                "join partitions");
        }
        foreach (PlacedStructure next in placed)
        {
            if (volume.DecidedSchema == "mbr" && next.Structure.IsPartition && next.LatestEnd > MbrReachBytes)
            {
                diagnostics.Add(GadgetRuleList.MbrReach, next.Structure.PlaceOf(next.Structure.Size.Span),
                    $"structure {next.Structure.Title} ends at {Text(next.LatestEnd)}, and a DOS partition table "
                        + $"reaches {MbrReachBytes} (2 TiB)",
                    "use schema: gpt");
                return;
            }
        }
    }

    /// <summary>One finding for a volume: what follows without a gap is out of step for the same reason.</summary>
    private static void CheckAlignment(ImmutableArray<PlacedStructure> placed, DiagnosticBag diagnostics)
    {
        List<PlacedStructure> partitions = new(placed.Length);
        foreach (PlacedStructure next in placed)
        {
            if (next.Structure.IsPartition && next.Start is not null)
                partitions.Add(next);
        }
        foreach (PlacedStructure next in partitions)
        {
            if (next.Start % SectorBytes == 0 && next.Size % SectorBytes == 0)
                continue;
            bool isStart = next.Start % SectorBytes != 0;
            diagnostics.Add(GadgetRuleList.AlignSector,
                next.Structure.PlaceOf(isStart ? next.Structure.Offset.Span : next.Structure.Size.Span),
                $"partition {next.Structure.Title} {(isStart ? "starts at" : "has a size of")} "
                    + $"{Text(isStart ? next.Start!.Value : next.Size)} bytes, which is not whole sectors of "
                    + $"{SectorBytes} bytes",
                $"the next multiple of {SectorBytes} is "
                    + Text((((isStart ? next.Start!.Value : next.Size) / SectorBytes) + 1) * SectorBytes));
            return;
        }
        if (!AddAlignment(GadgetRuleList.AlignPage, PageBytes, partitions, diagnostics))
            AddAlignment(GadgetRuleList.AlignErase, EraseBytes, partitions, diagnostics);
    }

    private static bool AddAlignment(
        Rule rule, int bytes, List<PlacedStructure> partitions, DiagnosticBag diagnostics)
    {
        string what = bytes == PageBytes ? "4 KiB" : "512 KiB, an eMMC's erase block";
        List<PlacedStructure> odd = partitions.FindAll(next => next.Start % bytes != 0);
        if (odd.Count == 0)
            return false;
        PlacedStructure first = odd[0];
        string others = odd.Count == 1 ? "" : $", as do {odd.Count - 1} others of the volume";
        diagnostics.Add(rule, first.Structure.PlaceOf(first.Structure.Offset.Span),
            $"partition {first.Structure.Title} starts at {Text(first.Start!.Value)}, "
                + $"{Text(first.Start.Value % bytes)} bytes past a multiple of {what}{others}",
            "writes are slower where file system blocks straddle the device's; harmless if the board needs this table");
        return true;
    }

    private static void CheckGptArea(GadgetVolume volume, PlacedStructure placed, DiagnosticBag diagnostics)
    {
        if (volume.DecidedSchema != "gpt" || placed.Start is not { } start || !placed.HasSize)
            return;
        Int128 end = start + GadgetPlacement.LeastSize(placed.Structure);
        bool isCertain = start < GptEnd512 && end > GptHeaderEnd4096;
        if (!isCertain && !(start < GptEnd4096 && end > GptHeaderEnd512))
            return;
        diagnostics.Add(new Diagnostic
        {
            Rule = GadgetRuleList.GptArea,
            Severity = isCertain ? Severity.Warning : Severity.Info,
            Path = diagnostics.Path,
            Span = placed.Structure.PlaceOf(placed.Structure.Offset.Span),
            Message = isCertain
                ? $"structure {placed.Structure.Title} lies from {Text(start)} to {Text(end)}, within the GPT, which "
                    + $"takes bytes 512 to {GptEnd512 - 1}"
                : $"structure {placed.Structure.Title} lies from {Text(start)} to {Text(end)}: right for sectors of "
                    + $"512 bytes, within the GPT on a device with sectors of 4096, where that ends at {GptEnd4096}",
            Hint = isCertain ? $"write offset: {GptEnd512} or more, or 1M" : "use 1M unless the board needs this start",
        });
    }

    private static void CheckNames(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string name = structure.Name.Value;
        if (volume.DecidedSchema == "gpt" && structure.IsPartition && name.Length > GptNameMax)
        {
            diagnostics.Add(GadgetRuleList.NameLength, structure.Name.Span,
                $"the name \"{name}\" has {name.Length} UTF-16 units, and a GPT holds {GptNameMax}",
                $"shorten it to \"{name[..GptNameMax]}\" or so");
        }
        int bytes = Encoding.UTF8.GetByteCount(structure.DecidedLabel);
        int most = UniquenessRules.IsVfat(structure) ? FatLabelMax
            : structure.Filesystem.Value == "ext4" ? Ext4LabelMax : int.MaxValue;
        // The device copes with the label that newer models imply: they are made at installation.
        if (bytes > most && structure.Label.Value.Length > 0)
        {
            diagnostics.Add(GadgetRuleList.LabelLength, structure.Label.Span,
                $"the label \"{structure.DecidedLabel}\" has {bytes} bytes, and {structure.Filesystem.Value} holds "
                    + $"{most}",
                "shorten the label");
        }
        if (structure.Filesystem.Value == "none" && structure.IsPartition)
        {
            diagnostics.Add(GadgetRuleList.FilesystemNone, structure.Filesystem.Span,
                $"structure {structure.Title} is found on no disk again: snapd looks for a file system called \"none\"",
                "leave filesystem out");
        }
    }

    private static void CheckContent(GadgetStructure structure, DiagnosticBag diagnostics)
    {
        GadgetContent? earlier = null;
        foreach (GadgetContent content in structure.Content)
        {
            if (content.Source.Value.Contains("../", StringComparison.Ordinal))
            {
                diagnostics.Add(GadgetRuleList.SourceUp, content.Source.Span,
                    $"the source \"{content.Source.Value}\" leads out of a folder, which ubuntu-image refuses",
                    "write the path from the gadget's root");
            }
            bool piles = earlier is { Size.Value: null or 0 } && content.Image.Value.Length > 0
                && content.Offset.Value is null && !structure.HasFilesystem;
            if (piles)
            {
                diagnostics.Add(GadgetRuleList.RawImagesPile, content.Image.Span,
                    $"ubuntu-image writes \"{content.Image.Value}\" over \"{earlier!.Image.Value}\": the one has no "
                        + "offset and the other no size",
                    "give each image of the structure an offset");
            }
            earlier = content;
        }
    }

    /// <summary>Models with a grade do not take a label for the role; those without do, and nothing is amiss.</summary>
    private static void CheckRoles(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        if (!gadget.Mode.HasGrade())
            return;
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            foreach (GadgetStructure structure in volume.Structures)
            {
                if (structure.Role.Value.Length > 0 || structure.Label.Value != "system-boot")
                    continue;
                diagnostics.Add(GadgetRuleList.LabelAsRole, structure.Label.Span,
                    $"structure {structure.Title} is not system-boot for its label: the model ({gadget.Mode.Name()}) "
                        + "has a grade, and looks at roles only",
                    "add role: system-boot");
            }
        }
    }

    private static string Text(Int128 number) => number.ToString(CultureInfo.InvariantCulture);
}
