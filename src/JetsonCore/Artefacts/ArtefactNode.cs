// What an address names in an image, as what it is there: a folder or a file. What a verb takes from the host it takes
// from there just so.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>A folder or file in an image; readable until disposed.</summary>
public sealed class ArtefactNode : IDisposable
{
    private readonly SpoolFolder _spool;
    private readonly ArtefactTree _tree;

    private ArtefactNode(SpoolFolder spool, ArtefactTree tree, FileNode node) =>
        (_spool, _tree, Node) = (spool, tree, node);

    /// <summary>The folder or file itself.</summary>
    public FileNode Node { get; }

    /// <summary>Opens what an address names in an image; null for a file or folder of the host.</summary>
    /// <exception cref="UserErrorException">There is no such image, partition or file.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">What it lies in is damaged.</exception>
    public static ArtefactNode? OpenInside(string address, CancellationToken cancellation = default)
    {
        if (!ArtefactFile.IsInside(address))
            return null;
        var spool = new SpoolFolder(cancellation: cancellation);
        ArtefactTree? tree = null;
        try
        {
            tree = ArtefactTree.Open(address, spool.Keep, ReadLimits.Default, cancellation);
            return new(spool, tree, tree.Root.Find(tree.InnerPath) ?? throw new UserErrorException(
                FailureKind.Input, ArtefactTree.NoSuchFile, address,
                $"cannot read it: there is no \"{tree.InnerPath}\" in the image"));
        }
        catch
        {
            tree?.Dispose();
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Closes what it is read from.</summary>
    public void Dispose()
    {
        _tree.Dispose();
        _spool.Dispose();
    }
}
