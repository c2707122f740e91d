// Writes a file tree into a folder of the host. The tree may come from hostile bytes, and the folder may lie where
// others write too: names are single steps, which DirectoryNode sees to, the target must be new or empty, nothing is
// ever opened that is already there, and each step goes from an open folder to the next without following links. What
// cannot be finished is removed again.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

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
        OutputFile.RequireFolder(folder);
        string path = Path.GetFullPath(folder);
        if (Posix.TryStatus(path) is not null && Posix.Names(path).Count > 0)
        {
            throw new UserErrorException(FailureKind.Usage, TargetNotEmpty, folder,
                "cannot extract: the folder is not empty", hint: "name a folder that does not exist yet");
        }
        IReadOnlyList<string> made = Posix.MakeFolders(path);
        bool isDone = false;
        using SafeFileHandle root = Posix.OpenFolder(path);
        try
        {
            new Extraction(root, diagnostics, cancellation).Below(tree, root, path, "");
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                Posix.TryRemoveBelow(root, tree);
                foreach (string step in made.Reverse())
                    Posix.TryRemove(step);
            }
        }
    }

    private sealed class Extraction(SafeFileHandle root, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        /// <summary>Where files were written, by their steps from the root, for those that come again.</summary>
        private readonly Dictionary<RegularFileNode, string> _written = new(ReferenceEqualityComparer.Instance);

        /// <summary>
        /// Writes what is in a folder; its permissions and time come last, when nothing in it changes any more.
        /// </summary>
        public void Below(DirectoryNode tree, SafeFileHandle folder, string path, string steps)
        {
            foreach ((string name, FileNode node) in tree.Children)
            {
                cancellation.ThrowIfCancellationRequested();
                string itsPath = Path.Combine(path, name), itsSteps = Path.Join(steps, name);
                switch (node)
                {
                    case DirectoryNode directory:
                        using (SafeFileHandle below = Posix.MakeFolderAt(folder, name, itsPath))
                        {
                            Below(directory, below, itsPath, itsSteps);
                            Posix.SetMetadata(below, directory.Metadata, itsPath);
                        }
                        break;
                    case RegularFileNode file:
                        if (!TryLink(file, folder, name))
                            WriteFile(file, folder, name, itsPath);
                        _written.TryAdd(file, itsSteps);
                        break;
                    case SymbolicLinkNode link:
                        Posix.MakeSymbolicLinkAt(folder, name, link, itsPath);
                        break;
                    case SpecialNode:
                        diagnostics.AddAbout(itsPath, NodeSkipped, "left out: it is a device node, pipe or socket");
                        break;
                }
            }
        }

        private bool TryLink(RegularFileNode file, SafeFileHandle folder, string name)
        {
            if (!_written.TryGetValue(file, out string? twin))
                return false;
            string[] steps = twin.Split('/');
            SafeFileHandle at = root;
            try
            {
                foreach (string step in steps.AsSpan(0, steps.Length - 1))
                {
                    SafeFileHandle next = Posix.OpenFolderAt(at, step, twin);
                    if (at != root)
                        at.Dispose();
                    at = next;
                }
                return Posix.TryLinkAt(at, steps[^1], folder, name);
            }
            finally
            {
                if (at != root)
                    at.Dispose();
            }
        }

        private void WriteFile(RegularFileNode file, SafeFileHandle folder, string name, string path)
        {
            using var target = new HostStream(Posix.CreateFileAt(folder, name, path), path, FileAccess.ReadWrite);
            WriteContent(file.Content, target);
            Posix.SetMetadata(target.SafeFileHandle, file.Metadata, path);
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
