// What an address names, whatever it is: a folder of the host, a file, or a file or folder in an artefact.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>A file or folder that an address names; readable until disposed.</summary>
internal sealed class AddressedNode : IDisposable
{
    private readonly IDisposable? _open;

    private AddressedNode(FileNode node, IDisposable? open) => (Node, _open) = (node, open);

    /// <summary>The file or folder.</summary>
    public FileNode Node { get; }

    /// <summary>Opens what an address names.</summary>
    /// <exception cref="UserErrorException">There is nothing there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">What it lies in is damaged.</exception>
    public static AddressedNode Open(string address, ArtefactReading reading)
    {
        if (HostFile.IsFolder(address))
            return new(Folder(address), null);
        if (!ArtefactFile.IsInside(address))
            return new(new RegularFileNode(FileMetadata.File, FolderTree.FileContent(address)), null);
        ArtefactTree tree = ArtefactTree.OpenNamed(ArtefactAddress.Parse(address), reading);
        FileNode? node = tree.Named is { } content
            ? new RegularFileNode(FileMetadata.File, content) : tree.Root.Follow(tree.InnerPath)?.Node;
        if (node is not null)
            return new(node, tree);
        tree.Dispose();
        throw new UserErrorException(FailureKind.Input, ArtefactTree.NoSuchFile, address,
            $"cannot read it: there is no \"{tree.InnerPath}\" in the artefact");
    }

    /// <summary>A folder of the host; with the slash, a link to a folder is that folder.</summary>
    public static DirectoryNode Folder(string path) => FolderTree.Read(path.EndsWith('/') ? path : $"{path}/",
        new() { OwnedByRoot = false, ExtendedAttributes = true });

    /// <summary>Closes what it is read from.</summary>
    public void Dispose() => _open?.Dispose();
}
