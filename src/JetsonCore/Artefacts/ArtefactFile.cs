// One file to be read as a whole, wherever an address says that it lies: on the host, a partition, in its files.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>An opened file; its content is readable until disposed.</summary>
public sealed class ArtefactFile : IDisposable
{
    private readonly ArtefactTree? _tree;

    private ArtefactFile(FileContent content, ArtefactTree? tree) => (Content, _tree) = (content, tree);

    /// <summary>Its bytes.</summary>
    public FileContent Content { get; }

    /// <summary>Whether an address leads into an image: it is no file of the host, but its beginning is.</summary>
    public static bool IsInside(string address) => ArtefactAddress.Parse(address).Part is not null;

    /// <summary>Opens a file.</summary>
    /// <param name="address">Where it is: see <see cref="ArtefactAddress"/>.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">There is no such file.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">What it lies in is damaged.</exception>
    public static ArtefactFile Open(
        string address, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        ArtefactAddress parsed = ArtefactAddress.Parse(address);
        if (parsed.Part is null)
            return new(FolderTree.FileContent(parsed.File), null);
        ArtefactTree tree = ArtefactTree.OpenNamed(parsed, new(spool, limits, cancellation));
        if (tree.Named is { } content)
            return new(content, tree);
        tree.Dispose();
        throw new UserErrorException(FailureKind.Input, ArtefactTree.NoSuchFile, address,
            $"cannot read it: \"{tree.InnerPath}\" is no regular file there");
    }

    /// <summary>The content of a file that needs no closing: what lies in an image is kept in a work file.</summary>
    /// <exception cref="UserErrorException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="Formats.Binary.MalformedDataException">What it lies in is damaged.</exception>
    internal static FileContent Keep(string address, ContentSpool spool, CancellationToken cancellation = default)
    {
        if (!IsInside(address))
            return FolderTree.FileContent(address);
        using ArtefactFile file = Open(address, spool, ReadLimits.Default, cancellation);
        using Stream content = file.Content.Open();
        return spool(content, file.Content.Length);
    }

    /// <summary>Closes what the content is read from.</summary>
    public void Dispose() => _tree?.Dispose();
}
