// Compares two artefacts as deep as they go: bytes first, since what is equal needs no second look; where bytes differ
// and both are of one format, what the format says of itself, and then what lies in them, each file by this same way.
// Where nothing that can be said differs, the first byte is named, and what lies there.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Comparison;

/// <summary>What is not compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Whether times may differ: of files, and what file systems say of their making.</summary>
    public bool IgnoreTime { get; init; }

    /// <summary>Whether users and groups may differ.</summary>
    public bool IgnoreOwner { get; init; }

    /// <summary>
    /// Whether bytes may differ where all that can be said of an artefact is equal: order, padding, what no name leads
    /// to. Of disks the boot code and the gaps are compared all the same.
    /// </summary>
    public bool IgnoreLayout { get; init; }
}

/// <summary>Compares artefacts.</summary>
public sealed class ArtefactComparer
{
    private readonly ArtefactReading _reading;
    private readonly ComparisonOptions _options;
    private readonly Action<ArtefactDifference> _found;
    private int _count, _entered;

    private ArtefactComparer(ArtefactReading reading, ComparisonOptions options, Action<ArtefactDifference> found) =>
        (_reading, _options, _found) = (reading, options, found);

    /// <summary>In what two folders or artefacts differ, in the order of their names, each as it is found.</summary>
    /// <param name="both">Folders of the host, or addresses: see <see cref="ArtefactAddress"/>.</param>
    /// <param name="options">What is not compared.</param>
    /// <param name="found">Takes each difference.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="UserErrorException">One is not there.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="MalformedDataException">What one lies in is damaged.</exception>
    public static void Compare((string Before, string After) both, ComparisonOptions options,
        Action<ArtefactDifference> found, ContentSpool spool, CancellationToken cancellation)
    {
        (string before, string after) = both;
        var comparer = new ArtefactComparer(new(spool, ReadLimits.Default, cancellation), options, found);
        using var first = AddressedNode.Open(before, comparer._reading);
        using var second = AddressedNode.Open(after, comparer._reading);
        if (first.Node is RegularFileNode left && second.Node is RegularFileNode right)
        {
            comparer.Contents(new("", 0), left.Content, right.Content);
            return;
        }
        // A folder is compared with the files of an artefact.
        using ArtefactTree? firstTree = second.Node is DirectoryNode ? comparer.Opened(before, first.Node) : null;
        using ArtefactTree? secondTree = first.Node is DirectoryNode ? comparer.Opened(after, second.Node) : null;
        comparer.Nodes(new("", 0), firstTree?.Root ?? first.Node, secondTree?.Root ?? second.Node);
    }

    private ArtefactTree? Opened(string address, FileNode node) => node is RegularFileNode file
        && ArtefactRecogniser.Recognise(file.Content) is { } kind && ArtefactTree.HoldsFiles(kind)
            ? ArtefactTree.OpenContent(address, file.Content, kind, _reading) : null;

    /// <summary>A place in both.</summary>
    /// <param name="Path">The way to it, as in an address.</param>
    /// <param name="Depth">How many artefacts it lies in.</param>
    /// <param name="IsArtefact">Whether files lie in it behind a colon.</param>
    private readonly record struct Place(string Path, int Depth, bool IsArtefact = false)
    {
        public Place Child(string name) =>
            new(Path.Length == 0 ? name : IsArtefact ? $"{Path}:{name}" : $"{Path}/{name}", Depth);

        public Place Inside() => new(Path, Depth + 1, IsArtefact: true);
    }

    private void Add(Place place, DifferenceKind kind, string before = "", string after = "", string name = "") =>
        Add(new(place.Path, kind) { Name = name, Before = before, After = after });

    private void Add(ArtefactDifference difference)
    {
        _count++;
        _found(difference);
    }

    private void Nodes(Place place, FileNode before, FileNode after)
    {
        _reading.Cancellation.ThrowIfCancellationRequested();
        if (NodeText.Kind(before) != NodeText.Kind(after))
        {
            Add(place, DifferenceKind.Type, NodeText.Kind(before), NodeText.Kind(after));
            return;
        }
        Metadata(place, before.Metadata, after.Metadata);
        switch ((before, after))
        {
            case (DirectoryNode left, DirectoryNode right):
                Folders(place, left, right);
                break;
            case (RegularFileNode left, RegularFileNode right):
                Contents(place, left.Content, right.Content);
                break;
            case (SymbolicLinkNode left, SymbolicLinkNode right) when left.Target != right.Target:
                Add(place, DifferenceKind.Target, left.Target, right.Target);
                break;
            case (SpecialNode left, SpecialNode right) when NodeText.Device(left) != NodeText.Device(right):
                Add(place, DifferenceKind.Device, NodeText.Device(left), NodeText.Device(right));
                break;
        }
    }

    private void Metadata(Place place, FileMetadata before, FileMetadata after)
    {
        if (before.Permissions != after.Permissions)
            Add(place, DifferenceKind.Mode, before.Mode, after.Mode);
        if (!_options.IgnoreOwner && (before.UserId, before.GroupId) != (after.UserId, after.GroupId))
            Add(place, DifferenceKind.Owner, NodeText.Owner(before), NodeText.Owner(after));
        if (!_options.IgnoreTime && before.ModificationTime != after.ModificationTime)
            Add(place, DifferenceKind.Time, NodeText.Time(before), NodeText.Time(after));
        foreach (string name in before.ExtendedAttributes.Keys.Union(after.ExtendedAttributes.Keys)
            .Order(StringComparer.Ordinal))
        {
            string left = NodeText.Attribute(before, name), right = NodeText.Attribute(after, name);
            if (left != right)
                Add(place, DifferenceKind.Attributes, left, right, name);
        }
    }

    private void Folders(Place place, DirectoryNode before, DirectoryNode after)
    {
        foreach (string name in before.Children.Keys.Union(after.Children.Keys).Order(StringComparer.Ordinal))
        {
            FileNode? left = before.Children.GetValueOrDefault(name), right = after.Children.GetValueOrDefault(name);
            Place child = place.Child(name);
            if (right is null)
                Add(child, DifferenceKind.Removed, before: NodeText.Brief(left!));
            else if (left is null)
                Add(child, DifferenceKind.Added, after: NodeText.Brief(right));
            else
                Nodes(child, left, right);
        }
    }

    private void Contents(Place place, FileContent before, FileContent after)
    {
        if (ContentComparison.FirstDifference(before, after, _reading.Cancellation) is not { } offset)
            return;
        try
        {
            ArtefactKind? left = ArtefactRecogniser.Recognise(before), right = ArtefactRecogniser.Recognise(after);
            if (left is not null && right is not null
                && (left.Format, left.ForeignName) != (right.Format, right.ForeignName))
            {
                Add(place, DifferenceKind.Format, ArtefactInspector.NameOf(left), ArtefactInspector.NameOf(right));
                return;
            }
            if (left is not null && right is not null && place.Depth < ArtefactSearch.DepthMax
                && _entered < ArtefactSearch.ArtefactsMax && ArtefactTree.LeadsOn(left))
            {
                _entered++;
                Artefacts(place.Inside(), (before, left), (after, right), offset);
                return;
            }
            if (left is { Format: ArtefactFormat.Arm64Kernel } && right is not null)
            {
                Kernels(place,
                    KernelComparison.Of(before, left, _reading), KernelComparison.Of(after, right, _reading));
            }
        }
        catch (Exception exception) when (exception is MalformedDataException or UserErrorException)
        {
            Add(new(place.Path, DifferenceKind.Unreadable) { Name = exception.Message });
        }
        Bytes(place, before, after, offset);
    }

    private void Artefacts(
        Place place, (FileContent Content, ArtefactKind Kind) before, (FileContent Content, ArtefactKind Kind) after,
        long offset)
    {
        int known = _count;
        Properties(place, Properties(before), Properties(after));
        using ArtefactTree left = ArtefactTree.OpenContent(place.Path, before.Content, before.Kind, _reading);
        using ArtefactTree right = ArtefactTree.OpenContent(place.Path, after.Content, after.Kind, _reading);
        Nodes(place, left.Root, right.Root);
        Folders(place, left.Members, right.Members);
        if (before.Kind.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr
            && before.Kind.Compression == CompressionFormat.None && after.Kind.Compression == CompressionFormat.None)
            Gaps(place, before, after);
        if (_count > known || _options.IgnoreLayout)
            return;
        Add(new(place.Path, DifferenceKind.Layout)
        {
            Name = StructureNames.At(before.Kind, before.Content, offset),
            Before = NodeText.Size(before.Content),
            After = NodeText.Size(after.Content),
            Offset = offset,
        });
    }

    private IReadOnlyList<KeyValuePair<string, string>> Properties((FileContent Content, ArtefactKind Kind) of) =>
        ArtefactProperties.Of(of.Content, of.Kind, _reading);

    private void Properties(
        Place place, IReadOnlyList<KeyValuePair<string, string>> before,
        IReadOnlyList<KeyValuePair<string, string>> after)
    {
        var left = before.ToDictionary(StringComparer.Ordinal);
        var right = after.ToDictionary(StringComparer.Ordinal);
        foreach (string name in before.Concat(after).Select(one => one.Key).Distinct(StringComparer.Ordinal))
        {
            string one = left.GetValueOrDefault(name, ""), other = right.GetValueOrDefault(name, "");
            if (one != other && !(_options.IgnoreTime && ArtefactProperties.IsTime(name)))
                Add(place, DifferenceKind.Property, one, other, name);
        }
    }

    private void Kernels(Place place, SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach ((string name, string left, string right) in KernelComparison.Differences(before, after))
            Add(place, DifferenceKind.Property, left, right, name);
    }

    /// <summary>What differs outside of partitions, where both disks have the same regions.</summary>
    private void Gaps(
        Place place, (FileContent Content, ArtefactKind Kind) before, (FileContent Content, ArtefactKind Kind) after)
    {
        foreach (DiskGap gap in DiskGap.Of(before.Content, before.Kind.Format)
            .Intersect(DiskGap.Of(after.Content, after.Kind.Format)))
        {
            long end = Math.Min(gap.End, Math.Min(before.Content.Length, after.Content.Length));
            if (end <= gap.Start || ContentComparison.FirstDifference(
                before.Content.Slice(gap.Start, end - gap.Start), after.Content.Slice(gap.Start, end - gap.Start),
                _reading.Cancellation) is not { } offset)
                continue;
            string size = string.Create(CultureInfo.InvariantCulture, $"{end - gap.Start} bytes");
            Add(new(place.Path, DifferenceKind.Content)
            {
                Name = gap.Name,
                Before = size,
                After = size,
                Offset = gap.Start + offset,
            });
        }
    }

    private void Bytes(Place place, FileContent before, FileContent after, long offset)
    {
        if (Config(before) is { } oneConfig && Config(after) is { } otherConfig)
            Kernels(place, oneConfig, otherConfig);
        ImmutableArray<string> lines = Text(before) is { } left && Text(after) is { } right
            ? LineComparison.Of(left, right) : [];
        Add(new(place.Path, DifferenceKind.Content)
        {
            Before = NodeText.Size(before),
            After = NodeText.Size(after),
            Offset = offset,
            Lines = lines,
        });
    }

    private static SortedDictionary<string, string>? Config(FileContent content)
    {
        if (content.Length > LineComparison.TextBytesMax)
            return null;
        string text = Encoding.UTF8.GetString(content.ReadAll(LineComparison.TextBytesMax));
        return KernelComparison.IsConfig(text) ? KernelComparison.Options(text) : null;
    }

    private static string[]? Text(FileContent content) => content.Length <= LineComparison.TextBytesMax
        ? LineComparison.Lines(content.ReadAll(LineComparison.TextBytesMax)) : null;
}
