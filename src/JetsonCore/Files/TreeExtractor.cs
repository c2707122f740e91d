// Writes a file tree into a folder of the host. The tree may come from hostile bytes: names are checked again, the
// target must be new or empty, and links are made last, so that nothing is ever written through one.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Writes trees into folders.</summary>
public static class TreeExtractor
{
    /// <summary>A tree is written only into a new or empty folder.</summary>
    public static readonly Rule TargetNotEmpty = new("JC9103", Severity.Error, "trees go into new folders");

    private static readonly Rule NameNotUtf8 = new("JC9104", Severity.Warning, "names are UTF-8 to be extracted");
    private static readonly Rule NodeSkipped =
        new("JC9105", Severity.Warning, "device nodes need root to be extracted");

    /// <summary>Writes what is below <paramref name="tree"/>; owners stay those of the caller.</summary>
    /// <exception cref="UserErrorException">The folder is there and not empty.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">A content ends early or cannot be decoded.</exception>
    public static void Extract(
        DirectoryNode tree, string folder, DiagnosticBag diagnostics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var target = new DirectoryInfo(folder);
        if (target.Exists && target.EnumerateFileSystemInfos().Any())
        {
            throw new UserErrorException(FailureKind.Usage, TargetNotEmpty, folder,
                "cannot extract: the folder is not empty", hint: "name a folder that does not exist yet");
        }
        target.Create();
        var extraction = new Extraction(diagnostics, cancellation);
        extraction.Files(tree, target.FullName);
        extraction.Links();
        extraction.Permissions();
    }

    private sealed class Extraction(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        private readonly Dictionary<RegularFileNode, string> _written = new(ReferenceEqualityComparer.Instance);
        private readonly List<(string Path, string Target)> _links = [];
        private readonly List<(string Path, FileMetadata Metadata)> _folders = [];

        public void Files(DirectoryNode tree, string folder)
        {
            foreach ((string name, FileNode node) in tree.Children)
            {
                cancellation.ThrowIfCancellationRequested();
                string path = Path.Combine(folder, name);
                if (!NodeName.IsValid(name) || name.Any(char.IsSurrogate) && !IsWellFormed(name))
                {
                    diagnostics.AddAbout(folder, NameNotUtf8, $"left out a file whose name is not UTF-8: \"{name}\"");
                    continue;
                }
                Write(node, path);
            }
        }

        public void Links()
        {
            foreach ((string path, string target) in _links)
                File.CreateSymbolicLink(path, target);
        }

        public void Permissions()
        {
            for (int index = _folders.Count - 1; index >= 0; index--)      // inner folders first
            {
                (string path, FileMetadata metadata) = _folders[index];
                File.SetUnixFileMode(path, (UnixFileMode)metadata.Permissions);
                Directory.SetLastWriteTimeUtc(path, Time(metadata));
            }
        }

        private void Write(FileNode node, string path)
        {
            switch (node)
            {
                case DirectoryNode directory:
                    Directory.CreateDirectory(path);
                    _folders.Add((path, directory.Metadata));
                    Files(directory, path);
                    break;
                case RegularFileNode file:
                    WriteFile(file, path);
                    break;
                case SymbolicLinkNode link:
                    _links.Add((path, link.Target));
                    break;
                default:
                    diagnostics.AddAbout(path, NodeSkipped, "left out: it is a device node, pipe or socket");
                    break;
            }
        }

        private void WriteFile(RegularFileNode file, string path)
        {
            // A hard link becomes a copy: the class library cannot make one, and the bytes are what matters.
            using (Stream content = _written.TryGetValue(file, out string? twin)
                ? File.OpenRead(twin)
                : file.Content.Open())
            using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
                SparseCopy.Copy(content, target, file.Content.Length, cancellation);
            }
            _written.TryAdd(file, path);
            File.SetLastWriteTimeUtc(path, Time(file.Metadata));
            File.SetUnixFileMode(path, (UnixFileMode)file.Metadata.Permissions);
        }

        private static bool IsWellFormed(string name) =>
            NodeName.Decode(System.Text.Encoding.UTF8.GetBytes(name)) == name;

        private static DateTime Time(FileMetadata metadata) => DateTime.UnixEpoch.AddSeconds(
            Math.Clamp(metadata.ModificationTime.UnixSeconds, -62135596800, 253402300799));
    }
}
