// What of a tree goes into a FAT file system: every file under its long and its short name, directories with the
// number of entries they take, in the order in which they are placed (breadth first). Refuses what FAT has no way to
// express before a byte is written.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

/// <summary>A file or directory on its way into the file system.</summary>
internal class FatPlannedFile(FileNode node, string path, long sizeBytes)
{
    public FileNode Node { get; } = node;

    public string Path { get; } = path;

    public long SizeBytes { get; protected set; } = sizeBytes;

    /// <summary>Where it starts; 0 for an empty file and for the root directory of FAT12 and FAT16.</summary>
    public uint FirstCluster { get; set; }
}

/// <summary>A directory with its names.</summary>
internal sealed class FatPlannedDirectory(DirectoryNode node, string path, FatPlannedDirectory? parent)
    : FatPlannedFile(node, path, 0)
{
    /// <summary>The directory above; null for the root.</summary>
    public FatPlannedDirectory? Parent { get; } = parent;

    public List<(string Name, byte[] ShortName, FatPlannedFile File)> Names { get; } = [];

    /// <summary>Entries, those of the directory itself, its parent and the label included.</summary>
    public int SlotCount { get; private set; }

    public void AddSlots(int count)
    {
        SlotCount += count;
        SizeBytes = (long)SlotCount * FatGeometry.EntrySize;
    }
}

internal sealed class FatTreePlan
{
    // The specification's limit: 2 MiB of entries.
    private const int SlotCountMax = 65536;
    private const string ForbiddenCharacters = "\"*/:<>?\\|\u007F";

    private readonly List<FatPlannedFile> _files = [];

    public FatTreePlan(DirectoryNode tree, bool hasLabel)
    {
        Root = new(tree, "", null);
        Root.AddSlots(hasLabel ? 1 : 0);
        var open = new Queue<FatPlannedDirectory>([Root]);
        while (open.TryDequeue(out FatPlannedDirectory? directory))
            AddNames(directory, open);
    }

    public FatPlannedDirectory Root { get; }

    /// <summary>Everything below the root, in the order of placement.</summary>
    public IReadOnlyList<FatPlannedFile> Files => _files;

    /// <summary>Clusters that the content takes; the root directory's where it is a chain.</summary>
    public long ClustersNeeded(int clusterSize, FatType type)
    {
        long clusters = _files.Sum(file => Alignment.UnitsFor(file.SizeBytes, clusterSize));
        return clusters + (type == FatType.Fat32 ? Math.Max(1, Alignment.UnitsFor(Root.SizeBytes, clusterSize)) : 0);
    }

    private void AddNames(FatPlannedDirectory directory, Queue<FatPlannedDirectory> open)
    {
        var node = (DirectoryNode)directory.Node;
        var names = new FatNameSpace(node.Children.Keys);
        if (names.FirstTwin is { } twin)
            throw Refusal(directory.Path, twin, "another name differs only by case, which FAT does not tell apart");
        foreach ((string name, FileNode child) in node.Children)
        {
            CheckName(directory.Path, name);
            FatPlannedFile file = Plan(child, directory, name);
            _files.Add(file);
            if (file is FatPlannedDirectory inner)
                open.Enqueue(inner);
            byte[]? exact = FatShortName.TryExact(name);
            directory.Names.Add((name, exact ?? FatShortName.Make(name, names), file));
            directory.AddSlots(1 + (exact is null ? FatDirectoryEntry.LongEntryCount(name) : 0));
        }
        if (directory.SlotCount > SlotCountMax)
            throw new UnstorableContentException(
                directory.Path, $"cannot store the names in {NodeName.Quote(directory.Path)}: "
                + $"they take {directory.SlotCount} entries, {SlotCountMax} are the most");
    }

    private static FatPlannedFile Plan(FileNode node, FatPlannedDirectory parent, string name)
    {
        string path = parent.Path.Length == 0 ? name : $"{parent.Path}/{name}";
        switch (node)
        {
            case DirectoryNode directory:
                var planned = new FatPlannedDirectory(directory, path, parent);
                planned.AddSlots(2);        // "." and ".."
                return planned;
            case RegularFileNode { Content.Length: <= uint.MaxValue } file:
                return new(file, path, file.Content.Length);
            case RegularFileNode file:
                throw Refusal(parent.Path, name, $"it has {file.Content.Length} bytes, {uint.MaxValue} are the most");
            case SymbolicLinkNode:
                throw Refusal(parent.Path, name, "FAT has no symbolic links");
            default:
                throw Refusal(parent.Path, name, "FAT has no device nodes, pipes or sockets");
        }
    }

    private static void CheckName(string folder, string name)
    {
        if (name.Length > FatDirectoryEntry.NameUnitsMax)
            throw Refusal(folder, name,
                $"the name has {name.Length} UTF-16 units, {FatDirectoryEntry.NameUnitsMax} are the most");
        if (name.Any(character => character < ' ' || ForbiddenCharacters.Contains(character)))
            throw Refusal(folder, name, $"FAT names have no control characters, none of {ForbiddenCharacters[..^1]}");
        if (name[^1] is '.' or ' ')
            throw Refusal(folder, name, "FAT names do not end in a dot or a space");
        if (!FatLongName.IsWellFormed(name))
            throw Refusal(folder, name, "the name is not UTF-8");
    }

    private static UnstorableContentException Refusal(string folder, string name, string reason)
    {
        string path = folder.Length == 0 ? name : $"{folder}/{name}";
        return new(path, $"cannot store \"{path}\": {reason}");
    }
}
