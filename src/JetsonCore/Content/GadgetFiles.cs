// The files of a gadget snap as gadget.yaml names them: raw images, and sources with targets of file systems.
//
//   source: a/b   target: c      the file a/b becomes c; the folder a/b becomes the folder c
//   source: a/b   target: c/     it becomes c/b
//   source: a/    target: c/     what is in a goes into c
//
// "$kernel:ASSET/PATH" is PATH in the kernel snap: that its kernel.yaml offers it is a rule of the gadget's.
//
// Peer: snapd gadget/mountedfilesystem.go.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;

namespace JetsonCore.Content;

/// <summary>Looks into a gadget's tree.</summary>
/// <param name="path">The gadget's file, for messages.</param>
/// <param name="root">Its tree.</param>
/// <param name="diagnostics">Takes what is missing.</param>
/// <param name="kernel">The tree of the kernel, for references to it; null where there are none.</param>
internal sealed class GadgetFiles(
    string path, DirectoryNode root, DiagnosticBag diagnostics, DirectoryNode? kernel = null)
{
    private readonly GadgetRoot _files = GadgetRoot.OfTree(root);

    /// <summary>The regular file at a path, links within the gadget followed; null where there is none.</summary>
    public RegularFileNode? FindFile(string name) => _files.FindNode(name) as RegularFileNode;

    /// <summary>A raw image of a structure; null, with a finding, where it is missing.</summary>
    public FileContent? Image(PlannedStructure structure, string image)
    {
        if (FindFile(image) is { } file)
            return file.Content;
        ReportMissing(structure, image);
        return null;
    }

    /// <summary>Puts one item of a structure's content into the tree of its file system.</summary>
    public void Place(PlannedStructure structure, PlannedContent content, DirectoryNode target)
    {
        if (content.Source is not { } source || content.Target is not { } place)
        {
            diagnostics.AddAbout(path, ContentRules.Placement,
                $"cannot fill {Title(structure)}: an item of its content lacks source or target");
            return;
        }
        if (source.StartsWith('$') && kernel is not null)
        {
            source = source[(source.IndexOf('/', StringComparison.Ordinal) + 1)..];
            Place(structure, (source, place), target, (kernel, GadgetRoot.OfTree(kernel)));
            return;
        }
        if (source.StartsWith('$'))
        {
            diagnostics.AddAbout(path, ContentRules.Placement,
                $"cannot fill {Title(structure)}: \"{source}\" refers to the kernel snap, "
                    + "which Ubuntu Core 18 does not know",
                hint: "name a file of the gadget; kernel, initrd and device trees are unpacked anyway");
            return;
        }
        Place(structure, (source, place), target, (root, _files));
    }

    private void Place(PlannedStructure structure, (string Source, string Target) content, DirectoryNode target,
        (DirectoryNode Root, GadgetRoot Files) from)
    {
        (string source, string place) = content;
        // A link is copied as it is; one on the way, or with a "/" behind it, is followed.
        FileNode? found = source.EndsWith('/') ? null : from.Root.Find(source);
        if ((found ?? from.Files.FindNode(source)) is not { } node)
        {
            ReportMissing(structure, source);
            return;
        }
        bool intoFolder = place.EndsWith('/') || place is "";
        string folder = place.Trim('/');
        if (source.EndsWith('/') && node is DirectoryNode directory)
            Merge(directory, folder is "" ? target : target.MakeDirectory(folder));
        else if (intoFolder)
            Set(target, folder is "" ? LastStep(source) : $"{folder}/{LastStep(source)}", node);
        else
            Set(target, folder, node);
    }

    private static string LastStep(string name) => name.TrimEnd('/').Split('/')[^1];

    private static string Title(PlannedStructure structure) =>
        structure.Name is { } name ? $"structure \"{name}\"" : $"structure #{structure.Index}";

    private static void Set(DirectoryNode target, string place, FileNode node)
    {
        if (node is DirectoryNode folder)
            Merge(folder, target.MakeDirectory(place));
        else
            target.SetPath(place, node);
    }

    private static void Merge(DirectoryNode from, DirectoryNode into)
    {
        foreach ((string name, FileNode node) in from.Children)
            Set(into, name, node);
    }

    private void ReportMissing(PlannedStructure structure, string name)
    {
        string? near = Spelling.Nearest(name, [.. root.Walk().Select(entry => entry.Path).Take(10_000)]);
        diagnostics.AddAbout(path, ContentRules.MissingFile,
            $"cannot fill {Title(structure)}: {_files.WhyMissing(name)}",
            hint: near is null || near == name ? "put the file itself into the gadget, or correct gadget.yaml"
                : $"did you mean \"{near}\"?");
    }
}
