// Gadgets, kernels, snaps, assertions, disks as a user names them: on the host, or in an image by an address.
using JetsonCore.Artefacts;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Snaps;
using JetsonCore.Store;

namespace JetsonCore.Cli.Shell;

internal static class NamedInputs
{
    private const int ListMax = 1 << 20;

    /// <summary>Opens a gadget: see <see cref="GadgetInput"/>.</summary>
    /// <exception cref="UserErrorException">It is not there, or a broken snap.</exception>
    public static GadgetInput Gadget(string address) => Failures.About(address, () =>
        ArtefactNode.OpenInside(address) is { } inside
            ? GadgetInput.OfNode(address, inside.Node, inside)
            : GadgetInput.Open(address));

    /// <summary>Opens a folder or a snap; null for any other file.</summary>
    /// <exception cref="UserErrorException">It is a broken snap.</exception>
    public static GadgetRoot? Root(string address) => Failures.About(address, () =>
        ArtefactNode.OpenInside(address) is { } inside
            ? GadgetInput.RootOfNode(address, inside.Node, inside)
            : GadgetInput.OpenRoot(address));

    /// <summary>Opens a snap, or packs the folder of one.</summary>
    /// <param name="snaps">What it is opened among.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="time">The time of a folder's files; null for their own.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    /// <param name="cancellation">Ends the packing early.</param>
    /// <returns>The snap, or null where findings forbid it.</returns>
    public static SnapFile? Snap(
        OpenedSnaps snaps, string address, FileTime? time, DiagnosticBag diagnostics, CancellationToken cancellation) =>
        Failures.About(address, () =>
        {
            if (ArtefactNode.OpenInside(address, cancellation) is not { } inside)
                return snaps.Open(address, diagnostics, cancellation);
            if (inside.Node is DirectoryNode folder)
                TreeMetadata.Override(folder, ownedByRoot: true, time);
            return snaps.Open(address, inside.Node, inside, diagnostics, cancellation);
        });

    /// <summary>Reads the folder of a snap.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="time">The time of its files; null for their own.</param>
    /// <param name="open">What to close when its contents have been read; null for nothing.</param>
    public static DirectoryNode Folder(string address, FileTime? time, out IDisposable? open)
    {
        ArtefactNode? inside = Failures.About(address, () => ArtefactNode.OpenInside(address));
        open = inside;
        if (inside?.Node is not DirectoryNode folder)
            return FolderTree.Read(address, new() { ModificationTime = time });
        TreeMetadata.Override(folder, ownedByRoot: true, time);
        return folder;
    }

    /// <summary>Reads all assertions of a file, and judges what they say by their types.</summary>
    /// <returns>The assertions, or null where findings forbid it.</returns>
    public static IReadOnlyList<Assertion>? Assertions(string address, DiagnosticBag diagnostics) =>
        AssertionFile.ReadAll(
            InputBytes.Read(address, AssertionReader.StreamLimit), InputBytes.NameOf(address), diagnostics);

    /// <summary>Canonical's root and those of files.</summary>
    public static TrustedRoots Roots(IEnumerable<string> paths, DiagnosticBag diagnostics)
    {
        TrustedRoots roots = TrustedRoots.Production;
        foreach (string path in paths)
            roots = roots.With(Assertions(path, diagnostics) ?? [], path);
        return roots;
    }

    /// <summary>Reads a list of revisions; an empty one where no file is named.</summary>
    public static RevisionList Revisions(string? path, DiagnosticBag diagnostics) => path is null
        ? RevisionList.None
        : RevisionList.Read(InputBytes.Read(path, ListMax), diagnostics.About(InputBytes.NameOf(path)));

    /// <summary>Opens the whole of a disk for reading.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="read">What reads it.</param>
    public static void Disk(string address, Action<Stream> read)
    {
        if (!ArtefactFile.IsInside(address))
        {
            using FileStream disk = DiskFile.Open(address, FileAccess.Read);
            read(disk);
            return;
        }
        using var spool = new SpoolFolder();
        using ArtefactFile file =
            Failures.About(address, () => ArtefactFile.Open(address, spool.Keep, ReadLimits.Default));
        using Stream inside = file.Content.Open();
        read(inside);
    }
}
