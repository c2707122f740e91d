// Where files of a later segment go in an initrd whose base has links in the way: with "lib" -> "usr/lib" in the base,
// a later directory "lib" would take the place of the link and hide all below it. So paths are led through the base's
// links, as they would be by a shell in the unpacked initrd; the files themselves replace what was there, links too.
// Source: Linux init/initramfs.c clean_path.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal sealed class InitrdPlacement(DirectoryNode baseTree, string basePath, DiagnosticBag diagnostics)
{
    private const int LinksMax = 40;    // as the kernel's own limit

    /// <summary>The same files where they belong.</summary>
    public DirectoryNode Place(DirectoryNode tree)
    {
        var placed = new DirectoryNode(tree.Metadata);
        foreach ((string path, FileNode node) in tree.Walk())
        {
            int slash = path.LastIndexOf('/');
            string parent = path[..Math.Max(slash, 0)];
            bool isFolder = node is DirectoryNode;
            if (Follow(isFolder ? path : parent) is not { } folder)
            {
                if (isFolder && Follow(parent) is not null)
                {
                    diagnostics.AddAbout(basePath, KernelRules.OverlayPath,
                        $"cannot put \"{path}\" into the initrd: the base has no directory there",
                        hint: "move the file of initramfs/, or use another base");
                }
            }
            else if (isFolder)
            {
                MakeDirectory(placed, folder, node.Metadata);
            }
            else
            {
                MakeDirectory(placed, folder, FileMetadata.Directory).Set(path[(slash + 1)..], node);
            }
        }
        return placed;
    }

    /// <summary>Where a directory really is; null below what is neither directory nor a link to one.</summary>
    private string? Follow(string path)
    {
        var ahead = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var behind = new List<string>();
        for (int links = 0; ahead.TryPop(out string? step);)
        {
            if (step is ".")
                continue;
            if (step is "..")
            {
                behind.RemoveRange(Math.Max(behind.Count - 1, 0), Math.Min(behind.Count, 1));
                continue;
            }
            behind.Add(step);
            switch (baseTree.Find(string.Join('/', behind)))
            {
                case null or DirectoryNode:
                    continue;
                case SymbolicLinkNode link when links++ < LinksMax:
                    behind.RemoveAt(behind.Count - 1);
                    if (link.Target.StartsWith('/'))
                        behind.Clear();
                    foreach (string next in link.Target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                        ahead.Push(next);
                    continue;
                default:
                    return null;
            }
        }
        return string.Join('/', behind);
    }

    private static DirectoryNode MakeDirectory(DirectoryNode root, string path, FileMetadata metadata)
    {
        if (path is "")
            return root;
        if (root.Find(path) is DirectoryNode there)
            return there;
        DirectoryNode made = root.MakeDirectory(path);
        made.Metadata = metadata;
        return made;
    }
}
