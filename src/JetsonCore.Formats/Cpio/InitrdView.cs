// What an initial RAM disk becomes in memory, entry by entry by the kernel's rules, which are not those of cpio:
//
//   what is there        entry          what the kernel does
//   a folder             a folder       keeps it with what is in it; mode, owner and time become the entry's
//   a file               a file         writes into it: its other names have the new content as well
//   another kind         anything       takes it away first; a folder only if it is empty, else the entry is left out
//   no folder for it     anything       leaves it out, without a word
//   a link on the way    anything       follows it within the root
//
// Names of one file ("hard links") belong together within one archive. Before the first archive there are /dev,
// /dev/console and /root. Source: Linux init/initramfs.c, usr/default_cpio_list; measured with 6.1 in QEMU.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Cpio;

/// <summary>An entry that the kernel does not unpack.</summary>
/// <param name="Segment">The number of its archive, from 1.</param>
/// <param name="Path">Its path.</param>
/// <param name="Reason">Why.</param>
public sealed record InitrdOmission(int Segment, string Path, string Reason);

/// <summary>An initial RAM disk as the kernel unpacks it.</summary>
public sealed class InitrdView
{
    private const int OmissionsMax = 1000, LinksMax = 40;

    private readonly Dictionary<FileNode, int> _segmentOf = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FileNode, List<(DirectoryNode Folder, string Name)>> _names =
        new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<CpioLinkIdentity, (DirectoryNode Folder, string Name)> _links = [];
    private readonly List<InitrdOmission> _omissions = [];
    private int _segment;

    private InitrdView()
    {
        var device = new SpecialNode(
            FileMetadata.File with { Permissions = 0x180 }, SpecialKind.CharacterDevice,
            deviceMajor: 5, deviceMinor: 1);
        Root.SetPath("dev/console", device);
        Root.SetPath("root", new DirectoryNode(FileMetadata.Directory with { Permissions = 0x1C0 }));
    }

    /// <summary>Its archives, in their order.</summary>
    public IReadOnlyList<CpioSegment> Segments { get; private set; } = [];

    /// <summary>The files in memory; those that the kernel brings itself are among them.</summary>
    public DirectoryNode Root { get; } = new();

    /// <summary>What is not unpacked: the first thousand.</summary>
    public IReadOnlyList<InitrdOmission> Omissions => _omissions;

    /// <summary>Reads an initial RAM disk.</summary>
    /// <param name="chain">The file.</param>
    /// <param name="spool">Keeps what compressed archives unpack to.</param>
    /// <param name="limits">What is accepted of all archives together.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="Binary.MalformedDataException">An archive is damaged, or exceeds a limit.</exception>
    /// <exception cref="Compression.MissingLibraryException">A compression's library is not installed.</exception>
    public static InitrdView Read(
        FileContent chain, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        var view = new InitrdView();
        view.Segments = CpioSegmentReader.Read(chain, spool, limits, view.See, cancellation);
        return view;
    }

    /// <summary>The number, from 1, of the archive that a file is from as it is now; null: the kernel's own.</summary>
    public int? SegmentOf(FileNode node) => _segmentOf.TryGetValue(node, out int segment) ? segment : null;

    private void See(int segment, CpioEntry? entry)
    {
        _segment = segment;
        if (entry is null)
            _links.Clear();
        else if (entry.Path is "")
            SetMetadata(Root, entry.Node);
        else
            Unpack(entry);
    }

    private void Unpack(CpioEntry entry)
    {
        int slash = entry.Path.LastIndexOf('/');
        string name = entry.Path[(slash + 1)..];
        DirectoryNode? folder = Follow(entry.Path[..Math.Max(slash, 0)]);
        FileNode? before = folder?.Children.GetValueOrDefault(name);
        if (folder is null)
            LeaveOut(entry, "no entry before it makes its folder");
        else if (entry.Node is DirectoryNode)
            UnpackFolder(entry, folder, name, before);
        else if (before is DirectoryNode { Children.Count: > 0 })
            LeaveOut(entry, "a folder that is not empty is in its place");
        else if (entry.Link is { } link && entry.Node is not SymbolicLinkNode)
            UnpackLinked(entry, link, folder, name);
        else
            UnpackFile(entry.Node, folder, name, isEmptied: true);
    }

    private void UnpackFolder(CpioEntry entry, DirectoryNode folder, string name, FileNode? before)
    {
        if (before is DirectoryNode there)
        {
            SetMetadata(there, entry.Node);
            return;
        }
        var made = new DirectoryNode(entry.Node.Metadata);
        Place(folder, name, made);
        _segmentOf[made] = _segment;
    }

    private void UnpackLinked(CpioEntry entry, CpioLinkIdentity link, DirectoryNode folder, string name)
    {
        if (!_links.TryGetValue(link, out (DirectoryNode Folder, string Name) first))
        {
            _links.Add(link, (folder, name));
            UnpackFile(entry.Node, folder, name, isEmptied: true);
            return;
        }
        if (first.Folder.Children.GetValueOrDefault(first.Name) is not { } file)
        {
            LeaveOut(entry, "the file whose further name it is has gone");
            return;
        }
        if (!ReferenceEquals(folder.Children.GetValueOrDefault(name), file))
            Place(folder, name, file);
        if (entry.Node is RegularFileNode)
            UnpackFile(entry.Node, folder, name, isEmptied: false);
    }

    /// <summary>A file is written into where there is one already, and only as far as there is content.</summary>
    private void UnpackFile(FileNode node, DirectoryNode folder, string name, bool isEmptied)
    {
        switch (folder.Children.GetValueOrDefault(name), node)
        {
            case (RegularFileNode before, RegularFileNode { Content.Length: 0 }) when !isEmptied:
                SetMetadata(before, node);
                return;
            case (RegularFileNode before, RegularFileNode):
                foreach ((DirectoryNode place, string other) in _names.GetValueOrDefault(before) ?? [(folder, name)])
                {
                    if (ReferenceEquals(place.Children.GetValueOrDefault(other), before))
                        Place(place, other, node);
                }
                break;
            case (SpecialNode before, SpecialNode after) when before.Kind == after.Kind:
                SetMetadata(before, node);
                return;
            default:
                Place(folder, name, node);
                break;
        }
        _segmentOf[node] = _segment;
    }

    private void Place(DirectoryNode folder, string name, FileNode node)
    {
        folder.Set(name, node);
        if (node is not RegularFileNode)
            return;
        if (!_names.TryGetValue(node, out List<(DirectoryNode, string)>? names))
            _names.Add(node, names = []);
        names.Add((folder, name));
    }

    private void SetMetadata(FileNode there, FileNode entry)
    {
        there.Metadata = entry.Metadata;
        _segmentOf[there] = _segment;
    }

    private void LeaveOut(CpioEntry entry, string reason)
    {
        if (_omissions.Count < OmissionsMax)
            _omissions.Add(new(_segment, entry.Path, reason));
    }

    /// <summary>The folder at a path, links followed and never up from the root; null where there is none.</summary>
    private DirectoryNode? Follow(string path)
    {
        var ahead = new Stack<string>(Steps(path));
        var behind = new Stack<DirectoryNode>([Root]);
        for (int links = 0; ahead.TryPop(out string? step);)
        {
            if (step is "..")
            {
                if (behind.Count > 1)
                    behind.Pop();
                continue;
            }
            switch (behind.Peek().Children.GetValueOrDefault(step))
            {
                case DirectoryNode folder:
                    behind.Push(folder);
                    break;
                case SymbolicLinkNode link when links++ < LinksMax:
                    if (link.Target.StartsWith('/'))
                        behind = new([Root]);
                    foreach (string next in Steps(link.Target))
                        ahead.Push(next);
                    break;
                default:
                    return null;
            }
        }
        return behind.Peek();
    }

    private static IEnumerable<string> Steps(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step is not ".").Reverse();
}
