// What may follow the beginning of an address, for a shell that completes it: partitions, parts, files, as deep as
// addresses go. A person waits for the answer, so little is unpacked, and what cannot be read has nothing to offer.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>An address that goes on from what was typed.</summary>
/// <param name="Address">All of it; one that ends with "/" or ":" leads on.</param>
/// <param name="About">A word or two on what lies there; "" where there is nothing to say.</param>
public sealed record ArtefactCandidate(string Address, string About);

/// <summary>Completes addresses.</summary>
public static class ArtefactCompletion
{
    /// <summary>Most bytes that are unpacked on the way.</summary>
    private const long UnpackedMax = 512L << 20;

    private const int CandidatesMax = 4000;
    private static readonly ReadLimits Limits = ReadLimits.Default with { Entries = 200_000 };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The ways on, in the order of their names; none where nothing begins so.</summary>
    /// <param name="typed">The beginning of an address that leads into a file.</param>
    public static IReadOnlyList<ArtefactCandidate> Of(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        if (ArtefactAddress.Parse(typed) is not { Part: not null } address)
            return [];
        using var patience = new CancellationTokenSource(Patience);
        // A name may hold a colon itself: then the way that was meant ends before it.
        int[] ends = [typed.LastIndexOfAny(['/', ':']), typed.LastIndexOf('/')];
        foreach (int end in ends.Distinct().Where(end => end >= address.File.Length))
        {
            try
            {
                if (List(typed[..(end + 1)], typed[(end + 1)..], patience.Token) is [_, ..] found)
                    return found;
            }
            catch (Exception e) when (e is UserErrorException or MalformedDataException or IOException
                or UnauthorizedAccessException or OperationCanceledException)
            {
            }
        }
        return [];
    }

    private static List<ArtefactCandidate> List(string way, string begun, CancellationToken cancellation)
    {
        using var spool = new SpoolFolder(cancellation: cancellation);
        using var tree = ArtefactTree.Open(way,
            (source, most) => spool.Keep(source, Math.Min(most, UnpackedMax)), Limits, cancellation);
        if (tree.Root.Find(tree.InnerPath) is not DirectoryNode folder)
            return [];
        KeyValuePair<string, FileNode>[] fitting = [.. Children(tree, folder)
            .Where(child => child.Key.StartsWith(begun, StringComparison.Ordinal) && IsText(child.Key))
            .OrderBy(child => child.Key, StringComparer.Ordinal)
            .Take(CandidatesMax)];
        bool areParts = folder == tree.Root && ArtefactParts.Has(tree.Format);
        var found = new List<ArtefactCandidate>();
        foreach ((string name, FileNode node) in fitting)
        {
            cancellation.ThrowIfCancellationRequested();
            bool leadsOn = node is DirectoryNode || (areParts && node is RegularFileNode part && LeadsOn(part));
            found.Add(new($"{way}{name}{(leadsOn ? "/" : "")}", About(node, areParts)));
        }
        // Asked once more behind the whole name of an artefact, there are two: it, and what lies in it.
        if (fitting is [var (only, single)] && only == begun && single is RegularFileNode file && !areParts
            && LeadsOn(file))
            found.Add(new($"{way}{only}:", "what is in it"));
        return found;
    }

    /// <summary>What has a name in a folder, with other names of the same where there are.</summary>
    private static IEnumerable<KeyValuePair<string, FileNode>> Children(ArtefactTree tree, DirectoryNode folder)
    {
        if (folder != tree.Root)
            return folder.Children;
        IEnumerable<KeyValuePair<string, FileNode>> labelled = tree.Format != ArtefactFormat.Mbr ? []
            : folder.Children.Select(part => new KeyValuePair<string, FileNode>(
                DiskInspection.Label(((RegularFileNode)part.Value).Content), part.Value));
        return folder.Children.Concat(labelled.Where(part => part.Key.Length > 0)).Concat(tree.Members.Children);
    }

    private static bool LeadsOn(RegularFileNode file)
    {
        try
        {
            return ArtefactRecogniser.Recognise(file.Content) is { } kind && ArtefactTree.LeadsOn(kind);
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }

    private static string About(FileNode node, bool isPart) => node switch
    {
        RegularFileNode part when isPart && DiskInspection.Label(part.Content) is { Length: > 0 } label
            && IsText(label) => label,
        RegularFileNode file => string.Create(CultureInfo.InvariantCulture, $"{file.Content.Length} bytes"),
        SymbolicLinkNode link => IsText(link.Target) ? $"link to {link.Target}" : "link",
        _ => "",
    };

    /// <summary>Whether a name can be typed and shown as it is.</summary>
    private static bool IsText(string name) => !name.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter));
}
