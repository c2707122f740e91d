// What boots of a kernel snap, kept unpacked: kernel, initial RAM disk and device trees are compressed in the snap, are
// asked for several times in a build, and change only with the snap.
using JetsonCore.Cache;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Snaps;

internal static class UnpackedBootFiles
{
    private const string DeviceTrees = "dtbs";
    private static readonly string[] Names = ["kernel.img", "initrd.img", "kernel.efi"];

    /// <summary>Puts unpacked files into a kernel snap's tree, in place of those that are unpacked when read.</summary>
    public static void Use(SnapFile snap, StageCache cache, CancellationToken cancellation)
    {
        Dictionary<string, RegularFileNode> files = new(StringComparer.Ordinal);
        foreach (string name in Names)
        {
            if (snap.Root.Find(name) is RegularFileNode file)
                files[name] = file;
        }
        if (snap.Root.Find(DeviceTrees) is DirectoryNode trees)
        {
            foreach ((string path, FileNode node) in trees.Walk())
            {
                if (node is RegularFileNode file)
                    files[$"{DeviceTrees}/{path}"] = file;
            }
        }
        StageKey key = cache.Key("unpack boot files").Add("snap", snap.Digest);
        IReadOnlyDictionary<string, FileContent>? unpacked = cache.Find(key);
        if (unpacked is null)
        {
            cache.Keep(key, files.ToDictionary(file => file.Key, file => file.Value.Content), cancellation);
            unpacked = cache.Find(key);
        }
        foreach ((string name, RegularFileNode file) in files)
        {
            if (unpacked?.GetValueOrDefault(name) is { } content && content.Length == file.Content.Length)
                snap.Root.SetPath(name, new RegularFileNode(file.Metadata, content));
        }
    }
}
