// Makes snaps as `snap pack` does: checks the tree, leaves out what version control and editors leave behind, writes
// a squashfs with xz, no fragments, no extended attributes, everything owned by root.
// Peer: snapd snap/pack/pack.go, snap/squashfs/squashfs.go. The patterns left out are Debian's, as there.
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Enumeration;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Reading;

namespace JetsonCore.Snaps;

/// <summary>Packs snaps.</summary>
public static class SnapPacker
{
    /// <summary>Left out at the top of the tree.</summary>
    private static readonly ImmutableHashSet<string> ExcludedAtTop = ImmutableHashSet.Create(StringComparer.Ordinal,
        "DEBIAN", ".arch-ids", ".arch-inventory", ".bzr", ".bzr-builddeb", ".bzr.backup", ".bzr.tags", ".bzrignore",
        ".cvsignore", ".git", ".gitattributes", ".gitignore", ".gitmodules", ".hg", ".hgignore", ".hgsigs", ".hgtags",
        ".shelf", ".svn", "CVS", "DEADJOE", "RCS", "_MTN", "_darcs", "{arch}", ".snapignore");

    /// <summary>Left out wherever they are.</summary>
    private static readonly ImmutableArray<string> ExcludedAnywhere =
        [".#*", ".~*", "*.snap", "*.click", ".*.sw?", "*~", ",,*"];

    /// <summary>Checks a snap's tree; findings about its files name <paramref name="path"/>.</summary>
    /// <returns>What its snap.yaml says, or null where findings forbid packing.</returns>
    public static SnapDefinition? Check(string path, DirectoryNode root, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.About(path);
        SnapDefinition? snap = SnapFile.ReadDefinition(path, root, findings);
        if (snap is not null)
            SnapContentRules.Check(path, root, snap, findings);
        if (snap?.Type.Value is SnapType.Gadget)
        {
            using GadgetInput gadget = GadgetInput.OfTree(path, root);
            GadgetChecker.Check(gadget, new() { Purpose = GadgetPurpose.Pack }, findings);
        }
        return findings.HasErrors ? null : snap;
    }

    /// <summary>Writes the squashfs of a tree.</summary>
    /// <param name="root">The tree, with all its files.</param>
    /// <param name="time">The time in the superblock.</param>
    /// <param name="target">Where to write; seekable.</param>
    /// <param name="stage">Told of the bytes that are packed; null for nobody.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public static void Write(DirectoryNode root, FileTime time, Stream target, WorkStage? stage = null,
        CancellationToken cancellation = default) => SquashFsWriter.Write(
        WithoutExcluded(root), SquashFsOptions.Snap(time), target, stage is null ? null : stage.Add, cancellation);

    /// <summary>The bytes of all files of a tree, each counted once.</summary>
    public static long ContentBytes(DirectoryNode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return root.Walk().Select(entry => entry.Node).OfType<RegularFileNode>().Distinct()
            .Sum(file => file.Content.Length);
    }

    /// <summary>The key of a packed tree in the cache.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="root">The tree, with all its files.</param>
    /// <param name="time">The time in the superblock.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static StageKey Key(
        StageCache cache, DirectoryNode root, FileTime time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return cache.Key("pack snap").Add("compressor", Compressor.XzVersion())
            .Add("time", time.UnixSeconds.ToString(CultureInfo.InvariantCulture))
            .Add("tree", TreeDigest.Of(WithoutExcluded(root), cache.Digests, cancellation));
    }

    /// <summary>The latest time of anything in a tree: a time for the superblock that needs no clock.</summary>
    public static FileTime LatestTime(DirectoryNode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return root.Walk().Select(entry => entry.Node.Metadata.ModificationTime)
            .Append(root.Metadata.ModificationTime)
            .MaxBy(time => (time.UnixSeconds, time.Nanoseconds));
    }

    private static DirectoryNode WithoutExcluded(DirectoryNode root)
    {
        DirectoryNode kept = Copy(root);
        foreach (string name in kept.Children.Keys.Where(ExcludedAtTop.Contains).ToList())
            kept.Remove(name);
        return kept;
    }

    private static DirectoryNode Copy(DirectoryNode folder)
    {
        var copy = new DirectoryNode(folder.Metadata);
        foreach ((string name, FileNode node) in folder.Children)
        {
            if (!ExcludedAnywhere.Any(
                pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
                copy.Set(name, node is DirectoryNode inner ? Copy(inner) : node);
        }
        return copy;
    }
}
