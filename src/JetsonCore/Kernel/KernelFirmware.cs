// Picks firmware by a list. A link that leads to something which is not picked becomes a copy of it, so that nothing in
// the snap or the initrd points into the void.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelFirmware
{
    private const int LinkStepsMax = 8;

    /// <summary>The entries of a list, taken from a firmware tree: files, and folders ("name/") as a whole.</summary>
    public static DirectoryNode Pick(DirectoryNode firmware, KernelList list, DiagnosticBag diagnostics)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (KernelListEntry entry in list.Entries)
        {
            string[] found = [.. PathsOf(firmware, entry.Name)];
            if (found.Length == 0 && !entry.IsOptional)
            {
                diagnostics.About(list.Path).Add(KernelRules.Firmware, entry.Span,
                    $"cannot find the firmware \"{entry.Name}\"",
                    hint: "give a package or folder that has it with --from, or mark it with \"?\"");
            }
            paths.UnionWith(found);
        }
        var picked = new DirectoryNode();
        foreach (string path in paths)
        {
            if (Resolve(firmware, path, paths) is { } node)
                picked.SetPath(path, node);
            else
                diagnostics.AddAbout(list.Path, KernelRules.FirmwareLink, $"left out \"{path}\": it leads nowhere");
        }
        return picked;
    }

    /// <summary>Makes the links of a list whose targets are there.</summary>
    public static void AddLinks(DirectoryNode firmware, KernelList list)
    {
        foreach (KernelListEntry entry in list.Entries)
        {
            if (TargetOf(entry.Name, entry.Target) is { } target && firmware.Find(target) is not null)
                firmware.SetPath(entry.Name, new SymbolicLinkNode(FileMetadata.Link, entry.Target));
        }
    }

    private static IEnumerable<string> PathsOf(DirectoryNode firmware, string name) => firmware.Find(name) switch
    {
        DirectoryNode folder => folder.Walk().Where(entry => entry.Node is not DirectoryNode)
            .Select(entry => $"{name.TrimEnd('/')}/{entry.Path}"),
        null => [],
        _ => [name],
    };

    private static FileNode? Resolve(DirectoryNode firmware, string path, SortedSet<string> picked)
    {
        FileNode? node = firmware.Find(path);
        for (int step = 0; node is SymbolicLinkNode link; step++)
        {
            if (TargetOf(path, link.Target) is not { } target || step == LinkStepsMax)
                return null;
            if (step == 0 && picked.Contains(target))
                return link;
            (path, node) = (target, firmware.Find(target));
        }
        return node as RegularFileNode;
    }

    /// <summary>The path that a relative link leads to; null where it leaves the tree.</summary>
    private static string? TargetOf(string path, string target)
    {
        if (target.StartsWith('/'))
            return null;
        List<string> steps = [.. path.Split('/')[..^1]];
        foreach (string step in target.Split('/').Where(step => step is not ("" or ".")))
        {
            if (step != "..")
                steps.Add(step);
            else if (steps.Count > 0)
                steps.RemoveAt(steps.Count - 1);
            else
                return null;
        }
        return string.Join('/', steps);
    }
}
