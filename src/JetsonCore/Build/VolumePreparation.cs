// From the gadget in the seed to volumes that are ready to be written: rules, layout, contents. The implicit data
// partition is as large as its file system must be, so its tree is planned before the volumes are.
using System.Collections.Immutable;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;
using JetsonCore.Seed;

namespace JetsonCore.Build;

/// <summary>Prepares the volumes of a build.</summary>
internal static class VolumePreparation
{
    private const string GadgetYaml = "meta/gadget.yaml", Bootloader = "u-boot";

    /// <summary>The volumes that get an image; null where findings forbid it.</summary>
    public static ImmutableArray<PreparedVolume>? Prepare(
        BuildRequest request, SeedPlan seed, DerivedIds ids, DiagnosticBag diagnostics)
    {
        if (ReadGadget(seed, diagnostics) is not { } gadget)
            return null;
        var contents = new PartitionContents(seed, request.Clock.FileTime, ids.For, diagnostics);
        var options = new LayoutOptions
        {
            SectorSize = request.SectorSize,
            DeviceSizeBytes = request.ImageSizeBytes,
            ImplicitDataSizeBytes = contents.LeastDataBytes(),
        };
        string? outer = diagnostics.CurrentPath;
        diagnostics.CurrentPath = YamlPath(seed);
        VolumePlan[] plans =
        [
            .. VolumePlanner.Plan(gadget, options, diagnostics).Where(plan => plan.Schema != VolumeSchema.Emmc),
        ];
        diagnostics.CurrentPath = outer;
        if (diagnostics.HasErrors)
            return null;
        CheckBoot(plans, seed, diagnostics);
        ImmutableArray<PreparedVolume> volumes =
            [.. plans.Select(plan => new PreparedVolume(plan, contents.Prepare(plan), plans.Length == 1))];
        return diagnostics.HasErrors ? null : volumes;
    }

    private static string YamlPath(SeedPlan seed) => Path.Join(seed.Gadget.File.Path, GadgetYaml);

    private static GadgetDefinition? ReadGadget(SeedPlan seed, DiagnosticBag diagnostics)
    {
        if (seed.Gadget.File.Root.Find(GadgetYaml) is not RegularFileNode { Content: var yaml })
        {
            diagnostics.AddAbout(seed.Gadget.File.Path, ContentRules.MissingFile,
                $"cannot lay out an image: the gadget has no {GadgetYaml}");
            return null;
        }
        var findings = new DiagnosticBag { CurrentPath = YamlPath(seed) };
        GadgetDefinition? gadget = null;
        try
        {
            GadgetDocument document = GadgetReader.Read(yaml.ReadAll(GadgetReader.LengthMax), findings);
            gadget = GadgetDefaults.Apply(document, GadgetMode.Uc18);
            GadgetRules.CheckAll(gadget, findings);
        }
        catch (MalformedDataException exception)
        {
            findings.AddAbout(YamlPath(seed), ContentRules.MissingFile, $"cannot read it: {exception.Message}");
        }
        foreach (Diagnostic finding in findings)
            diagnostics.Add(finding);
        return findings.HasErrors ? null : gadget;
    }

    private static void CheckBoot(VolumePlan[] plans, SeedPlan seed, DiagnosticBag diagnostics)
    {
        string gadget = YamlPath(seed);
        if (plans.FirstOrDefault(plan => plan.Bootloader is not null) is { Bootloader: not Bootloader } other)
        {
            diagnostics.AddAbout(gadget, ContentRules.Bootloader,
                $"cannot set up the boot loader \"{other.Bootloader}\" of volume \"{other.Name}\": "
                    + $"only {Bootloader} is known",
                hint: $"write bootloader: {Bootloader}");
        }
        if (!plans.Any(plan => plan.WithRole("system-boot") is { Filesystem: not null }))
        {
            diagnostics.AddAbout(gadget, ContentRules.MissingStructure,
                "cannot place the boot files: no structure with a file system has the role system-boot",
                hint: "give one structure role: system-boot and filesystem: ext4");
        }
    }
}
