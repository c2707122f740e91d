// What `check` says about booting with a gadget for Ubuntu Core 16 or 18: its U-Boot against its gadget.yaml and its
// environment; and with a kernel at hand, whether the two would boot. Nothing is built: system-boot is put together in
// memory as a build would, under names that unasserted snaps get.
using JetsonCore.Artefacts;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;

namespace JetsonCore.Build;

/// <summary>Judges how a gadget boots.</summary>
public static class GadgetBoot
{
    private const string KernelFolder = "kernel_x1.snap", Base = "base_x1.snap", Bootloader = "u-boot";

    /// <summary>What is at hand besides the gadget.</summary>
    public sealed record Surroundings
    {
        /// <summary>A U-Boot that the user names, with its path; null for those in the gadget.</summary>
        public (string Path, UBootSettings Settings)? UBoot { get; init; }

        /// <summary>The kernel's files with their path, or null.</summary>
        public (string Path, GadgetRoot Files)? Kernel { get; init; }

        /// <summary>Where the board's RAM is; null for what the device tree says.</summary>
        public UBootBoard? Board { get; init; }
    }

    /// <summary>Adds to a report how the gadget boots.</summary>
    /// <param name="input">The gadget.</param>
    /// <param name="report">What is known of it: it must be good.</param>
    /// <param name="around">What else is at hand.</param>
    public static void Check(GadgetInput input, GadgetReport report, Surroundings around)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(around);
        if (input.Root is not null)
            RecoveryBoot.CheckMark(input.Root, report.Gadget, input.YamlPath, report.Diagnostics);
        if (report.Gadget.Mode.HasGrade())
            return;
        FileContent? file = (input.Root?.FindNode(BootEnvironment.GadgetFileName) as RegularFileNode)?.Content;
        byte[]? environment = file is { Length: <= UBootEnvironment.LengthMax }
            ? file.ReadAll(UBootEnvironment.LengthMax)
            : null;
        bool bringsImage = report.Gadget.WithRole(BootProof.Role)
            .Any(found => found.Structure.Content.Any(content => content.Image.Value.Length > 0));
        if (environment is null && around.UBoot is null && !bringsImage)
            return;
        foreach (VolumePlan plan in VolumePlanner.Plan(report.Gadget, new() { IsDrawing = true }, new()))
        {
            if (plan.Bootloader is not (null or Bootloader) || plan.WithRole(BootProof.Role) is not { } boot)
                continue;
            CheckWritable(boot, input, report.Diagnostics);
            if (environment is not null || around.UBoot is not null)
                Check(new(plan, boot, environment), input, around, report.Diagnostics);
        }
    }

    // Who brings system-boot as an image has chosen its features: mke2fs turns metadata_csum on by itself.
    private static void CheckWritable(PlannedStructure boot, GadgetInput input, DiagnosticBag diagnostics)
    {
        string? folder = Path.GetDirectoryName(Path.GetDirectoryName(input.YamlPath));
        foreach (string name in boot.Content.Select(content => content.Image).OfType<string>())
        {
            if (input.Root?.FindNode(name) is not RegularFileNode file)
                continue;
            try
            {
                using BoardDisk disk = BoardDisk.OfImage(file.Content);
                if (disk.SystemBoot is not { UnwritableFeature: { } feature })
                    continue;
                diagnostics.AddAbout(Path.Join(folder, name), BootRules.Unwritable,
                    $"cannot update: system-boot has the ext4 feature {feature}, and U-Boot refuses to write there",
                    $"make it with mke2fs -O ^{feature}, or jetson-core fs make ext4, which leaves the feature out");
            }
            catch (MalformedDataException)
            {
                // An image that is no file system, or a damaged one, is no matter of its features.
            }
        }
    }

    /// <summary>Checks whether kernel, initrd and device tree have room where an environment loads them.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="path">The kernel as the user named it.</param>
    /// <param name="kernel">Its files.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static void CheckAddresses(
        IReadOnlyDictionary<string, string> variables, string path, GadgetRoot kernel, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        BootPartition.CheckAddresses(variables, new()
        {
            GadgetPath = "",
            Gadget = new(),
            KernelPath = path,
            KernelName = Path.GetFileName(path.TrimEnd('/')),
            Kernel = kernel.FindNode,
        }, diagnostics);
    }

    /// <summary>Adds to a report how an image boots.</summary>
    /// <param name="report">The gadget that the image is of.</param>
    /// <param name="path">The image of a disk.</param>
    /// <param name="around">What else is at hand.</param>
    /// <exception cref="MalformedDataException">Its partition table is damaged.</exception>
    public static void CheckDisk(GadgetReport report, string path, Surroundings around)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(around);
        using var spool = new SpoolFolder();
        using ArtefactFile file = ArtefactFile.Open(path, spool.Keep, ReadLimits.Default);
        FileContent image = file.Content;
        using BoardDisk disk = BoardDisk.OfImage(image);
        if (report.Gadget.Mode.HasGrade() || disk.SystemBoot is not { } files
            || files.FindFile(BootEnvironment.FileName) is null)
        {
            return;
        }
        BootProof.Play(new(path, files.Root, 0)
        {
            Board = around.Board,
            BuiltIn = around.UBoot?.Settings.Environment ?? BuiltInEnvironment.FindOnDisk(disk.Disk, image),
            Disk = disk,
        }, report.Diagnostics);
    }

    private static void Check(Place place, GadgetInput input, Surroundings around, DiagnosticBag diagnostics)
    {
        BootProof.UBoot[] found = [.. BootProof.UBootsOf(ImagesOf(place.Plan, input))];
        if (around.UBoot is { } named)
            BootProof.Compare(place.Plan, place.Environment, named.Settings, diagnostics.About(named.Path));
        else
            BootProof.Compare(place.Plan, place.Environment, found, diagnostics);
        if (around.Kernel is { } kernel && place.Environment is { Length: > 0 })
        {
            Play(place, input.YamlPath, kernel, new(input.YamlPath, new(), 0)
            {
                Board = around.Board,
                BuiltIn = around.UBoot?.Settings.Environment ?? BootProof.BuiltInOf(found),
            }, diagnostics);
        }
    }

    private static void Play(Place place, string path, (string Path, GadgetRoot Files) kernel, BootProof.Stage stage,
        DiagnosticBag diagnostics)
    {
        var gadget = new DirectoryNode();
        gadget.Set(BootEnvironment.GadgetFileName, new RegularFileNode(
            FileMetadata.File, FileContent.Of(place.Environment!)));
        var files = new BootFiles
        {
            GadgetPath = path,
            Gadget = gadget,
            KernelPath = kernel.Path,
            KernelName = KernelFolder,
            Kernel = kernel.Files.FindNode,
            Variables = [new("snap_core", Base), new("snap_kernel", KernelFolder)],
        };
        DiagnosticBag findings = diagnostics.Part();
        var tree = new DirectoryNode();
        BootPartition.AddTo(tree, files, default, findings);
        if (!findings.HasErrors)
        {
            int number = BootProof.NumberOf(place.Plan, place.Boot);
            BootProof.Play(stage with { Tree = tree, PartitionNumber = number }, findings);
        }
    }

    private static IEnumerable<(string Path, FileContent Content)> ImagesOf(VolumePlan plan, GadgetInput input)
    {
        string? folder = Path.GetDirectoryName(Path.GetDirectoryName(input.YamlPath));
        foreach (PlannedContent content in plan.Structures.SelectMany(structure => structure.Content))
        {
            if (content.Image is { } name && input.Root?.FindNode(name) is RegularFileNode file)
                yield return (Path.Join(folder, name), file.Content);
        }
    }

    private sealed record Place(VolumePlan Plan, PlannedStructure Boot, byte[]? Environment);
}
