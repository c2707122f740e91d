// Writes a file tree into a folder of the host. The tree may come from hostile bytes, and the folder may lie where
// others write too: names are single steps, which DirectoryNode sees to, the target must be new or empty, nothing is
// ever opened that is already there, and each step goes from an open folder to the next without following links. What
// cannot be finished is removed again.
using System.Collections.Immutable;
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

    private static readonly Rule AttributeLost =
        new("JC9161", Severity.Warning, "the file system takes the extended attributes of files");

    /// <summary>Writes what is below <paramref name="tree"/>; owners stay those of the caller.</summary>
    /// <param name="tree">The files.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="diagnostics">Takes what could not be written as it is.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <param name="preserve">
    /// Whether owners and extended attributes are kept, device nodes, pipes and sockets made, and the folder becomes as
    /// the tree's root: only root may.
    /// </param>
    /// <exception cref="UserErrorException">The folder is there and not empty.</exception>
    /// <exception cref="MalformedDataException">A content ends early or cannot be decoded.</exception>
    public static void Extract(
        DirectoryNode tree, string folder, DiagnosticBag diagnostics, bool preserve = false,
        CancellationToken cancellation = default)
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
            var extraction = new Extraction(root, diagnostics, preserve, cancellation);
            extraction.Below(tree, root, path, "");
            if (preserve && !tree.IsImplied)
                extraction.SetMetadata(root, tree.Metadata, path);
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

    private sealed class Extraction(
        SafeFileHandle root, DiagnosticBag diagnostics, bool preserve, CancellationToken cancellation)
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
                            SetMetadata(below, directory.Metadata, itsPath);
                        }
                        break;
                    case RegularFileNode file:
                        if (!TryLink(file, folder, name))
                            WriteFile(file, folder, name, itsPath);
                        _written.TryAdd(file, itsSteps);
                        break;
                    case SymbolicLinkNode link:
                        MakeLink(link, folder, name, itsPath);
                        break;
                    case SpecialNode special:
                        MakeNode(special, folder, name, itsPath);
                        break;
                }
            }
        }

        /// <summary>The owner first, as a change of it takes the set-user-id bits away.</summary>
        public void SetMetadata(SafeFileHandle file, FileMetadata metadata, string path)
        {
            if (preserve)
            {
                Posix.SetOwner(file, metadata, path);
                foreach ((string name, ImmutableArray<byte> value) in metadata.ExtendedAttributes)
                {
                    if (Posix.TrySetAttribute(file, name, [.. value]) is { } reason)
                        diagnostics.AddAbout(path, AttributeLost, $"its attribute \"{name}\" is not kept: {reason}");
                }
            }
            Posix.SetMetadata(file, metadata, path);
        }

        private void MakeLink(SymbolicLinkNode link, SafeFileHandle folder, string name, string path)
        {
            Posix.MakeSymbolicLinkAt(folder, name, link, path);
            if (!preserve)
                return;
            Posix.SetOwnerAt(folder, name, link.Metadata, path);
            SayOfAttributes(link, path);
        }

        private void MakeNode(SpecialNode node, SafeFileHandle folder, string name, string path)
        {
            if (!preserve)
            {
                diagnostics.AddAbout(path, NodeSkipped, "left out: it is a device node, pipe or socket");
                return;
            }
            if (Posix.TryMakeNodeAt(folder, name, node, path) is { } reason)
                diagnostics.AddAbout(path, NodeSkipped, $"left out: the system does not let us make it: {reason}");
            else
                SayOfAttributes(node, path);
        }

        private void SayOfAttributes(FileNode node, string path)
        {
            if (node.Metadata.ExtendedAttributes.Count > 0)
                diagnostics.AddAbout(path, AttributeLost, "its attributes are not kept: it is no file or folder");
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
            SetMetadata(target.SafeFileHandle, file.Metadata, path);
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
