// Where a seed lies in whatever a person names: a folder, a partition, a whole image.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

/// <summary>A seed that was found; readable until disposed.</summary>
public sealed class SeedFolder : IDisposable
{
    private static readonly string[] Places =
    [
        "", "seed", "var/lib/snapd/seed", "system-data/var/lib/snapd/seed", "image/var/lib/snapd/seed", "system-seed",
    ];

    private readonly List<IDisposable> _open = [];

    private SeedFolder(DirectoryNode root, string path) => (Root, Path) = (root, path);

    /// <summary>The folder with seed.yaml or systems/.</summary>
    public DirectoryNode Root { get; }

    /// <summary>Where it lies, for messages.</summary>
    public string Path { get; }

    /// <summary>Finds the seed of a folder, of a file system or of a disk.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static SeedFolder Open(string path, ContentSpool spool, CancellationToken cancellation)
    {
        if (HostFile.IsFolder(path))
            return Find(FolderTree.Read(path), path) ?? throw None(path);
        ArtefactTree tree = ArtefactTree.Open(path, spool, ReadLimits.Default, cancellation);
        bool isDisk = tree.InnerPath.Length == 0 && (tree.Format is ArtefactFormat.Gpt or ArtefactFormat.Mbr);
        SeedFolder? found = isDisk ? OnDisk(path, tree.Root)
            : tree.Root.Find(tree.InnerPath) is DirectoryNode folder ? Find(folder, path) : null;
        if (found is not null)
        {
            found._open.Add(tree);
            return found;
        }
        tree.Dispose();
        throw None(path);
    }

    /// <summary>Closes what it lies in.</summary>
    public void Dispose()
    {
        foreach (IDisposable open in _open)
            open.Dispose();
    }

    private static SeedFolder? OnDisk(string path, DirectoryNode partitions)
    {
        foreach ((string name, RegularFileNode content) in partitions.Children
            .Select(child => (child.Key, (RegularFileNode)child.Value)))
        {
            Stream partition = content.Content.Open();
            try
            {
                if (Find(ReadTree(partition), $"{path}:{name}") is { } found)
                {
                    found._open.Add(partition);
                    return found;
                }
            }
            catch (MalformedDataException)
            {
                // What holds no file system holds no seed.
            }
            partition.Dispose();
        }
        return null;
    }

    private static DirectoryNode ReadTree(Stream partition)
    {
        Span<byte> head = stackalloc byte[512];
        bool isVolume = partition.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && FatReader.IsVolume(head);
        partition.Position = 0;
        return isVolume ? FatReader.Read(partition).Root : Ext4Reader.Open(partition).ReadTree(ReadLimits.Default);
    }

    /// <summary>The seed in a tree, where a seed may lie; null: there is none.</summary>
    internal static SeedFolder? Find(DirectoryNode root, string path)
    {
        foreach (string place in Places)
        {
            if (root.Find(place) is DirectoryNode folder
                && (folder.Find("seed.yaml") is RegularFileNode || folder.Find("assertions") is DirectoryNode
                    || RecoverySystem.IsSeed(folder)))
            {
                return new(folder, place is "" ? path : $"{path}/{place}");
            }
        }
        return null;
    }

    private static UserErrorException None(string path) => new(FailureKind.Input, SeedJudgeRules.NoSeed, path,
        "cannot judge the seed: there is none",
        hint: "name the folder with seed.yaml or systems/, the partition writable or ubuntu-seed, or the image; looked "
            + $"for in {string.Join(", ", Places.Skip(1))}");
}
