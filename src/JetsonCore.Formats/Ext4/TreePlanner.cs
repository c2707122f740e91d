// First step of a plan: every file of the tree gets an inode number, its size in blocks and its place in directories.
// Numbers follow a walk of the tree (each directory before its content, names in ordinal order) from 12 on; 11 is
// lost+found, made if the tree has none.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>A tree as inodes without places.</summary>
/// <param name="Root">Inode 2.</param>
/// <param name="Inodes">Inode 11 and all after it, in order of their numbers.</param>
internal sealed record PlannedTree(PlannedDirectory Root, IReadOnlyList<PlannedInode> Inodes)
{
    /// <summary>The highest number in use.</summary>
    public uint LastNumber => Inodes[^1].Number;
}

/// <summary>Turns a tree into inodes.</summary>
internal sealed class TreePlanner
{
    private const string LostAndFoundName = "lost+found";
    private const int LostAndFoundBytes = 16384, LostAndFoundBlocksMax = 12;
    private const ushort LostAndFoundPermissions = 0x1C0;       // 0700
    private const int LinksMax = 65000, FastLinkMax = Inode.MapLength - 1;

    private readonly Ext4Options _options;
    private readonly Dictionary<FileNode, PlannedInode> _known = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlannedInode> _inodes = [];
    private readonly Stack<OpenDirectory> _open = new();
    private readonly StorableForm _form;

    private TreePlanner(Ext4Options options) => (_options, _form) = (options, new(options));

    /// <summary>Numbers and measures everything below <paramref name="root"/>.</summary>
    /// <exception cref="UnstorableContentException">Something in it cannot be expressed.</exception>
    public static PlannedTree Plan(DirectoryNode root, Ext4Options options)
    {
        var planner = new TreePlanner(options);
        var plannedRoot = new PlannedDirectory(Inode.Root, root.Metadata) { Node = root, Parent = null, Links = 2 };
        planner._form.CheckTime(options.CreationTime, "");
        planner.Register(plannedRoot, "");
        planner.AddLostAndFound(root, plannedRoot);
        planner._open.Push(new(plannedRoot, root.Children.GetEnumerator(), ""));
        while (planner._open.TryPeek(out OpenDirectory level))
        {
            if (level.Names.MoveNext())
                planner.Visit(level, level.Names.Current.Key, level.Names.Current.Value);
            else
                planner._open.Pop();
        }
        foreach (PlannedDirectory directory in planner._inodes.OfType<PlannedDirectory>().Append(plannedRoot))
            planner.MeasureDirectory(directory);
        return new(plannedRoot, planner._inodes);
    }

    private void AddLostAndFound(DirectoryNode root, PlannedDirectory plannedRoot)
    {
        DirectoryNode node = root.Children.GetValueOrDefault(LostAndFoundName) switch
        {
            null => new DirectoryNode(root.Metadata with
            {
                Permissions = LostAndFoundPermissions,
                ModificationTime = _options.CreationTime,
                ExtendedAttributes = FileMetadata.Directory.ExtendedAttributes,
                UserId = 0,
                GroupId = 0,
            }),
            DirectoryNode directory => directory,
            _ => throw new UnstorableContentException(
                LostAndFoundName, $"cannot store \"{LostAndFoundName}\": it must be a folder"),
        };
        bool isInTree = root.Children.ContainsKey(LostAndFoundName);
        int blocks = Math.Min(LostAndFoundBytes / _options.BlockSize, LostAndFoundBlocksMax);
        var planned = new PlannedDirectory(Inode.LostAndFound, node.Metadata)
        {
            Node = node,
            Parent = plannedRoot,
            Links = 2,
            BlocksMin = blocks,
        };
        _inodes.Add(planned);
        Register(planned, LostAndFoundName);
        if (!isInTree)
            Link(plannedRoot, LostAndFoundName, planned, LostAndFoundName);
    }

    private void Visit(OpenDirectory level, string name, FileNode node)
    {
        string path = level.Prefix + name;
        if (node is DirectoryNode directory)
        {
            PlannedDirectory planned = PlanDirectory(level, directory, path);
            Link(level.Directory, name, planned, path);
            _open.Push(new(planned, directory.Children.GetEnumerator(), path + "/"));
            return;
        }
        if (!_known.TryGetValue(node, out PlannedInode? inode))
        {
            inode = PlanFile(node, path);
            _inodes.Add(inode);
            Register(inode, path);
        }
        if (++inode.Links > LinksMax)
            throw new UnstorableContentException(path, $"cannot link \"{path}\": a file has at most {LinksMax} names");
        Link(level.Directory, name, inode, path);
    }

    private PlannedDirectory PlanDirectory(OpenDirectory level, DirectoryNode directory, string path)
    {
        if (path == LostAndFoundName)
            return (PlannedDirectory)_inodes[0];
        if (_known.ContainsKey(directory))
            throw new UnstorableContentException(path, $"cannot store \"{path}\": the same folder is in two places");
        var planned = new PlannedDirectory(NextNumber, directory.Metadata)
        {
            Node = directory,
            Parent = level.Directory,
            Links = 2,
        };
        _inodes.Add(planned);
        Register(planned, path);
        return planned;
    }

    private uint NextNumber => Inode.FirstOrdinary + (uint)_inodes.Count;

    private static void Link(PlannedDirectory parent, string name, PlannedInode target, string path)
    {
        parent.Entries.Add(new(StorableForm.Name(name, path), target));
        if (target is PlannedDirectory)
            parent.Links++;
    }

    private PlannedInode PlanFile(FileNode node, string path)
    {
        PlannedInode Make(int kind) => new(NextNumber, kind, node.Metadata) { Node = node };
        switch (node)
        {
            case RegularFileNode file:
                return PlanContent(Make(Inode.RegularFile), file, path);
            case SymbolicLinkNode link:
                return PlanLink(Make(Inode.SymbolicLink), link, path);
            case SpecialNode special:
                PlannedInode inode = Make(KindOf(special.Kind));
                inode.MapContent = StorableForm.DeviceNumber(special, path);
                return inode;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static int KindOf(SpecialKind kind) => kind switch
    {
        SpecialKind.CharacterDevice => Inode.CharacterDevice,
        SpecialKind.BlockDevice => Inode.BlockDevice,
        SpecialKind.Fifo => Inode.Fifo,
        SpecialKind.Socket => Inode.Socket,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private PlannedInode PlanContent(PlannedInode inode, RegularFileNode file, string path)
    {
        long blocks = _form.CheckedBlocks(file.Content, path);
        inode.Size = file.Content.Length;
        inode.Flags = MapFlag;
        inode.IsKeptWhole = _options.KeepZeros(path);
        inode.Runs = inode.IsKeptWhole || file.Content.Length == 0
            ? Whole(blocks)
            : HoleFinder.DataBlocks(file.Content, _options);
        return inode;
    }

    private PlannedInode PlanLink(PlannedInode inode, SymbolicLinkNode link, string path)
    {
        byte[] target = _form.LinkTarget(link, path);
        inode.Size = target.Length;
        if (target.Length <= FastLinkMax)
        {
            Array.Resize(ref target, Inode.MapLength);
            inode.MapContent = target;
            return inode;
        }
        inode.Flags = MapFlag;
        inode.Runs = Whole(1);
        return inode;
    }

    private uint MapFlag => _options.Has(Ext4Features.Extents) ? Inode.ExtentsFlag : 0;

    private static BlockRun[] Whole(long blocks) => blocks == 0 ? [] : [new(0, 0, blocks)];

    private void MeasureDirectory(PlannedDirectory directory)
    {
        var layout = new DirectoryLayout(directory, _options);
        directory.Runs = Whole(layout.BlockCount);
        directory.Size = (long)layout.BlockCount * _options.BlockSize;
        directory.Flags = MapFlag | (layout.IsIndexed ? Inode.IndexFlag : 0);
        if (directory.Links <= LinksMax)
            return;
        if (!_options.Has(Ext4Features.DirNlink))
            throw new UnstorableContentException("", $"cannot store a folder with {directory.Links - 2} folders in it: "
                + $"without dir_nlink at most {LinksMax - 2} are possible");
        directory.Links = 1;        // "more than can be counted"
    }

    private void Register(PlannedInode inode, string path)
    {
        _known.Add(inode.Node!, inode);
        inode.NeedsAttributeBlock = _form.CheckMetadata(inode.Metadata, path);
    }

    /// <summary>A directory whose content is being visited.</summary>
    private readonly record struct OpenDirectory(
        PlannedDirectory Directory, IEnumerator<KeyValuePair<string, FileNode>> Names, string Prefix);
}
