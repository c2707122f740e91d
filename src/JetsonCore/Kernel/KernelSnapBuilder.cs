// Builds the tree of a kernel snap:
//
//   kernel.img = Image-RELEASE            initrd.img = initrd-RELEASE.img       (hard links)
//   System.map-RELEASE, config-RELEASE    dtbs/*.dtb
//   modules/RELEASE/…, with depmod's      firmware/…, with the links of the list
//   meta/snap.yaml, whose version is the kernel's release
//
// Everything belongs to root, and nothing is younger than the build's time.
using System.IO.Enumeration;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>Builds kernel snaps.</summary>
public static class KernelSnapBuilder
{
    // Links into the tree that the kernel was built from.
    private static readonly string[] DroppedFromModules = ["build", "source"];

    /// <summary>The snap's tree, or null where findings forbid it.</summary>
    public static DirectoryNode? Build(
        KernelSnapInputs inputs, DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(diagnostics);
        (KernelSource source, KernelParts parts) = (inputs.Source, inputs.Parts);
        string release = parts.Release;
        var snap = new DirectoryNode();
        FileContent? image = KernelImage.Read(parts, inputs.Spool, diagnostics);
        if (image is not null)
            AddKernel(snap, parts, image);
        AddFile(snap, $"System.map-{release}", parts.SystemMap);
        AddFile(snap, $"config-{release}", parts.Config);
        SortedDictionary<string, RegularFileNode> trees = AddDeviceTrees(snap, source.DeviceTrees, parts, diagnostics);
        ModuleSet? modules = AddModules(snap, parts, diagnostics, cancellation);
        DirectoryNode firmware = AddFirmware(snap, source, parts, diagnostics);
        RegularFileNode? initrd =
            modules is null ? null : AddInitrd(snap, inputs, modules, diagnostics, cancellation);
        KernelJudge.Check(new()
        {
            Purpose = KernelPurpose.Pack,
            Path = parts.KernelPath,
            Parts = parts with { DeviceTrees = trees, Firmware = firmware, Initrd = initrd },
            Image = image,
            Modules = modules,
        }, inputs.Spool, diagnostics, cancellation);
        snap.SetPath("meta/snap.yaml", new RegularFileNode(FileMetadata.File,
            FileContent.Of(Encoding.UTF8.GetBytes(WithVersion(source.SnapYaml, release)))));
        KernelTimes.Normalize(snap, inputs.Time);
        return diagnostics.HasErrors ? null : snap;
    }

    private static void AddKernel(DirectoryNode snap, KernelParts parts, FileContent image)
    {
        FileMetadata metadata = parts.Kernel.Metadata with { Permissions = FileMetadata.File.Permissions };
        var kernel = new RegularFileNode(metadata, image);
        snap.Set("kernel.img", kernel);
        snap.Set($"Image-{parts.Release}", kernel);
    }

    private static SortedDictionary<string, RegularFileNode> AddDeviceTrees(
        DirectoryNode snap, KernelList list, KernelParts parts, DiagnosticBag diagnostics)
    {
        var picked = new SortedDictionary<string, RegularFileNode>(StringComparer.Ordinal);
        foreach (KernelListEntry entry in list.Entries)
        {
            string[] names = [.. parts.DeviceTrees.Keys
                .Where(name => FileSystemName.MatchesSimpleExpression(entry.Name, name, ignoreCase: false))];
            if (names.Length == 0 && !entry.IsOptional)
            {
                diagnostics.About(list.Path).Add(KernelRules.DeviceTree, entry.Span,
                    $"cannot find the device tree \"{entry.Name}\": the inputs have {parts.DeviceTrees.Count} others",
                    hint: "give a package or folder that has it with --from");
            }
            foreach (string name in names)
            {
                picked[name] = parts.DeviceTrees[name];
                snap.SetPath($"dtbs/{name}", picked[name]);
            }
        }
        return picked;
    }

    private static ModuleSet? AddModules(
        DirectoryNode snap, KernelParts parts, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (KernelModuleRules.Read(parts.Modules, diagnostics, cancellation) is not { } modules)
            return null;
        DirectoryNode folder = snap.MakeDirectory($"modules/{parts.Release}");
        foreach ((string name, FileNode node) in parts.Modules.Children)
        {
            if (!DroppedFromModules.Contains(name))
                folder.Set(name, node);
        }
        foreach ((string name, byte[] content) in Depmod.MakeFiles(modules))
            folder.Set(name, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        return modules;
    }

    private static DirectoryNode AddFirmware(
        DirectoryNode snap, KernelSource source, KernelParts parts, DiagnosticBag diagnostics)
    {
        DirectoryNode firmware = KernelFirmware.Pick(parts.Firmware, source.Firmware, diagnostics);
        KernelFirmware.AddLinks(firmware, source.FirmwareLinks);
        snap.Set("firmware", firmware);
        return firmware;
    }

    private static RegularFileNode? AddInitrd(
        DirectoryNode snap, KernelSnapInputs inputs, ModuleSet modules, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        (KernelSource source, KernelParts parts) = (inputs.Source, inputs.Parts);
        var selection = new InitrdModuleSelection(modules, diagnostics);
        IReadOnlyList<KernelModule> chosen = selection.Select(source.InitrdModules);
        DirectoryNode overlay = source.Overlay;
        DirectoryNode firmware = KernelFirmware.Pick(parts.Firmware, source.InitrdFirmware, diagnostics);
        foreach ((string path, FileNode node) in firmware.Walk().Where(entry => entry.Node is not DirectoryNode))
            overlay.SetPath($"lib/firmware/{path}", node);
        InitrdComposition? composition = InitrdComposition.Open(
            inputs.BaseInitrdPath, inputs.BaseInitrd, inputs.Spool, diagnostics, cancellation);
        if (composition is null)
            return null;
        composition.Add(KernelInitrd.ModulesTree(parts, chosen, cancellation), CompressionFormat.Gzip, inputs.Time,
            diagnostics);
        composition.Add(overlay, CompressionFormat.LzmaAlone, inputs.Time, diagnostics);
        using var bytes = new MemoryStream();
        composition.Write(bytes, cancellation);
        var initrd = new RegularFileNode(FileMetadata.File, FileContent.Of(bytes.ToArray()));
        snap.Set("initrd.img", initrd);
        snap.Set($"initrd-{parts.Release}.img", initrd);
        return initrd;
    }

    private static void AddFile(DirectoryNode snap, string name, RegularFileNode? file)
    {
        if (file is not null)
            snap.Set(name, file);
    }

    private static string WithVersion(string snapYaml, string version)
    {
        IEnumerable<string> others = snapYaml.TrimEnd('\n').Split('\n')
            .Where(line => !line.StartsWith("version:", StringComparison.Ordinal));
        return $"{string.Join('\n', others)}\nversion: \"{version}\"\n";
    }
}
