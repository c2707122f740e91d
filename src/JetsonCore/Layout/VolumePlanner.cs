// From gadget to volumes with every offset decided. Places are snapd's (GadgetPlacement); the implicit data partition
// is ubuntu-image's: with one volume and no system-data, "writable" follows the structure that ends last, unrounded. So
// is what an image leaves to the installation of Ubuntu Core 20 and later.
//
//   GPT volume, sector s:   0   s      2s …       34s (6 × 4096)                          -33s (-5 × 4096)
//                           MBR header entries    structures …            writable        backup entries, header
//
// What snapd accepts and nobody can build is refused here (LayoutRuleList); a drawing shows it all the same.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Layout;

/// <summary>Lays volumes out.</summary>
public static class VolumePlanner
{
    /// <summary>The type of the implicit data partition, for both kinds of table.</summary>
    public const string ImplicitDataType = "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4";

    private const int GptEntryBytes = 128 * 128;
    private const long EndMax = 1L << 62;

    /// <summary>Lays out every volume that can be; the others leave findings.</summary>
    public static IReadOnlyList<VolumePlan> Plan(
        GadgetDefinition gadget, LayoutOptions options, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(gadget);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (gadget.Volumes.IsEmpty)
        {
            Doubt(options, diagnostics).Add(LayoutRuleList.NoVolumes, SourceSpan.None,
                "cannot lay the gadget out: it has no volumes",
                "add volumes, with a name below it and a bootloader and a structure below that");
        }
        bool addsData = options.AddImplicitData && gadget.Volumes.Length == 1 && !gadget.HasRole("system-data")
            && gadget.Volumes[0].DecidedSchema != "emmc" && !gadget.Volumes[0].Structures.IsEmpty;
        List<VolumePlan> plans = [];
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            if (PlanVolume(volume, options, addsData, diagnostics) is { } plan)
                plans.Add(plan);
        }
        return plans;
    }

    /// <summary>First byte behind the partition table at the start: 17408, or 24576 with 4096-byte sectors.</summary>
    public static long FirstUsableByte(VolumeSchema schema, int sectorSize) => schema switch
    {
        VolumeSchema.Gpt => (2L * sectorSize) + GptEntryBytes,
        VolumeSchema.Mbr => sectorSize,
        _ => 0,
    };

    /// <summary>Bytes at the end of a volume that the backup table takes.</summary>
    public static long BackupTableBytes(VolumeSchema schema, int sectorSize) =>
        schema == VolumeSchema.Gpt ? sectorSize + GptEntryBytes : 0;

    private static VolumePlan? PlanVolume(
        GadgetVolume volume, LayoutOptions options, bool addsData, DiagnosticBag diagnostics)
    {
        DiagnosticBag doubts = Doubt(options, diagnostics);
        if (PlaceStructures(volume, options.IsDrawing, diagnostics) is not { } structures)
            return null;
        if (options.LeavesOutInstalled && !structures.IsEmpty)
        {
            structures = [.. structures.Where(structure => !IsMadeByInstaller(structure))];
            if (structures.IsEmpty)
                return null;
        }
        if (structures.IsEmpty)
        {
            doubts.Add(LayoutRuleList.NoStructures, volume.Name.Span,
                $"cannot make an image of volume \"{volume.Name.Value}\": it has no structures",
                "add some below structure:, each with a dash");
        }
        VolumeSchema schema = volume.DecidedSchema switch
        {
            "mbr" => VolumeSchema.Mbr,
            "emmc" => VolumeSchema.Emmc,
            _ => VolumeSchema.Gpt,
        };
        long end = structures.Select(structure => structure.EndBytes).DefaultIfEmpty().Max();
        long backupBytes = BackupTableBytes(schema, options.SectorSize);
        if (addsData)
        {
            PlannedStructure data = ImplicitData(end, options, backupBytes, structures.Length);
            structures = structures.Add(data);
            end = data.EndBytes;
            TellImplicitData(volume, data, options, diagnostics);
        }
        long leastBytes = Alignment.Up(end, options.SectorSize) + backupBytes;
        var plan = new VolumePlan
        {
            Name = volume.Name.Value,
            Schema = schema,
            Bootloader = volume.Bootloader.Value.Length > 0 ? volume.Bootloader.Value : null,
            Id = volume.Id.Value.Length > 0 ? volume.Id.Value : null,
            SectorSize = options.SectorSize,
            SizeBytes = options.DeviceSizeBytes ?? leastBytes,
            Structures = structures,
        };
        BuildabilityRules.Check(plan, volume, doubts);
        DiagnosticBag ofDevice = diagnostics.Part();
        BuildabilityRules.CheckDevice(plan, volume, leastBytes, ofDevice);
        return options.IsDrawing || !(doubts.HasErrors || ofDevice.HasErrors) ? plan : null;
    }

    private static bool IsMadeByInstaller(PlannedStructure structure) =>
        structure.Role is "system-boot" or "system-save" or "system-data" || structure.Label == "system-boot";

    /// <summary>Where doubts go: in a drawing they are warnings.</summary>
    private static DiagnosticBag Doubt(LayoutOptions options, DiagnosticBag diagnostics) =>
        options.IsDrawing ? diagnostics.Softened() : diagnostics.Part();

    private static void TellImplicitData(
        GadgetVolume volume, PlannedStructure data, LayoutOptions options, DiagnosticBag diagnostics)
    {
        if (!options.IsDrawing)
            return;
        diagnostics.Add(GadgetRuleList.ImplicitData, volume.Name.Span,
            $"image builders add a partition \"writable\" to volume \"{volume.Name.Value}\" at {data.StartBytes}: no "
                + "structure has role system-data",
            "this is how Ubuntu Core 16 and 18 work");
    }

    /// <summary>Structures by start; null, with findings, where a place or a size is open.</summary>
    private static ImmutableArray<PlannedStructure>? PlaceStructures(
        GadgetVolume volume, bool isDrawing, DiagnosticBag diagnostics)
    {
        var structures = ImmutableArray.CreateBuilder<PlannedStructure>(volume.Structures.Length);
        bool isEmmc = volume.DecidedSchema == "emmc";
        var placedVolume = new PlacedVolume(volume, GadgetPlacement.LaidOut(volume));
        foreach (PlacedStructure placed in placedVolume.Structures)
        {
            GadgetStructure structure = placed.Structure;
            if (!placed.HasSize && !isEmmc)
            {
                (isDrawing ? diagnostics.Softened() : diagnostics).Add(LayoutRuleList.OpenSize,
                    structure.PlaceOf(structure.Size.Span),
                    $"cannot lay structure {structure.Title} out: its size is open", "write its size");
                if (!isDrawing)
                    return null;
            }
            if (placed.LatestEnd > EndMax)
            {
                diagnostics.Add(LayoutRuleList.SectorRange, structure.PlaceOf(structure.Size.Span),
                    $"cannot lay structure {structure.Title} out: it would end at {placed.LatestEnd}, beyond 62 bits",
                    "check the sizes and offsets up to here");
                return null;
            }
            structures.Add(Plan(placedVolume, structure, (long)placed.LatestStart));
        }
        return structures.ToImmutable();
    }

    private static PlannedStructure Plan(PlacedVolume volume, GadgetStructure structure, long startBytes) => new()
    {
        Index = structure.Index,
        Name = OrNull(structure.Name.Value),
        Role = OrNull(structure.DecidedRole),
        Type = structure.Type.Value,
        Id = OrNull(structure.Id.Value),
        StartBytes = startBytes,
        SizeBytes = structure.Size.Value ?? 0,
        Filesystem = structure.HasFilesystem ? structure.Filesystem.Value : null,
        Label = OrNull(structure.DecidedLabel),
        OffsetWriteBytes = AbsoluteOffsetWrite(volume, structure),
        Content = [.. PlanContent(structure)],
    };

    private static IEnumerable<PlannedContent> PlanContent(GadgetStructure structure)
    {
        long previousEnd = 0;
        foreach (GadgetContent content in structure.Content)
        {
            long start = content.Offset.Value ?? previousEnd;
            long? size = content.Size.Value is > 0 and long declared ? declared : null;
            previousEnd = start <= long.MaxValue - (size ?? 0) ? start + (size ?? 0) : start;
            yield return new PlannedContent
            {
                Image = OrNull(content.Image.Value),
                OffsetBytes = start,
                SizeBytes = size,
                Source = OrNull(content.Source.Value),
                Target = OrNull(content.Target.Value),
            };
        }
    }

    private static long? AbsoluteOffsetWrite(PlacedVolume volume, GadgetStructure structure)
    {
        if (structure.OffsetWrite.Value is not { } place)
            return null;
        if (place.RelativeTo.Length == 0)
            return place.OffsetBytes;
        return volume.Find(place.RelativeTo) is { } other && other.LatestStart <= EndMax
            ? (long)other.LatestStart + place.OffsetBytes : null;
    }

    private static PlannedStructure ImplicitData(long start, LayoutOptions options, long backupBytes, int index)
    {
        long asked = options.ImplicitDataSizeBytes ?? 0;
        long rest = (options.DeviceSizeBytes ?? 0) - backupBytes - start;
        return new PlannedStructure
        {
            Index = index,
            Name = "writable",
            Role = "system-data",
            Type = ImplicitDataType,
            StartBytes = start,
            SizeBytes = Math.Max(Alignment.Up(asked, options.SectorSize), rest - (rest % options.SectorSize)),
            Filesystem = "ext4",
            Label = "writable",
            Implicit = true,
        };
    }

    private static string? OrNull(string text) => text.Length > 0 ? text : null;
}
