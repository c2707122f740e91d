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

    /// <summary>Puts environment and kernel into a tree.</summary>
    public static void AddTo(DirectoryNode root, SeedPlan seed, FileTime time, DiagnosticBag diagnostics)
    {
        DirectoryNode? assets = KernelAssets(seed.Kernel, diagnostics);
        BootEnvironment? environment = BootEnvironment.Make(
            seed.Gadget.File.Path, seed.Gadget.File.Root, FirstBoot(seed), diagnostics);
        if (assets is null || environment is null)
            return;
        BootAddresses.Check(environment, assets, seed.Kernel.File.Path, diagnostics);
        root.Set(seed.Kernel.FileName, assets);
        FileMetadata metadata = FileMetadata.File with { ModificationTime = time };
        root.Set(BootEnvironment.FileName, new RegularFileNode(metadata, FileContent.Of(environment.Block)));
    }

    private static Dictionary<string, string> FirstBoot(SeedPlan seed)
    {
        Dictionary<string, string> variables = new()
        {
            ["snap_mode"] = "",
            ["snap_try_core"] = "",
            ["snap_try_kernel"] = "",
        };
        foreach ((string name, string value) in seed.BootVariables)
            variables[name] = value;
        return variables;
    }

    private static DirectoryNode? KernelAssets(SeedSnap kernel, DiagnosticBag diagnostics)
    {
        var assets = new DirectoryNode(kernel.File.Root.Metadata);
        bool isComplete = true;
        foreach (string name in (string[])[KernelName, InitrdName])
        {
            if (kernel.File.Root.Find(name) is RegularFileNode file)
            {
                assets.Set(name, file);
                continue;
            }
            diagnostics.AddAbout(kernel.File.Path, ContentRules.KernelFile,
                $"cannot boot the kernel \"{kernel.Name}\": it has no file {name}",
                hint: "`jetson-core kernel pack` makes a kernel snap with everything that is needed");
            isComplete = false;
        }
        if (kernel.File.Root.Find(DeviceTrees) is DirectoryNode trees)
            assets.Set(DeviceTrees, trees);
        return isComplete ? assets : null;
    }
}
