// Writes a file tree into a folder of the host. The tree may come from hostile bytes: its names are single steps, which
// DirectoryNode sees to, the target must be new or empty, nothing is ever opened that is already there, and symbolic
// links are made last, so that nothing is written through one. What cannot be finished is removed again.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Writes trees into folders.</summary>
public static class TreeExtractor
{
    /// <summary>A tree is written only into a new or empty folder.</summary>
    public static readonly Rule TargetNotEmpty = new("JC9103", Severity.Error, "trees go into new folders");

    private const int BlockBytes = 4096;

    private static readonly Rule NodeSkipped =
        new("JC9105", Severity.Warning, "device nodes need root to be extracted");

    /// <summary>Writes what is below <paramref name="tree"/>; owners stay those of the caller.</summary>
    /// <exception cref="UserErrorException">The folder is there and not empty.</exception>
    /// <exception cref="MalformedDataException">A content ends early or cannot be decoded.</exception>
    public static void Extract(
        DirectoryNode tree, string folder, DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var target = new DirectoryInfo(folder);
        bool isNew = !target.Exists;
        if (!isNew && target.EnumerateFileSystemInfos().Any())
        {
            throw new UserErrorException(FailureKind.Usage, TargetNotEmpty, folder,
                "cannot extract: the folder is not empty", hint: "name a folder that does not exist yet");
        }
        target.Create();
        bool isDone = false;
        try
        {
            new Extraction(diagnostics, cancellation).Files(tree, target.FullName);
            Links(tree, target.FullName);
            Folders(tree, target.FullName);
            isDone = true;
        }
        finally
        {
            if (!isDone)
                Remove(tree, target.FullName, isNew);
        }
    }

    private static void Links(DirectoryNode tree, string folder)
    {
        foreach ((string name, FileNode node) in tree.Children)
        {
            string path = Path.Combine(folder, name);
            if (node is DirectoryNode directory)
                Links(directory, path);
            if (node is not SymbolicLinkNode link)
                continue;
            Posix.MakeSymbolicLink(path, link.Target);
            Posix.SetTime(path, link.Metadata.ModificationTime);
        }
    }

    /// <summary>Inner folders first: in one that is read-only, or has its time, nothing changes any more.</summary>
    private static void Folders(DirectoryNode tree, string folder)
    {
        foreach ((string name, FileNode node) in tree.Children)
        {
            if (node is not DirectoryNode directory)
                continue;
            string path = Path.Combine(folder, name);
            Folders(directory, path);
            Posix.SetPermissions(path, directory.Metadata.Permissions);
            Posix.SetTime(path, directory.Metadata.ModificationTime);
        }
    }

    private static void Remove(DirectoryNode tree, string folder, bool itself)
    {
        foreach ((string name, FileNode node) in tree.Children)
        {
            string path = Path.Combine(folder, name);
            if (node is DirectoryNode directory)
                Remove(directory, path, itself: true);
            else
                Posix.TryRemove(path);
        }
        if (itself)
            Posix.TryRemove(folder);
    }

    private sealed class Extraction(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        private readonly Dictionary<RegularFileNode, string> _written = new(ReferenceEqualityComparer.Instance);

        public void Files(DirectoryNode tree, string folder)
        {
            foreach ((string name, FileNode node) in tree.Children)
            {
                cancellation.ThrowIfCancellationRequested();
                string path = Path.Combine(folder, name);
                switch (node)
                {
                    case DirectoryNode directory:
                        Posix.MakeFolder(path);
                        Files(directory, path);
                        break;
                    case RegularFileNode file:
                        WriteFile(file, path);
                        break;
                    case SpecialNode:
                        diagnostics.AddAbout(path, NodeSkipped, "left out: it is a device node, pipe or socket");
                        break;
                }
            }
        }

        private void WriteFile(RegularFileNode file, string path)
        {
            if (_written.TryGetValue(file, out string? twin) && Posix.TryLink(twin, path))
                return;
            using (FileStream target = Posix.CreateFile(path))
                WriteContent(file.Content, target);
            _written.TryAdd(file, path);
            Posix.SetPermissions(path, file.Metadata.Permissions);
            Posix.SetTime(path, file.Metadata.ModificationTime);
        }

        /// <summary>Holes are not even read: a file of a terabyte may be one.</summary>
        private void WriteContent(FileContent content, FileStream target)
        {
            using Stream source = content.Open();
            target.SetLength(content.Length);
            foreach (ContentRange range in content.DataRanges(BlockBytes))
            {
                source.Position = range.Start;
                target.Position = range.Start;
                SparseCopy.Copy(source, target, range.Length, cancellation);
            }
        }
    }
}
