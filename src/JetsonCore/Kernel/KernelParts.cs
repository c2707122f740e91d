// The parts of a kernel, found in packages and folders. Where each may lie:
//
//                 Debian and Ubuntu packages        a kernel build, L4T
//   kernel        boot/vmlinuz-RELEASE              Image, boot/Image; in a kernel snap kernel.img
//   modules       [usr/]lib/modules/RELEASE         modules/RELEASE
//   device trees  [usr/]lib/linux-image-RELEASE/    dtbs/, dtb/, boot/dtbs/, boot/
//   firmware      [usr/]lib/firmware                firmware/
//   and           boot/System.map-, boot/config-    System.map, config, .config; in a kernel snap initrd.img
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>What a kernel snap is made of.</summary>
public sealed record KernelParts
{
    private static readonly string[] Libraries = ["lib", "usr/lib"];
    private static readonly string[] PlainDeviceTreeFolders = ["boot", "dtb", "dtbs"];

    /// <summary>The kernel's release ("6.1.0-50-arm64"): the name of its modules' folder.</summary>
    public required string Release { get; init; }

    /// <summary>The kernel, maybe compressed.</summary>
    public required RegularFileNode Kernel { get; init; }

    /// <summary>Where the kernel came from, for messages.</summary>
    public required string KernelPath { get; init; }

    /// <summary>What belongs into modules/RELEASE.</summary>
    public required DirectoryNode Modules { get; init; }

    /// <summary>Where that lies in its input ("lib/modules/6.1.0-50-arm64").</summary>
    public required string ModulesPath { get; init; }

    /// <summary>The initrd, if there is one.</summary>
    public RegularFileNode? Initrd { get; init; }

    /// <summary>Device trees by file name; of two with one name that of the later input.</summary>
    public required IReadOnlyDictionary<string, RegularFileNode> DeviceTrees { get; init; }

    /// <summary>All firmware of all inputs, later ones winning.</summary>
    public required DirectoryNode Firmware { get; init; }

    /// <summary>The symbol map, if there is one.</summary>
    public RegularFileNode? SystemMap { get; init; }

    /// <summary>The configuration, if there is one.</summary>
    public RegularFileNode? Config { get; init; }

    /// <summary>Finds the parts; what is missing is reported, and then there is no result.</summary>
    public static KernelParts? Find(IReadOnlyList<KernelInput> inputs, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(diagnostics);
        List<(KernelInput Input, RegularFileNode Node)> kernels = [.. FindEach(inputs, KernelOf)];
        List<(KernelInput Input, (string Release, string Path, DirectoryNode Folder) Modules)> modules =
            [.. inputs.SelectMany(input => ModulesOf(input).Select(found => (input, found)))];
        bool hasKernel = IsOne("kernel", kernels.Select(kernel => kernel.Input.Path), diagnostics);
        bool hasModules = IsOne("modules folder",
            modules.Select(found => $"{found.Input.Path} ({found.Modules.Release})"), diagnostics);
        if (!hasKernel || !hasModules)
            return null;
        return new()
        {
            Release = modules[0].Modules.Release,
            Kernel = kernels[0].Node,
            KernelPath = kernels[0].Input.Path,
            Modules = modules[0].Modules.Folder,
            ModulesPath = modules[0].Modules.Path,
            Initrd = FindEach(inputs, InitrdOf).FirstOrDefault().Node,
            DeviceTrees = DeviceTreesOf(inputs),
            Firmware = FirmwareOf(inputs),
            SystemMap = FindEach(inputs, input => FileOf(input, "System.map")).FirstOrDefault().Node,
            Config = FindEach(inputs, input => FileOf(input, "config") ?? input.Root.Find(".config") as RegularFileNode)
                .FirstOrDefault().Node,
        };
    }

    private static IEnumerable<(KernelInput Input, RegularFileNode Node)> FindEach(
        IReadOnlyList<KernelInput> inputs, Func<KernelInput, RegularFileNode?> find)
    {
        foreach (KernelInput input in inputs)
        {
            if (find(input) is { } node)
                yield return (input, node);
        }
    }

    private static bool IsOne(string what, IEnumerable<string> places, DiagnosticBag diagnostics)
    {
        string[] all = [.. places];
        if (all.Length == 1)
            return true;
        string hint = "give one linux-image package, or one folder with Image and modules/RELEASE/";
        string message = all.Length == 0
            ? $"cannot take the kernel: no input has a {what}"
            : $"cannot take the kernel: {all.Length} inputs have a {what}: {string.Join(", ", all)}";
        diagnostics.Add(new()
        {
            Rule = KernelRules.OneKernel,
            Severity = Severity.Error,
            Message = message,
            Hint = hint,
        });
        return false;
    }

    private static RegularFileNode? KernelOf(KernelInput input) => FileOf(input, "vmlinuz")
        ?? (input.Root.Find("kernel.img") ?? input.Root.Find("Image") ?? input.Root.Find("boot/Image"))
            as RegularFileNode;

    private static RegularFileNode? InitrdOf(KernelInput input) =>
        input.Root.Find("initrd.img") as RegularFileNode ?? FileOf(input, "initrd") ?? FileOf(input, "initrd.img");

    // "NAME-RELEASE" or plain "NAME", in boot/ or at the top.
    private static RegularFileNode? FileOf(KernelInput input, string name)
    {
        foreach (DirectoryNode folder in new[] { input.Root.Find("boot"), input.Root }.OfType<DirectoryNode>())
        {
            FileNode? found = folder.Children.GetValueOrDefault(name) ?? folder.Children
                .FirstOrDefault(child => child.Key.StartsWith(name + "-", StringComparison.Ordinal)).Value;
            if (found is RegularFileNode file)
                return file;
        }
        return null;
    }

    private static IEnumerable<(string Release, string Path, DirectoryNode Folder)> ModulesOf(KernelInput input)
    {
        foreach (string place in (IEnumerable<string>)[.. Libraries.Select(library => $"{library}/modules"), "modules"])
        {
            if (input.Root.Find(place) is not DirectoryNode all)
                continue;
            foreach ((string name, FileNode node) in all.Children)
            {
                if (node is DirectoryNode { Children.Count: > 0 } folder)
                    yield return (name, $"{place}/{name}", folder);
            }
        }
    }

    private static SortedDictionary<string, RegularFileNode> DeviceTreesOf(IReadOnlyList<KernelInput> inputs)
    {
        var trees = new SortedDictionary<string, RegularFileNode>(StringComparer.Ordinal);
        foreach (DirectoryNode folder in inputs.SelectMany(DeviceTreeFolders))
        {
            foreach ((string path, FileNode node) in folder.Walk())
            {
                if (node is RegularFileNode file && path.EndsWith(".dtb", StringComparison.Ordinal))
                    trees[path[(path.LastIndexOf('/') + 1)..]] = file;
            }
        }
        return trees;
    }

    private static IEnumerable<DirectoryNode> DeviceTreeFolders(KernelInput input)
    {
        IEnumerable<DirectoryNode> packaged = Libraries.Select(input.Root.Find).OfType<DirectoryNode>()
            .SelectMany(library => library.Children)
            .Where(child => child.Key.StartsWith("linux-image-", StringComparison.Ordinal))
            .Select(child => child.Value).OfType<DirectoryNode>();
        return packaged.Concat(PlainDeviceTreeFolders.Select(input.Root.Find).OfType<DirectoryNode>());
    }

    private static DirectoryNode FirmwareOf(IReadOnlyList<KernelInput> inputs)
    {
        var firmware = new DirectoryNode();
        IEnumerable<string> places = [.. Libraries.Select(library => $"{library}/firmware"), "firmware"];
        IEnumerable<FileNode?> found = inputs.SelectMany(input => places.Select(input.Root.Find));
        foreach (DirectoryNode folder in found.OfType<DirectoryNode>())
        {
            foreach ((string path, FileNode node) in folder.Walk().Where(entry => entry.Node is not DirectoryNode))
                firmware.SetPath(path, node);
        }
        return firmware;
    }
}
