// One side of a comparison: a folder of the host, a file, or what an address names in one.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

internal sealed class ComparedNode : IDisposable
{
    private readonly IDisposable? _open;

    private ComparedNode(FileNode node, IDisposable? open) => (Node, _open) = (node, open);

    public FileNode Node { get; }

    public static ComparedNode Open(string address, ContentSpool spool, CancellationToken cancellation)
    {
        if (HostFile.IsFolder(address))
            return new(FolderTree.Read(address, new() { OwnedByRoot = false, ExtendedAttributes = true }), null);
        if (!ArtefactFile.IsInside(address))
            return new(new RegularFileNode(FileMetadata.File, FolderTree.FileContent(address)), null);
        var reading = new ArtefactReading(spool, ReadLimits.Default, cancellation);
        ArtefactTree tree = ArtefactTree.OpenNamed(ArtefactAddress.Parse(address), reading);
        FileNode? node = tree.Named is { } content
            ? new RegularFileNode(FileMetadata.File, content) : tree.Root.Find(tree.InnerPath);
        if (node is not null)
            return new(node, tree);
        tree.Dispose();
        throw new UserErrorException(FailureKind.Input, ArtefactTree.NoSuchFile, address,
            $"cannot compare it: there is no \"{tree.InnerPath}\" in the artefact");
    }

    public void Dispose() => _open?.Dispose();
}
