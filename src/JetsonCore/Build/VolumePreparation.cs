// From the gadget's snap to volumes that are ready to be written: rules, layout, contents. The implicit data
// partition is as large as its file system must be, so its tree is planned before the volumes are.
using System.Collections.Immutable;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Build;

/// <summary>Prepares the volumes of a build.</summary>
internal static class VolumePreparation
{
    private const string Bootloader = "u-boot";

    /// <summary>The volumes that get an image; null where findings forbid it.</summary>
    public static ImmutableArray<PreparedVolume>? Prepare(BuildRequest request, GadgetDefinition gadget, SeedPlan seed,
        DerivedIds ids, DiagnosticBag diagnostics)
    {
        var contents = new PartitionContents(seed, request.Clock.FileTime, ids.For, diagnostics)
        {
            JudgesByDigest = request.Cache is null,
        };
        var options = new LayoutOptions
        {
            SectorSize = request.SectorSize,
            DeviceSizeBytes = request.ImageSizeBytes,
            ImplicitDataSizeBytes = seed.SystemLabel is null ? contents.LeastDataBytes() : null,
            LeavesOutInstalled = seed.SystemLabel is not null,
        };
        VolumePlan[] plans =
        [
            .. VolumePlanner.Plan(gadget, options, diagnostics.About(YamlPath(seed)))
                .Where(plan => plan.Schema != VolumeSchema.Emmc),
        ];
        if (diagnostics.HasErrors)
            return null;
        if (seed.SystemLabel is null)
            CheckBoot(plans, seed, diagnostics);
        ImmutableArray<PreparedVolume> volumes =
            [.. plans.Select(plan => new PreparedVolume(plan, contents.Prepare(plan), plans.Length == 1))];
        if (!diagnostics.HasErrors)
            BootProof.Check(volumes, seed, request.Board, diagnostics);
        return diagnostics.HasErrors ? null : volumes;
    }

    /// <summary>
    /// Judges the gadget, whatever the seed is like; null where findings forbid it, or no snap of the seed is one.
    /// </summary>
    public static GadgetDefinition? ReadGadget(SeedInputs seed, DiagnosticBag diagnostics)
    {
        if (seed.Snaps.Where(snap => snap.Type == SnapType.Gadget)
            .MaxBy(snap => snap.Name == seed.Model.Gadget?.Name) is not { } snap)
        {
            return null;
        }
        using GadgetInput input = GadgetInput.OfTree(snap.Path, snap.Root);
        bool isSeeded = seed.Model.HasSnapsHeader;
        var options = new GadgetCheckOptions
        {
            Purpose = GadgetPurpose.Build,
            Mode = isSeeded ? GadgetMode.Uc20 : GadgetMode.Uc18,
            KernelAssets = isSeeded ? AssetsOfKernel(seed, diagnostics) : null,
        };
        GadgetReport report = GadgetChecker.Check(input, options, diagnostics);
        return report.IsOk ? report.Gadget : null;
    }

    /// <summary>What the kernel offers to the gadget.</summary>
    private static KernelAssets? AssetsOfKernel(SeedInputs seed, DiagnosticBag diagnostics)
    {
        if (seed.Snaps.FirstOrDefault(snap => snap.Name == seed.Model.Kernel?.Name) is not { } kernel)
            return null;
        using var root = GadgetRoot.OfTree(kernel.Root);
        return KernelAssetsReader.Read(root, kernel.Path, diagnostics);
    }

    private static string YamlPath(SeedPlan seed) => Path.Join(seed.Gadget.File.Path, GadgetInput.InnerPath);

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
