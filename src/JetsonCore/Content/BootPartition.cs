// The tree of system-boot on Ubuntu Core 16 and 18 with U-Boot:
//
//   uboot.env                        the gadget's environment with the boot variables
//   KERNEL_REVISION.snap/            what U-Boot loads, as it is in the kernel snap
//     kernel.img  initrd.img  dtbs/…
//   …                                content of the gadget for this structure
//
// Peers: snapd bootloader/uboot.go (ExtractKernelAssets), image/image_linux.go.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;

namespace JetsonCore.Content;

/// <summary>Fills system-boot.</summary>
internal static class BootPartition
{
    public const string KernelName = "kernel.img", InitrdName = "initrd.img", DeviceTrees = "dtbs";

    /// <summary>Puts environment and kernel of a build into a tree.</summary>
    public static void AddTo(DirectoryNode root, SeedPlan seed, FileTime time, DiagnosticBag diagnostics) => AddTo(
        root,
        new BootFiles
        {
            GadgetPath = seed.Gadget.File.Path,
            Gadget = seed.Gadget.File.Root,
            KernelPath = seed.Kernel.File.Path,
            KernelName = seed.Kernel.FileName,
            Kernel = seed.Kernel.File.Root.Find,
            Variables = [.. seed.BootVariables],
        },
        time, diagnostics);

    /// <summary>Puts environment and kernel into a tree.</summary>
    public static void AddTo(DirectoryNode root, BootFiles files, FileTime time, DiagnosticBag diagnostics)
    {
        DirectoryNode? assets = KernelAssets(files.KernelPath, files.KernelName, files.Kernel, diagnostics);
        BootEnvironment? environment = BootEnvironment.Make(
            files.GadgetPath, files.Gadget, FirstBoot(files), diagnostics);
        if (assets is null || environment is null)
            return;
        BootAddresses.Check(environment.Variables, assets, files.KernelPath, diagnostics);
        root.Set(files.KernelName, assets);
        FileMetadata metadata = FileMetadata.File with { ModificationTime = time };
        root.Set(BootEnvironment.FileName, new RegularFileNode(metadata, FileContent.Of(environment.Block)));
    }

    private static Dictionary<string, string> FirstBoot(BootFiles files)
    {
        Dictionary<string, string> variables = new()
        {
            ["snap_mode"] = "",
            ["snap_try_core"] = "",
            ["snap_try_kernel"] = "",
        };
        foreach ((string name, string value) in files.Variables)
            variables[name] = value;
        return variables;
    }

    /// <summary>Checks the load addresses of an environment for a kernel's files.</summary>
    public static void CheckAddresses(
        IReadOnlyDictionary<string, string> variables, BootFiles files, DiagnosticBag diagnostics)
    {
        if (KernelAssets(files.KernelPath, files.KernelName, files.Kernel, diagnostics) is { } assets)
            BootAddresses.Check(variables, assets, files.KernelPath, diagnostics);
    }

    /// <summary>What U-Boot loads of a kernel; null, with findings, where something is missing.</summary>
    public static DirectoryNode? KernelAssets(
        string path, string kernelName, Func<string, FileNode?> kernel, DiagnosticBag diagnostics)
    {
        var assets = new DirectoryNode(kernel("") is DirectoryNode root ? root.Metadata : FileMetadata.Directory);
        bool isComplete = true;
        foreach (string name in (string[])[KernelName, InitrdName])
        {
            if (kernel(name) is RegularFileNode file)
            {
                assets.Set(name, file);
                continue;
            }
            diagnostics.AddAbout(path, ContentRules.KernelFile,
                $"cannot boot the kernel \"{kernelName}\": it has no file {name}",
                hint: "`jetson-core kernel pack` makes a kernel snap with everything that is needed");
            isComplete = false;
        }
        if (kernel(DeviceTrees) is DirectoryNode trees)
            assets.Set(DeviceTrees, trees);
        return isComplete ? assets : null;
    }
}

/// <summary>What system-boot is made from.</summary>
internal sealed record BootFiles
{
    /// <summary>The gadget as the user named it.</summary>
    public required string GadgetPath { get; init; }

    /// <summary>Its files, the environment among them.</summary>
    public required DirectoryNode Gadget { get; init; }

    /// <summary>The kernel as the user named it.</summary>
    public required string KernelPath { get; init; }

    /// <summary>The name of its folder.</summary>
    public required string KernelName { get; init; }

    /// <summary>The node at a path in the kernel, or null.</summary>
    public required Func<string, FileNode?> Kernel { get; init; }

    /// <summary>What to set for the first boot.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];
}
