// Every file of an artefact and of the artefacts in it, each with the address that leads to it: what `fs find` looks
// through. File systems, archives, disks and boot images are entered, each once it has been shown itself.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>A file, found.</summary>
/// <param name="Address">The address that leads to it.</param>
/// <param name="Path">Its path in the artefact that it lies in.</param>
/// <param name="Node">The file.</param>
public readonly record struct FoundFile(string Address, string Path, FileNode Node);

/// <summary>Looks through artefacts.</summary>
/// <param name="spool">Keeps what has to be unpacked.</param>
/// <param name="limits">What is accepted of each artefact.</param>
/// <param name="cancellation">Ends the search early.</param>
public sealed class ArtefactSearch(ContentSpool spool, ReadLimits limits, CancellationToken cancellation)
{
    /// <summary>How many artefacts may lie in each other.</summary>
    public const int DepthMax = 16;

    // Bytes that say they hold themselves, or copies of copies, must not be looked into for ever.
    internal const int ArtefactsMax = 10_000;

    private readonly ArtefactReading _reading = new(spool, limits, cancellation);
    private readonly List<(string Address, string Message)> _unread = [];
    private int _entered;

    /// <summary>How many artefacts deep it looks: 0 stays in the one that is named.</summary>
    public int Depth { get; init; } = DepthMax;

    /// <summary>What looked like an artefact and could not be read.</summary>
    public IReadOnlyList<(string Address, string Message)> Unread => _unread;

    /// <summary>Every file below an address, folders before what lies in them.</summary>
    /// <param name="address">See <see cref="ArtefactAddress"/>.</param>
    /// <exception cref="UserErrorException">There is nothing there, or it holds no files.</exception>
    /// <exception cref="MalformedDataException">It is damaged.</exception>
    public IEnumerable<FoundFile> Files(string address)
    {
        using ArtefactTree tree = ArtefactTree.Open(address, spool, limits, cancellation);
        FileNode start = tree.Root.Follow(tree.InnerPath)?.Node ?? throw new UserErrorException(
            FailureKind.Input, ArtefactTree.NoSuchFile, address, "cannot find this path in the artefact");
        string separator = address.EndsWith(':') || address.EndsWith('/') ? ""
            : ArtefactFile.IsInside(address) || tree.Format == ArtefactFormat.Folder ? "/" : ":";
        IEnumerable<FoundFile> files = start is DirectoryNode folder
            ? Below(address + separator, folder, 0).Concat(start == tree.Root
                ? Below(address + separator, tree.Members, 0) : [])
            : From(new(address, tree.InnerPath, start), 0);
        foreach (FoundFile file in files)
            yield return file;
    }

    private IEnumerable<FoundFile> Below(string prefix, DirectoryNode folder, int depth) =>
        folder.Walk().SelectMany(file =>
        {
            // Behind a colon "@" begins an offset.
            string separator = file.Path.StartsWith('@') && prefix.EndsWith(':') ? "/" : "";
            return From(new(prefix + separator + file.Path, file.Path, file.Node), depth);
        });

    private IEnumerable<FoundFile> From(FoundFile found, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        yield return found;
        if (found.Node is not RegularFileNode file || Inner(found.Address, file.Content, depth) is not { } inner)
            yield break;
        using (inner)
        {
            foreach (FoundFile member in Below($"{found.Address}:", inner.Members, depth + 1))
                yield return member;
            foreach (FoundFile below in Below($"{found.Address}:", inner.Root, depth + 1))
                yield return below;
        }
    }

    private ArtefactTree? Inner(string address, FileContent content, int depth)
    {
        if (depth >= Depth && Depth != DepthMax)
            return null;
        try
        {
            if (ArtefactRecogniser.Recognise(content) is not { } kind || !IsEntered(kind))
                return null;
            if (depth >= Depth || _entered >= ArtefactsMax)
            {
                _unread.Add((address, depth >= Depth ? $"it lies in {DepthMax} others; --depth looks deeper"
                    : $"{ArtefactsMax} artefacts were looked into before it; name what is wanted"));
                return null;
            }
            _entered++;
            return ArtefactTree.OpenContent(address, content, kind, _reading);
        }
        catch (Exception exception) when (exception is MalformedDataException or UserErrorException)
        {
            _unread.Add((address, exception.Message));
            return null;
        }
    }

    // What is made of text is found as the file that it is.
    private static bool IsEntered(ArtefactKind kind) => ArtefactTree.HoldsFiles(kind)
        || kind.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr or ArtefactFormat.AndroidSparse
            or ArtefactFormat.AndroidBoot or ArtefactFormat.UBootImage;
}
