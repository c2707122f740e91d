// The modules in the initrd of a kernel snap: those of the list, in an order in which they load, with depmod's files.
using System.Text;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelInitrd
{
    private static readonly string[] CopiedLists = ["modules.builtin", "modules.builtin.modinfo"];

    /// <summary>lib/modules/RELEASE of the chosen modules, with depmod's files for them alone.</summary>
    public static DirectoryNode ModulesTree(
        KernelParts parts, IReadOnlyList<KernelModule> chosen, CancellationToken cancellation)
    {
        var folder = new DirectoryNode();
        foreach (KernelModule module in chosen)
            folder.SetPath(module.Path, parts.Modules.Find(module.Path)!);
        foreach (string name in CopiedLists)
        {
            if (parts.Modules.Find(name) is { } list)
                folder.Set(name, list);
        }
        // modules.dep follows this order, and the stand-in's init loads modules in the order of modules.dep.
        folder.Set("modules.order", TextFile(string.Concat(chosen.Select(module => $"{module.Path}\n"))));
        foreach ((string name, byte[] content) in Depmod.MakeFiles(ModuleSet.Read(folder, cancellation)))
            folder.Set(name, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        var root = new DirectoryNode();
        root.SetPath($"lib/modules/{parts.Release}", folder);
        return root;
    }

    private static RegularFileNode TextFile(string text) =>
        new(FileMetadata.File, FileContent.Of(Encoding.UTF8.GetBytes(text)));
}
