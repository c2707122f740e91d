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
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Elf;
using JetsonCore.Formats.Fdt;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>Builds kernel snaps.</summary>
public static class KernelSnapBuilder
{
    private const long KernelLengthMax = 1L << 30;

    // Links into the tree that the kernel was built from.
    private static readonly string[] DroppedFromModules = ["build", "source"];

    /// <summary>The snap's tree, or null where findings forbid it.</summary>
    /// <exception cref="MalformedDataException">A module is damaged.</exception>
    public static DirectoryNode? Build(
        KernelSnapInputs inputs, DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(diagnostics);
        (KernelSource source, KernelParts parts) = (inputs.Source, inputs.Parts);
        string release = parts.Release;
        var snap = new DirectoryNode();
        AddKernel(snap, inputs, diagnostics);
        AddFile(snap, $"System.map-{release}", parts.SystemMap);
        AddFile(snap, $"config-{release}", parts.Config);
        if (parts.Config is { } config)
            KernelConfigRules.Check($"config-{release}", config.Content, diagnostics);
        AddDeviceTrees(snap, source.DeviceTrees, parts, diagnostics);
        ModuleSet modules = AddModules(snap, parts, diagnostics, cancellation);
        AddFirmware(snap, source, parts, diagnostics);
        AddInitrd(snap, inputs, modules, diagnostics, cancellation);
        snap.SetPath("meta/snap.yaml", new RegularFileNode(FileMetadata.File,
            FileContent.Of(Encoding.UTF8.GetBytes(WithVersion(source.SnapYaml, release)))));
        Normalize(snap, inputs.Time);
        return diagnostics.HasErrors ? null : snap;
    }

    private static void AddKernel(DirectoryNode snap, KernelSnapInputs inputs, DiagnosticBag diagnostics)
    {
        KernelParts parts = inputs.Parts;
        FileContent image = Unpack(parts.Kernel.Content, inputs.Spool);
        try
        {
            using Stream stream = image.Open();
            Arm64ImageHeader.Read(stream);
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(parts.KernelPath, KernelRules.Arm64Kernel, $"cannot use the kernel: {damage.Message}",
                hint: "give arch/arm64/boot/Image or a linux-image package for arm64");
        }
        FileMetadata metadata = parts.Kernel.Metadata with { Permissions = FileMetadata.File.Permissions };
        var kernel = new RegularFileNode(metadata, image);
        snap.Set("kernel.img", kernel);
        snap.Set($"Image-{parts.Release}", kernel);
    }

    // Ubuntu's vmlinuz is gzip-compressed; booti and UC18's boot script want it plain.
    private static FileContent Unpack(FileContent kernel, ContentSpool spool)
    {
        using Stream stream = kernel.Open();
        var head = new byte[16];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (Decompression.Detect(head.AsSpan(0, read)) != CompressionFormat.Gzip)
            return kernel;
        stream.Position = 0;
        using Stream plain = Decompression.OpenRead(stream, CompressionFormat.Gzip);
        return spool(plain, KernelLengthMax);
    }

    private static void AddDeviceTrees(
        DirectoryNode snap, KernelList list, KernelParts parts, DiagnosticBag diagnostics)
    {
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
                CheckDeviceTree(name, parts.DeviceTrees[name].Content, diagnostics);
                snap.SetPath($"dtbs/{name}", parts.DeviceTrees[name]);
            }
        }
    }

    private static void CheckDeviceTree(string name, FileContent content, DiagnosticBag diagnostics)
    {
        try
        {
            using Stream stream = content.Open();
            FdtHeader.Read(stream);
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(name, KernelRules.DeviceTreeFormat, $"cannot use the device tree: {damage.Message}");
        }
    }

    private static ModuleSet AddModules(
        DirectoryNode snap, KernelParts parts, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ModuleSet modules = ModuleSet.Read(parts.Modules, cancellation);
        CheckOrigin(modules, parts, diagnostics);
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

    private static void CheckOrigin(ModuleSet modules, KernelParts parts, DiagnosticBag diagnostics)
    {
        if (modules.Modules.FirstOrDefault(module => module.Machine != ElfFile.AArch64) is { } foreign)
        {
            diagnostics.AddAbout(foreign.Path, KernelRules.ModuleOrigin,
                $"cannot use the module: it is for ELF machine {foreign.Machine}, arm64 is {ElfFile.AArch64}");
        }
        // vermagic begins with the release of the kernel that the module was built for.
        foreach (KernelModule module in modules.Modules)
        {
            if (module.ValuesOf("vermagic").FirstOrDefault()?.Split(' ')[0] is { } built && built != parts.Release)
            {
                diagnostics.AddAbout(module.Path, KernelRules.ModuleOrigin,
                    $"cannot use the module: it was built for kernel {built}, the folder is of {parts.Release}");
                return;
            }
        }
    }

    private static void AddFirmware(
        DirectoryNode snap, KernelSource source, KernelParts parts, DiagnosticBag diagnostics)
    {
        DirectoryNode firmware = KernelFirmware.Pick(parts.Firmware, source.Firmware, diagnostics);
        KernelFirmware.AddLinks(firmware, source.FirmwareLinks);
        snap.Set("firmware", firmware);
    }

    private static void AddInitrd(
        DirectoryNode snap, KernelSnapInputs inputs, ModuleSet modules, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        (KernelSource source, KernelParts parts) = (inputs.Source, inputs.Parts);
        var selection = new InitrdModuleSelection(modules, diagnostics);
        IReadOnlyList<KernelModule> chosen = selection.Select(source.InitrdModules);
        ModuleDependencies.Check(modules, chosen, diagnostics);
        DirectoryNode modulesTree = KernelInitrd.ModulesTree(parts, chosen, cancellation);
        DirectoryNode overlay = source.Overlay;
        DirectoryNode firmware = KernelFirmware.Pick(parts.Firmware, source.InitrdFirmware, diagnostics);
        foreach ((string path, FileNode node) in firmware.Walk().Where(entry => entry.Node is not DirectoryNode))
            overlay.SetPath($"lib/firmware/{path}", node);
        if (KernelInitrd.ReadBase(inputs, diagnostics, cancellation) is not { } baseTree)
            return;
        var placement = new InitrdPlacement(baseTree, inputs.BaseInitrdPath, diagnostics);
        modulesTree = placement.Place(modulesTree);
        overlay = placement.Place(overlay);
        if (baseTree.Find("init") is null && overlay.Find("init") is null)
        {
            diagnostics.AddAbout(inputs.BaseInitrdPath, KernelRules.BaseInitrd,
                "cannot start from the initrd: it has no /init", hint: "give the initrd of the base as --base-initrd");
        }
        Normalize(modulesTree, inputs.Time);
        Normalize(overlay, inputs.Time);
        var initrd = new RegularFileNode(
            FileMetadata.File, KernelInitrd.Compose(inputs.BaseInitrd, modulesTree, overlay, cancellation));
        snap.Set("initrd.img", initrd);
        snap.Set($"initrd-{parts.Release}.img", initrd);
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

    private static void Normalize(DirectoryNode tree, FileTime time)
    {
        tree.Metadata = Normalize(tree.Metadata, time);
        foreach ((_, FileNode node) in tree.Walk())
            node.Metadata = Normalize(node.Metadata, time);
    }

    // What was made here has no time of its own yet.
    private static FileMetadata Normalize(FileMetadata metadata, FileTime time)
    {
        bool hasOwnTime = metadata.ModificationTime.UnixSeconds > 0
            && metadata.ModificationTime.UnixSeconds <= time.UnixSeconds;
        return metadata with
        {
            UserId = 0,
            GroupId = 0,
            ModificationTime = hasOwnTime ? metadata.ModificationTime : time,
        };
    }
}
